"""Pages: complete and without overlap, whatever is inserted between them."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shipway_client.errors import WrongUsage
from shipway_client.wire.queries import VERSIONS
from shipway_daemon.catalog import environments, owners, pages, profiles, version_ways, versions
from shipway_daemon.events import history
from shipway_daemon.queries.orders import parse_sort
from shipway_plugins.words import Signing, SigningState
from support.asking import versions_asked
from support.paging import walk
from support.versions import add, inspection

#: How many rows there are, how long a page is, how many come between two pages.
LISTS = {"rows": st.integers(0, 25), "limit": st.integers(1, 10), "between": st.integers(0, 3)}


@settings(max_examples=15, deadline=None)
@given(**LISTS)
def test_versions_newest_first(engine, rows, limit, between):
    """What comes while the list is read is newer, so it is not in the pages that follow."""
    with engine.connect() as tx, tx.begin() as transaction:
        numbers = iter(range(1_000))

        def insert() -> None:
            number = next(numbers)
            add(tx, inspection(build=str(number)))

        for _ in range(rows):
            insert()

        def read(after, limit):
            found = versions.page(tx, None, None, after, limit + 1)
            return pages.page(tx, found, limit, lambda row: row.id)

        there = [version.number for version in versions.page(tx, None, None, None, 1_000)]
        seen = walk(read, lambda row: row.number, lambda: [insert() for _ in range(between)], limit)
        assert seen == there == sorted(range(1, rows + 1), reverse=True)
        transaction.rollback()


NAMES = st.lists(
    st.text("abcAB0-é漢🎉_.", min_size=1, max_size=6), unique=True, min_size=0, max_size=30
)


@settings(max_examples=15, deadline=None)
@given(names=NAMES, limit=st.integers(1, 10), data=st.data())
def test_profiles_by_address(engine, names, limit, data):
    """A profile that comes meanwhile may be seen or not; those that were there are, once."""
    with engine.connect() as tx, tx.begin() as transaction:

        def insert(name: str) -> None:
            app = owners.ensure_app(tx, "owner", name)
            profiles.create(
                tx,
                owners.ensure_owner(tx, "owner"),
                app.id,
                {"name": name, "address": f"owner/{name}", "channel": "custom", "identifier": None},
            )

        split = data.draw(st.integers(0, len(names)))
        for name in names[:split]:
            insert(name)
        later = iter(names[split:])

        def read(after, limit):
            return pages.page(
                tx, profiles.page(tx, None, after, limit + 1), limit, lambda row: row.address
            )

        seen = walk(
            read,
            lambda row: row.name,
            lambda: [insert(name) for name in [next(later, None)] if name],
            limit,
        )
        assert len(seen) == len(set(seen))
        assert set(names[:split]) <= set(seen)
        transaction.rollback()


@settings(max_examples=20, deadline=None)
@given(**LISTS)
def test_events_newest_first(engine, rows, limit, between):
    with engine.connect() as tx, tx.begin() as transaction:
        for number in range(rows):
            history.append(tx, "a.kind", str(number))

        def read(after, limit):
            found = history.page(tx, "a.kind", after, limit + 1)
            return pages.page(tx, found, limit, lambda row: row.seq)

        def insert() -> None:
            for _ in range(between):
                history.append(tx, "a.kind", "later")
                history.append(tx, "another.kind", "later")

        seen = walk(read, lambda row: row.subject, insert, limit)
        assert seen == [str(number) for number in reversed(range(rows))]
        transaction.rollback()


def test_publications(engine):
    with engine.connect() as tx, tx.begin() as transaction:
        for number in range(12):
            made = environments.create(tx, f"env-{number:02}", "enterprise_store", {})
            environments.ensure_publication(tx, made.id, "owner/app")
            environments.ensure_publication(tx, made.id, "owner/app")
            environments.ensure_publication(tx, made.id, "owner/other")

        def published(after, limit):
            found = environments.publications_page(
                tx, None, "owner/app", pages.id_cursor(after), limit + 1
            )
            return pages.page(tx, found, limit, lambda row: row.id)

        names = [f"env-{number:02}" for number in range(12)]
        assert walk(published, lambda row: row.environment, lambda: None, 5) == names
        transaction.rollback()


def test_a_page_carries_the_event_number_of_its_transaction(engine):
    """Who follows the feed from there misses nothing."""
    with engine.connect() as tx, tx.begin() as transaction:
        seq = history.append(tx, "a.kind", "x")
        assert pages.page(tx, [1, 2, 3], 2, str).seq == seq
        transaction.rollback()


@pytest.mark.parametrize("limit", [-1, 0, 201, 10**9])
def test_a_page_of_no_or_too_many_rows_is_refused(limit):
    with pytest.raises(WrongUsage, match="1 to 200"):
        pages.check_limit(limit)


@pytest.mark.parametrize("cursor", ["", "x", "-1", "1.5", "٣", "9" * 19, "1 OR 1=1"])
def test_what_is_no_cursor_is_refused(cursor):
    with pytest.raises(WrongUsage, match="no cursor"):
        pages.id_cursor(cursor)


def test_no_list_sorts_its_rows(engine):
    """Each page comes along an index, so it costs the same whatever the catalogue holds."""
    with engine.connect() as tx, tx.begin() as transaction:
        for number in range(3):
            add(tx, inspection(build=str(number)))
        raw = tx.connection.driver_connection
        statements = []
        raw.set_trace_callback(statements.append)
        versions.page(tx, 1, None, "100", 50)
        versions.page(tx, None, None, "100", 50)
        profiles.page(tx, None, "a", 50)
        history.page(tx, None, "100", 50)
        history.page(tx, None, "100", 50, "owner/app@1")
        owners.apps_page(tx, "a", 50)
        raw.set_trace_callback(None)

        check_unsorted(raw, statements, 6)
        transaction.rollback()


#: What is common in a catalogue, and is asked of a list that is walked along an index.
COMMON = ["", "state:ready", "-state:ready", "state:expired", "platform:android", "candidate:yes"]


def test_no_list_of_versions_sorts_its_rows_where_what_is_asked_for_is_common(engine, monkeypatch):
    monkeypatch.setattr(version_ways, "_FEW", 0)
    with engine.connect() as tx, tx.begin() as transaction:
        for number in range(3):
            signing = Signing(state=SigningState.VALID, expires=f"200{number}-01-01T00:00:00Z")
            add(tx, inspection(build=f"1{number}", signing=signing))
            versions.mark_candidate(tx, add(tx, inspection(build=str(number))).id)
        raw = tx.connection.driver_connection
        statements = []
        raw.set_trace_callback(statements.append)
        asked = list(itertools.product([None, 1], COMMON, [*VERSIONS.sorts, "-size", "-created"]))
        for profile, text, sort in asked:
            order = parse_sort(sort, VERSIONS)
            versions.page(tx, profile, versions_asked(text), None, 51, order)
        raw.set_trace_callback(None)
        check_unsorted(raw, [one for one in statements if "ORDER BY" in one], len(asked))
        transaction.rollback()


def check_unsorted(raw, statements, count):
    """Look at how SQLite does what has a limit: along an index, or by sorting."""
    lists = [statement for statement in statements if "LIMIT" in statement]
    assert len(lists) == count
    for statement in lists:
        steps = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}")]
        assert not any("TEMP B-TREE" in step for step in steps), (statement, steps)
