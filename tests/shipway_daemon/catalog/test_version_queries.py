"""What versions are asked: the same as a plain filter says, in every order, page by page."""

import random
from contextlib import contextmanager
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shipway_client.errors import WrongUsage
from shipway_client.wire.queries import VERSIONS
from shipway_daemon.catalog import pages, version_ways, versions
from shipway_daemon.catalog.version_queries import SORTS
from shipway_daemon.queries.orders import parse_sort
from shipway_daemon.queries.words import parse
from shipway_daemon.rules.natural import natural
from support.paging import walk
from support.version_shelf import Told, fits, shelve

KINDS = {
    "identifier": ["com.example.app", "org.other"],
    "name": [None, "Sunny", "Sunny Days"],
    "version": [None, "1.9", "1.10", "2.0-beta", "1.9"],
    "build": ["7", None, "07", "42"],
    "file_name": ["app.apk", "app-release.apk"],
    "notes": ["", "New: umbrella", "rain"],
    "expires": [None, "2999-01-01T00:00:00Z", None, "2001-01-01T00:00:00Z", None],
    "lapses": [False, False, False, True],
    "rejected": [False, False, False, False, False, True],
    "marked": [False, True, False],
    "size": [1, 1_000, 2],
}


@pytest.fixture(scope="module")
def shelf(engine):
    """Sixty versions of every kind, in a transaction that is rolled back."""
    chance = random.Random(7)
    with engine.connect() as tx, tx.begin() as transaction:
        for number in range(60):
            told = {name: chance.choice(values) for name, values in KINDS.items()}
            shelve(tx, Told(**told), str(number))
        yield tx
        transaction.rollback()


PARTS = st.sampled_from(
    [*(f"state:{state}" for state in VERSIONS.field("state").values)]
    + [f"candidate:{word}" for word in VERSIONS.field("candidate").values]
    + ["platform:android", "platform:ios", "channel:android-phone", "channel:android*"]
    + ["format:apk", "profile:sunny", "version:1.9", "version:1.*", "build:7", "build:4*"]
    + ['name:"sunny days"', "name:sun", "identifier:org", "file:release", "notes:umb"]
    + ["sunny", "umbrella", '"days"', "1.9", "example app"]
)
QUERY = st.lists(st.tuples(st.booleans(), PARTS), max_size=4).map(
    lambda parts: " ".join(("-" if minus else "") + part for minus, part in parts)
)


KEYS = {
    "created": lambda version: version.id,
    "version": lambda version: (natural(version.version), version.id),
    "build": lambda version: (natural(version.build), version.id),
    "size": lambda version: (version.size, version.id),
}

SORT = [way + key for key in VERSIONS.sorts for way in ("", "-")]


@contextmanager
def way(few, moments):
    """Let so many rows be few, and so many moments be looked at one by one."""
    before = version_ways._FEW, version_ways._MOMENTS
    version_ways._FEW, version_ways._MOMENTS = few, moments
    try:
        yield
    finally:
        version_ways._FEW, version_ways._MOMENTS = before


WAYS = [partial(way, 1_000, 32), partial(way, 0, 32), partial(way, 0, 0), partial(way, 5, 1)]


@settings(max_examples=120, deadline=None)
@given(text=QUERY, sort=st.sampled_from(SORT), of_one=st.booleans(), way=st.sampled_from(WAYS))
def test_a_query_finds_what_a_plain_filter_finds_on_every_way(shelf, text, sort, of_one, way):
    """Whether a catalogue is taken for a small one, or for one in which everything is common."""
    query, order = parse(text, VERSIONS), parse_sort(sort, VERSIONS)
    profile = 1 if of_one else None
    with way():
        found = versions.page(shelf, profile, query, None, 99, order)
    everything = versions.page(shelf, profile, None, None, 99)
    wanted = [version for version in everything if fits(version, query)]
    assert found == sorted(wanted, key=KEYS[order.key], reverse=order.descending)


@settings(max_examples=15, deadline=None)
@given(limit=st.integers(1, 25), between=st.integers(0, 2), descending=st.booleans())
@pytest.mark.parametrize(
    "key",
    [key if key == "size" else pytest.param(key, marks=pytest.mark.e2e) for key in VERSIONS.sorts],
)
def test_every_row_comes_once_in_its_order(shelf, key, limit, between, descending):
    """Rows that come meanwhile may be seen or not; those that were there are, either way round."""
    order = parse_sort(f"-{key}" if descending else key, VERSIONS)
    with shelf.begin_nested() as transaction:
        there = versions.page(shelf, None, None, None, 99)
        fresh = iter(range(100, 105))

        def read(after, limit):
            rows = versions.page(shelf, None, None, after, limit + 1, order)
            return pages.page(shelf, rows, limit, SORTS.cursor(order))

        def insert():
            for _ in range(between):
                if (salt := next(fresh, None)) is not None:
                    shelve(shelf, Told(version="1.9", size=salt % 3), str(salt))

        seen = walk(read, lambda row: row, insert, limit)
        assert len({row.id for row in seen}) == len(seen)
        assert seen == sorted(seen, key=KEYS[key], reverse=descending)
        assert {row.id for row in there} <= {row.id for row in seen}
        transaction.rollback()


def test_what_is_no_cursor_of_an_order_is_refused(engine):
    with engine.connect() as tx:
        for sort in VERSIONS.sorts:
            for cursor in ("x", "[1]", '["a", "b"]', "[null, 1]", f"[1, {10**30}]", "{}", "1e400"):
                with pytest.raises(WrongUsage, match="no cursor"):
                    versions.page(tx, None, None, cursor, 5, parse_sort(sort, VERSIONS))


def test_numbers_are_ordered_as_people_read_them():
    told = ["", "1.9", "1.10", "1.10-beta", "2", "10", "a9", "a10", "b"]
    assert sorted({*told}, key=natural) == told
