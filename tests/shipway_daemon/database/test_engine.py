"""One writer, several readers; what was acknowledged is there, what failed changed nothing."""

import asyncio
import threading

import pytest
from shipway_client.errors import Unavailable
from shipway_daemon.database.engine import Database
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError
from support.disks import fill, small_disk
from support.waiting import wait_for


@pytest.fixture
async def store(tmp_path):
    """A database of one table with one column."""
    opened = Database(tmp_path / "plain.sqlite3")
    await opened.write(lambda tx: tx.execute(text("CREATE TABLE numbers (n INTEGER UNIQUE)")))
    yield opened
    await opened.close()


def add(number: int):
    return lambda tx: tx.execute(text("INSERT INTO numbers VALUES (:n)"), {"n": number})


def count(tx: Connection) -> int:
    return tx.execute(text("SELECT count(*) FROM numbers")).scalar_one()


async def test_a_read_transaction_sees_one_moment(store):
    """A commit that comes while a reader is at work is not seen by it, but by the next."""
    begun, go_on = threading.Event(), threading.Event()

    def read_twice(tx: Connection) -> tuple[int, int]:
        first = count(tx)
        begun.set()
        # Only this reader's own thread waits: the loop goes on.
        tx.connection.driver_connection._conn.create_function("pause", 0, lambda: go_on.wait(20))
        tx.execute(text("SELECT pause()")).scalar()
        return first, count(tx)

    reading = asyncio.create_task(store.read(read_twice))
    await wait_for(begun.is_set)
    await store.write(add(1))
    go_on.set()

    assert await reading == (0, 0)
    assert await store.read(count) == 1


async def test_a_read_transaction_cannot_write(store):
    with pytest.raises(Unavailable, match="readonly"):
        await store.read(add(1))
    assert await store.read(count) == 0


async def test_a_write_begins_immediate(store):
    """So a transaction that reads before it writes never fails for having read."""
    statements: list[str] = []

    def read_then_write(tx: Connection) -> int:
        tx.connection.driver_connection._conn.set_trace_callback(statements.append)
        there = count(tx)
        add(there)(tx)
        return there

    await asyncio.gather(*(store.write(read_then_write) for _ in range(20)))

    assert await store.read(count) == 20
    begins = {line for line in statements if line.startswith("BEGIN")}
    assert begins == {"BEGIN IMMEDIATE"}


async def test_an_error_rolls_the_whole_transaction_back(store):
    """And nobody is woken for it."""
    await store.write(add(1))
    beats = store.changed.count

    def twice(tx: Connection) -> None:
        add(2)(tx)
        add(1)(tx)

    with pytest.raises(IntegrityError):
        await store.write(twice)
    with pytest.raises(ZeroDivisionError):
        await store.write(lambda tx: (add(3)(tx), 1 / 0))

    assert await store.read(count) == 1
    assert store.changed.count == beats
    await store.write(add(2))
    assert store.changed.count == beats + 1


async def test_a_cancelled_writer_waits_for_its_commit(store):
    """Whoever is cancelled twice as well: what it began is over when it ends."""
    begun, go_on = threading.Event(), threading.Event()

    def slow(tx: Connection) -> None:
        add(7)(tx)
        begun.set()
        tx.connection.driver_connection._conn.create_function("pause", 0, lambda: go_on.wait(20))
        tx.execute(text("SELECT pause()")).scalar()

    writing = asyncio.create_task(store.write(slow))
    await wait_for(begun.is_set)
    for _ in range(2):
        writing.cancel()
        done, _ = await asyncio.wait({writing}, timeout=0.05)
        assert not done, "it was let go before the commit"
    go_on.set()

    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await store.read(count) == 1


async def test_a_cancelled_writer_of_a_failing_change_leaves_no_warning(store, caplog):
    begun, go_on = threading.Event(), threading.Event()

    def fails(tx: Connection) -> None:
        begun.set()
        tx.connection.driver_connection._conn.create_function("pause", 0, lambda: go_on.wait(20))
        tx.execute(text("SELECT pause()")).scalar()
        raise ValueError

    writing = asyncio.create_task(store.write(fails))
    await wait_for(begun.is_set)
    writing.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await store.read(count) == 0
    assert caplog.records == []


async def test_a_full_database_is_unavailable_and_recovers(store):
    """The sentence says what to see to; nothing was changed; with room again it goes on."""

    def limit(pages: str):
        return lambda tx: tx.execute(text(f"PRAGMA max_page_count = {pages}"))

    def grow(tx: Connection) -> None:
        tx.execute(text("CREATE TABLE ballast AS SELECT zeroblob(1000000) AS bytes"))

    pages = await store.read(lambda tx: tx.execute(text("PRAGMA page_count")).scalar_one())
    await store.write(limit(str(pages)))
    with pytest.raises(Unavailable, match=r"full.*\.") as refused:
        await store.write(grow)
    assert "room" in refused.value.hint

    await store.write(limit("1000000"))
    await store.write(add(1))
    assert await store.read(count) == 1


async def test_a_full_disk_is_unavailable_and_recovers(tmp_path):
    """A real file system without room: the log of the database cannot grow."""
    with small_disk(tmp_path / "disk", "1m") as disk:
        store = Database(disk / "small.sqlite3")
        await store.write(lambda tx: tx.execute(text("CREATE TABLE numbers (n INTEGER UNIQUE)")))
        try:
            ballast = disk / "ballast"
            fill(ballast)
            with pytest.raises(Unavailable):
                for number in range(1_000):
                    await store.write(add(number))
            kept = await store.read(count)
            ballast.unlink()
            await store.write(add(-1))
            assert await store.read(count) == kept + 1
        finally:
            await store.close()


async def test_a_page_that_the_disk_does_not_give_is_no_fault_of_ours(tmp_path):
    """SQLite may call the database malformed then; whoever waits for the disk tries again."""
    path = tmp_path / "torn.sqlite3"
    store = Database(path)
    await store.write(lambda tx: tx.execute(text("CREATE TABLE numbers (n INTEGER UNIQUE)")))
    await store.write(add(1))
    size = await store.read(lambda tx: tx.execute(text("PRAGMA page_size")).scalar_one())
    await store.close()
    pages = path.read_bytes()
    path.write_bytes(pages[:size] + b"\xff" * (len(pages) - size))
    torn = Database(path)
    with pytest.raises(Unavailable, match="malformed"):
        await torn.read(count)
    with pytest.raises(Unavailable, match="malformed"):
        await torn.write(add(2))
    await torn.close()
    path.write_bytes(pages)
    whole = Database(path)
    assert await whole.read(count) == 1
    await whole.close()


async def test_every_commit_is_put_on_the_disk(store):
    """WAL with NORMAL would lose all since the last checkpoint at a power cut."""

    def pragma(name: str):
        return lambda tx: tx.execute(text(f"PRAGMA {name}")).scalar_one()

    assert await store.write(pragma("journal_mode")) == "wal"
    assert await store.write(pragma("synchronous")) == 2
    assert await store.write(pragma("foreign_keys")) == 1
    assert await store.read(pragma("query_only")) == 1


async def test_many_writers_and_readers_at_once_all_get_their_turn(store):
    async def write(number: int) -> None:
        await store.write(add(number))
        assert await store.read(count) >= 1

    await asyncio.gather(*(write(number) for number in range(100)))
    assert await store.read(count) == 100
