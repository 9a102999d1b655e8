"""When the status of an environment is read: on view and hourly, a few at once, never twice."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest
from shipway_daemon.catalog import environments
from shipway_daemon.catalog.tables import environments as table
from shipway_daemon.publish import status as policy
from shipway_daemon.publish.status import Statuses
from shipway_plugins.errors import StoreUnreachable
from shipway_plugins.words import EnvironmentStatus, StatusReport
from sqlalchemy import update
from support.waiting import wait_for

HERE = StatusReport(status=EnvironmentStatus.AVAILABLE, reason="It answers.")


class Calls:
    """Lanes that answer when they are told to, and remember who was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.now = 0
        self.most = 0
        self.free = asyncio.Event()
        self.free.set()
        self.problem: Exception | None = None

    async def ask(self, row, question):
        self.asked.append(row.name)
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await self.free.wait()
        finally:
            self.now -= 1
        if self.problem is not None:
            raise self.problem
        return HERE


class Adapters:
    """Every adapter is there, but one."""

    def absence(self, kind):
        return None if kind == "there" else StatusReport(status="unknown", reason="It is gone.")


@pytest.fixture
def calls():
    return Calls()


@pytest.fixture
async def statuses(database, calls):
    made = Statuses(database, Adapters(), calls)
    yield made
    calls.free.set()
    await made.close()


async def environment(database, name, status="available", adapter="there", **age):
    """An environment whose status was read so long ago; without an age, never."""
    read_at = (datetime.now(UTC) - timedelta(**age)).isoformat() if age else None

    def make(tx):
        row = environments.create(tx, name, adapter, {})
        values = {"status": status, "read_at": read_at}
        tx.execute(update(table).where(table.c.id == row.id).values(**values))
        return environments.read(tx, name)

    return await database.write(make)


async def asked(calls, statuses, rows):
    statuses.seen(rows)
    await asyncio.gather(*statuses._reading.values())
    return calls.asked


async def test_what_is_no_longer_fresh_is_read_when_somebody_looks(database, calls, statuses):
    """A minute for one that is Available, ten seconds for any other; a clock that jumped too."""
    rows = [
        await environment(database, "fresh", seconds=30),
        await environment(database, "old", seconds=90),
        await environment(database, "doubted", "unknown", seconds=30),
        await environment(database, "just-doubted", "busy", seconds=1),
        await environment(database, "never"),
        await environment(database, "to-come", hours=-2),
        await environment(database, "gone", adapter="gone", hours=2),
    ]
    named = await asked(calls, statuses, rows)
    assert sorted(named) == ["doubted", "never", "old", "to-come"]
    seen = await database.read(lambda tx: environments.read(tx, "doubted"))
    assert (seen.status, seen.reason) == ("available", "It answers.")


async def test_one_is_never_read_twice_at_once(database, calls, statuses):
    """Whoever looks meanwhile starts nothing."""
    row = await environment(database, "old", hours=2)
    calls.free.clear()
    statuses.seen([row])
    await wait_for(lambda: calls.now == 1)
    statuses.seen([row])
    (joined,) = statuses.begin([row])
    calls.free.set()
    await joined
    assert calls.asked == ["old"]


async def test_few_are_read_at_once(database, calls, statuses):
    """However many somebody looks at."""
    rows = [await environment(database, f"old-{n}", hours=2) for n in range(12)]
    calls.free.clear()
    statuses.seen(rows)
    await wait_for(lambda: calls.now == policy.AT_ONCE)
    calls.free.set()
    await asyncio.gather(*statuses._reading.values())
    assert len(calls.asked) == 12
    assert calls.most == policy.AT_ONCE


async def test_who_was_read_while_it_waited_is_not_read_again(database, calls, statuses):
    """A job that ended meanwhile has asked already."""
    rows = [await environment(database, f"old-{n}", hours=2) for n in range(policy.AT_ONCE + 1)]
    calls.free.clear()
    statuses.seen(rows)
    await wait_for(lambda: calls.now == policy.AT_ONCE)
    await database.write(lambda tx: environments.set_status(tx, rows[-1], HERE))
    calls.free.set()
    await asyncio.gather(*statuses._reading.values())
    assert sorted(calls.asked) == [row.name for row in rows[:-1]]


async def test_what_breaks_is_logged_and_harms_nobody(database, calls, statuses, caplog):
    """The next look tries again."""
    row = await environment(database, "old", hours=2)
    calls.problem = OSError(28, "No space left on device")
    with caplog.at_level(logging.ERROR):
        await asked(calls, statuses, [row])
    assert "the status of old was not read" in caplog.text
    calls.problem = StoreUnreachable("Nobody picks up.", "Call again.")
    await asked(calls, statuses, [row])
    seen = await database.read(lambda tx: environments.read(tx, "old"))
    assert (seen.status, seen.reason, seen.remedy) == ("unknown", "Nobody picks up.", "Call again.")


async def test_on_start_only_the_doubtful_and_the_due_are_read(database, calls, statuses):
    """Then nobody, until the next is an hour old."""
    await environment(database, "fine", minutes=50)
    await environment(database, "due", minutes=61)
    await environment(database, "doubted", "unknown", seconds=1)
    running = asyncio.create_task(statuses.run())
    await wait_for(lambda: len(calls.asked) == 2 and not statuses._reading)
    assert sorted(calls.asked) == ["doubted", "due"]
    assert policy.PAUSE_SECONDS < await statuses._until_next() <= 600
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_the_hour_is_kept(database, calls, statuses, monkeypatch):
    """Whoever is due is read again, by the one loop."""
    await environment(database, "fine", seconds=1)
    monkeypatch.setattr(policy, "OLDEST_SECONDS", 0.1)
    monkeypatch.setattr(policy, "PAUSE_SECONDS", 0.05)
    running = asyncio.create_task(statuses.run())
    await wait_for(lambda: len(calls.asked) >= 3, 30)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_what_was_read_with_other_settings_is_not_kept(database, calls, statuses):
    """They were changed while the lane was asked."""
    row = await environment(database, "old", hours=2)
    calls.free.clear()
    reading = asyncio.create_task(statuses.refresh(row))
    await wait_for(lambda: calls.now == 1)
    await database.write(lambda tx: environments.set_settings(tx, row.id, {"server": "b"}))
    calls.free.set()
    await reading
    seen = await database.read(lambda tx: environments.read(tx, "old"))
    assert seen.read_at == row.read_at


async def test_a_view_reads_behind_its_answer(desk):
    """Through the door: a status that is old by now is read again because somebody looked."""
    made = await desk.environment("unknown")
    assert (made.reason, made.remedy) == ("Nobody picks up.", "Call again.")

    def age(tx):
        old = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
        tx.execute(update(table).values(read_at=old))

    await desk.daemon.stop()
    await _in_its_catalogue(desk, age)
    await desk.daemon.start()
    await desk.client.environments.list()

    async def read_again():
        seen = await desk.client.environments.show("holding")
        return seen.read_at is not None and datetime.fromisoformat(seen.read_at) > before

    before = datetime.now(UTC) - timedelta(minutes=30)
    await wait_for(read_again, 60)


async def _in_its_catalogue(desk, change):
    from shipway_daemon.database.engine import Database

    database = Database(desk.daemon.locations.database)
    await database.write(change)
    await database.close()
