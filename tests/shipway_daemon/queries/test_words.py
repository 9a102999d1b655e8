"""What is typed becomes words and terms, or a sentence; nothing of it is an operator of SQL."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shipway_client.errors import WrongUsage
from shipway_client.wire.queries import QUERYABLE, VERSIONS
from shipway_daemon.queries.orders import Order, parse_sort
from shipway_daemon.queries.words import Query, Term, parse

READ = {
    "": Query(),
    "  \t\n": Query(),
    "sunny days": Query(words=("sunny", "days")),
    '"sunny days"': Query(words=("sunny days",)),
    '"sunny days': Query(words=("sunny days",)),
    "-rain sun": Query(words=("sun",), without=("rain",)),
    "state:ready": Query(terms=(Term(field="state", value="ready"),)),
    "STATE:Ready": Query(terms=(Term(field="state", value="ready"),)),
    "-state:ready": Query(terms=(Term(field="state", value="ready", excluded=True),)),
    'name:"Two Words" x': Query(words=("x",), terms=(Term(field="name", value="Two Words"),)),
    "version:1.2*": Query(terms=(Term(field="version", value="1.2", beginning=True),)),
    '"state:ready"': Query(words=("state:ready",)),
    "10:30": Query(words=("10:30",)),
    "-": Query(words=("-",)),
}


@pytest.mark.parametrize("text", READ)
def test_a_query_is_read(text):
    assert parse(text, VERSIONS) == READ[text]


SAID = {
    "stat:ready": "Did you mean state?",
    "state:redy": "Did you mean ready?",
    "state:": "ready, incomplete",
    "http://x": "in quotes",
    "version:": "Write version:VALUE",
    "x " * 21: "Shorten",
}


@pytest.mark.parametrize("text", SAID)
def test_what_a_list_cannot_be_asked_is_said(text):
    with pytest.raises(WrongUsage) as refused:
        parse(text, VERSIONS)
    assert SAID[text] in refused.value.hint


def test_a_sort_is_a_key_or_its_reverse():
    assert parse_sort(None, VERSIONS) == Order(key="created", descending=True)
    assert parse_sort("size", VERSIONS) == Order(key="size")
    assert parse_sort("-size", VERSIONS) == Order(key="size", descending=True)
    with pytest.raises(WrongUsage) as refused:
        parse_sort("sise", VERSIONS)
    assert "Did you mean size?" in refused.value.hint


def test_every_lists_own_order_is_one_of_its_sorts():
    for table in QUERYABLE.values():
        assert parse_sort(None, table).key in table.sorts


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80) | st.text('ab:"-* stae\0', max_size=30))
def test_whatever_is_typed_is_read_or_refused_with_a_sentence(text):
    for table in QUERYABLE.values():
        try:
            query = parse(text, table)
        except WrongUsage as error:
            assert error.message
            assert error.hint
            continue
        assert all(word and '"' not in word for word in query.words + query.without)
        assert all(term.value and table.field(term.field) for term in query.terms)


def test_a_list_is_called_by_its_plural():
    with pytest.raises(WrongUsage, match="The list of held binaries has no field 'colour'"):
        parse("colour:red", QUERYABLE["held binary"])
