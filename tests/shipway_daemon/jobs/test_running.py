"""A job while it runs: replayed by position and name, fenced off from who took over."""

import asyncio

import pytest
from shipway_client.errors import Unavailable
from shipway_client.wire import JobOutcome, JobState
from shipway_daemon.database import recording
from shipway_daemon.events import history
from shipway_daemon.events.feed import ProgressBoard
from shipway_daemon.jobs import checkpoints, ending, rows, views
from shipway_daemon.jobs.engine import Engine
from shipway_daemon.jobs.epochs import Fenced
from shipway_daemon.jobs.execution import Execution
from shipway_daemon.jobs.rows import JobRow, NewJob
from shipway_daemon.jobs.running import RunningJob, StepsChanged
from shipway_daemon.jobs.work import Ended
from shipway_daemon.jobs.writer import JobWriter
from support.waiting import wait_for


class Work:
    """Two steps, of which each is counted, and what the test wants in between."""

    version = 2

    def __init__(self) -> None:
        self.done: list[str] = []
        self.names = ("first", "second")
        self.gate: asyncio.Event | None = None
        self.settling: asyncio.Event | None = None
        self.settled = 0
        self.over: list[int] = []
        self.problem: Exception | None = None

    async def run(self, job: RunningJob) -> Ended:
        for name in self.names:
            await job.step(name, int, lambda name=name: self._do(name))
            if self.gate is not None:
                await self.gate.wait()
        if self.problem is not None:
            raise self.problem
        return Ended(outcome=JobOutcome.VERIFIED, reason="Done.")

    async def _do(self, name: str) -> int:
        self.done.append(name)
        return len(self.done)

    async def settle(self, job: RunningJob) -> Ended:
        self.settled += 1
        if self.settling is not None:
            await self.settling.wait()
        return Ended(outcome=JobOutcome.CANCELLED, reason="Settled.")

    def finished(self, job: JobRow) -> None:
        self.over.append(job.id)


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
async def engine_of(database, work):
    """Start the engine of a daemon of an epoch; all are stopped at the end."""
    running: list[asyncio.Task[None]] = []

    def start(epoch: int) -> Engine:
        engine = Engine(database, ProgressBoard(), epoch, {"test": work})
        running.append(asyncio.create_task(engine.run()))
        return engine

    yield start
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def submit(database, lock: str | None = "lock", *, queue: bool = False, number: int = 1):
    job = NewJob(kind="test", actor="a", tracking=f"t{number}", request={}, lock_key=lock)
    return await database.write(lambda tx: rows.submit(tx, job, queue=queue))


async def ended(database, job: int):
    async def done():
        found = await database.read(lambda tx: views.read(tx, job))
        return found if found.state is JobState.DONE else None

    return await wait_for(done, message=f"job {job} does not end")


async def test_a_job_runs_its_steps_once_and_ends(database, work, engine_of) -> None:
    job = await submit(database)
    engine_of(1)
    assert (await ended(database, job)).outcome is JobOutcome.VERIFIED
    assert work.done == ["first", "second"]
    await wait_for(lambda: work.over == [job])


async def test_a_later_daemon_replays_what_was_done(database, work, engine_of) -> None:
    job = await submit(database)
    await database.write(lambda tx: rows.claim(tx, 1))
    await database.write(lambda tx: checkpoints.save_step(tx, job, 0, "first", 1))
    engine_of(2)
    assert (await ended(database, job)).outcome is JobOutcome.VERIFIED
    assert work.done == ["second"]


async def test_steps_that_changed_are_told_and_not_guessed(database, work, engine_of) -> None:
    job = await submit(database)
    await database.write(lambda tx: rows.claim(tx, 1))
    await database.write(lambda tx: checkpoints.save_step(tx, job, 0, "of another program", 1))
    engine_of(2)
    told = await ended(database, job)
    assert told.outcome is JobOutcome.UNVERIFIED
    assert "of another program" in told.reason
    assert "by version 1 of the steps of test (this one does version 2)" in told.reason
    assert work.done == []


async def test_a_job_that_was_only_queued_is_done_by_the_steps_of_now(
    database, work, engine_of
) -> None:
    """Its version is that of the steps which it was begun by, not of the day it was submitted."""
    job = await submit(database)
    engine_of(1)
    await ended(database, job)
    query = rows.select(rows.jobs.c.flow_version).where(rows.jobs.c.id == job)
    assert await database.read(lambda tx: tx.execute(query).scalar()) == work.version


async def test_what_the_work_raises_is_how_the_job_ended(database, work, engine_of) -> None:
    work.problem = ValueError("a broken cup")
    job = await submit(database)
    engine_of(1)
    told = await ended(database, job)
    assert told.outcome is JobOutcome.FAILED
    assert "a broken cup" in told.reason


async def test_a_frozen_daemon_writes_nothing_after_another_took_over(
    database, work, engine_of
) -> None:
    """The old engine is held in the middle of a job, thawed after the new one took it up."""
    work.gate = asyncio.Event()
    job = await submit(database)
    engine_of(1)
    await wait_for(lambda: work.done == ["first"])
    await database.write(lambda tx: rows.interrupt(tx, 2))
    engine_of(2)
    await wait_for(lambda: _owner(database, job, 2), message="it is not taken up")
    work.gate.set()
    assert (await ended(database, job)).outcome is JobOutcome.VERIFIED
    steps = await database.read(lambda tx: checkpoints.step_results(tx, job))
    assert [name for name, _ in steps] == ["first", "second"]


async def _owner(database, job: int, epoch: int) -> bool:
    def read(tx) -> bool:
        row = tx.execute(rows.jobs.select().where(rows.jobs.c.id == job)).one()
        return (row.state, row.epoch) == (JobState.RUNNING, epoch)

    return await database.read(read)


async def test_every_write_of_a_fenced_job_is_refused(database) -> None:
    await submit(database)
    row = await database.write(lambda tx: rows.claim(tx, 1))
    writer = JobWriter(database, row.id, 1)
    job = RunningJob(row, writer, ProgressBoard(), [], [])
    await database.write(lambda tx: rows.interrupt(tx, 2))
    with pytest.raises(Fenced):
        await job.stage("Send")
    await job.log("a line")
    await writer.close()
    with pytest.raises(Fenced):
        await job.step("send", int, lambda: asyncio.sleep(0, 1))
    left = await database.read(lambda tx: views.read(tx, row.id))
    assert (left.stages, left.state) == ([], JobState.READY)
    assert await database.read(lambda tx: views.log_page(tx, row.id, None, 10)) == []
    assert await database.read(lambda tx: checkpoints.step_results(tx, row.id)) == []


async def test_a_step_under_another_name_is_an_error(database) -> None:
    await submit(database)
    row = await database.write(lambda tx: rows.claim(tx, 1))
    job = RunningJob(row, JobWriter(database, row.id, 1), ProgressBoard(), [("prepare", 1)], [])
    with pytest.raises(StepsChanged):
        await job.step("send", int, lambda: asyncio.sleep(0, 1))


async def test_a_cancelled_job_settles_and_frees_its_lock(database, work, engine_of) -> None:
    work.gate = asyncio.Event()
    first = await submit(database)
    engine = engine_of(1)
    second = await submit(database, queue=True, number=2)
    await wait_for(lambda: work.done == ["first"])
    await engine.cancel(first, "somebody")
    assert (await ended(database, first)).outcome is JobOutcome.CANCELLED
    assert work.settled == 1
    work.gate.set()
    assert (await ended(database, second)).outcome is JobOutcome.VERIFIED


async def test_cancelled_twice_it_settles_once(database, work, engine_of) -> None:
    work.gate = asyncio.Event()
    job = await submit(database)
    engine = engine_of(1)
    await wait_for(lambda: work.done == ["first"])
    await asyncio.gather(*(engine.cancel(job, "somebody") for _ in range(5)))
    assert (await ended(database, job)).outcome is JobOutcome.CANCELLED
    assert work.settled == 1


async def test_cancelled_again_while_it_settles_it_still_ends(database, work, engine_of) -> None:
    """A request from before this daemon: the second one must not stop the settling."""
    job = await submit(database)
    await database.write(lambda tx: rows.claim(tx, 1))
    await database.write(lambda tx: ending.request_cancel(tx, job))
    work.settling = asyncio.Event()
    engine = engine_of(2)
    await wait_for(lambda: work.settled == 1)
    await engine.cancel(job, "somebody impatient")
    work.settling.set()
    assert (await ended(database, job)).outcome is JobOutcome.CANCELLED


async def test_cancelled_before_it_was_read_it_still_ends(
    database, work, engine_of, monkeypatch
) -> None:
    """The request comes after the claim, before the engine has read the job's steps."""
    opening, opened = asyncio.Event(), asyncio.Event()
    read = Execution._open

    async def slow(self: Execution) -> tuple[RunningJob, bool]:
        opening.set()
        await opened.wait()
        return await read(self)

    monkeypatch.setattr(Execution, "_open", slow)
    job = await submit(database)
    engine = engine_of(1)
    await opening.wait()
    await engine.cancel(job, "somebody quick")
    opened.set()
    assert (await ended(database, job)).outcome is JobOutcome.CANCELLED
    assert work.done == []


async def test_the_end_of_the_daemon_is_no_cancellation(database, work) -> None:
    """Stopped in the middle, the job is as it was, for the next daemon to go on with."""
    work.gate = asyncio.Event()
    job = await submit(database)
    engine = Engine(database, ProgressBoard(), 1, {"test": work})
    task = asyncio.create_task(engine.run())
    await wait_for(lambda: work.done == ["first"])
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    left = await database.read(lambda tx: views.read(tx, job))
    assert (left.state, left.outcome, work.settled) == (JobState.RUNNING, None, 0)


async def test_a_queued_job_that_was_cancelled_lets_the_next_one_run(
    database, work, engine_of
) -> None:
    work.gate = asyncio.Event()
    engine = engine_of(1)
    first = await submit(database)
    engine.kick()
    await wait_for(lambda: work.done == ["first"])
    second, third = [await submit(database, queue=True, number=n) for n in (2, 3)]
    await engine.cancel(second, "somebody")
    work.gate.set()
    outcomes = [(await ended(database, job)).outcome for job in (first, second, third)]
    assert outcomes == [JobOutcome.VERIFIED, JobOutcome.CANCELLED, JobOutcome.VERIFIED]


async def test_the_end_of_a_queued_job_that_was_cancelled_is_told(
    database, work, engine_of
) -> None:
    """Whoever follows the feed learns of every end by the same event."""
    await submit(database)
    second = await submit(database, queue=True, number=2)
    await Engine(database, ProgressBoard(), 1, {"test": work}).cancel(second, "somebody")
    (told,) = await database.read(lambda tx: history.page(tx, "job.finished", None, 10))
    assert (told.subject, told.data["outcome"]) == (str(second), "cancelled")


async def test_a_job_that_cannot_be_read_ends_and_frees_its_lock(
    database, work, engine_of, monkeypatch
) -> None:
    """Nothing is known of what it did, so it is unverified; the next one is let in."""

    async def broken(self: Execution) -> RunningJob:
        raise ValueError("a torn page")

    first = await submit(database)
    second = await submit(database, queue=True, number=2)
    monkeypatch.setattr(Execution, "_open", broken)
    engine_of(1)
    for job in (first, second):
        told = await ended(database, job)
        assert told.outcome is JobOutcome.UNVERIFIED
        assert "a torn page" in told.reason


async def test_a_full_disk_is_waited_out(database, work, engine_of, monkeypatch) -> None:
    """The engine outlives it: nothing is claimed or ended until it can be recorded."""
    monkeypatch.setattr(recording, "_AGAIN_SECONDS", 0.01)
    job = await submit(database)
    write, refused = database.write, 0

    async def full(change):
        nonlocal refused
        refused += 1
        if refused <= 3:
            raise Unavailable("The catalogue cannot be written: the disk is full.")
        return await write(change)

    monkeypatch.setattr(database, "write", full)
    engine_of(1)
    assert (await ended(database, job)).outcome is JobOutcome.VERIFIED
    assert refused > 3
