"""What a job says: gathered into few transactions, capped, and nothing lost at its end."""

import asyncio

import pytest
from shipway_client.errors import Unavailable
from shipway_client.wire import JobOutcome, JobState
from shipway_daemon.jobs import checkpoints, rows, writer
from shipway_daemon.jobs.rows import JobRow
from shipway_daemon.jobs.running import MAX_STAGES, RunningJob
from shipway_daemon.jobs.work import Ended
from shipway_daemon.jobs.writer import MAX_LINES, JobWriter
from support.waiting import wait_for


class Talker:
    """Says what it is told to, then waits at a gate, if there is one."""

    version = 1

    def __init__(self, lines: int = 0, stages: int = 0) -> None:
        self.lines = lines
        self.stages = stages
        self.gate: asyncio.Event | None = None

    async def run(self, job: RunningJob) -> Ended:
        for number in range(self.stages):
            await job.stage(f"stage {number}")
        for number in range(self.lines):
            await job.log(f"line {number}")
        if self.gate is not None:
            await self.gate.wait()
        return Ended(outcome=JobOutcome.VERIFIED, reason="Done.")

    async def settle(self, job: RunningJob) -> Ended:
        return Ended(outcome=JobOutcome.CANCELLED, reason="Settled.")

    def finished(self, job: JobRow) -> None:
        """Nothing to do."""


async def test_a_chatty_job_costs_few_commits_and_loses_nothing(jobs) -> None:
    job = await jobs.submit()
    before = jobs.database.changed.count
    jobs.start(1, Talker(lines=3_000))
    await jobs.ended(job)
    assert await jobs.log(job) == [f"line {number}" for number in range(3_000)]
    assert jobs.database.changed.count - before < 100


async def test_a_quiet_line_is_read_while_the_job_runs(jobs) -> None:
    work = Talker(lines=1)
    work.gate = asyncio.Event()
    job = await jobs.submit()
    jobs.start(1, work)

    async def written() -> bool:
        return await jobs.log(job) == ["line 0"]

    await wait_for(written, 30, "the line is not written before the job ends")
    assert (await jobs.read(job)).state is JobState.RUNNING
    work.gate.set()
    await jobs.ended(job)


async def test_a_log_is_full_at_some_time_and_says_so_once(jobs) -> None:
    job = await jobs.submit()
    jobs.start(1, Talker(lines=MAX_LINES + 100))
    await jobs.ended(job)
    log = await jobs.log(job)
    assert log[:-1] == [f"line {number}" for number in range(MAX_LINES)]
    assert "is not kept" in log[-1]


async def test_a_later_daemon_counts_the_lines_that_are_there(jobs, monkeypatch) -> None:
    monkeypatch.setattr(writer, "MAX_LINES", 15)
    work = Talker(lines=10)
    work.gate = asyncio.Event()
    job = await jobs.submit()
    old = jobs.start(1, work)

    async def written() -> bool:
        return len(await jobs.log(job)) == 10

    await wait_for(written)
    await jobs.stop(old)
    work.gate.set()
    jobs.start(2, work)
    await jobs.ended(job)
    log = await jobs.log(job)
    assert len(log) == 16
    assert "is not kept" in log[-1]


async def test_what_was_said_last_is_written_when_the_daemon_stops(jobs, monkeypatch) -> None:
    monkeypatch.setattr(writer, "_GATHER_SECONDS", 3_600.0)
    work = Talker(lines=7)
    work.gate = asyncio.Event()
    job = await jobs.submit()
    engine = jobs.start(1, work)
    await wait_for(lambda: engine._running and _said(engine) == 7)
    assert await jobs.log(job) == []
    await jobs.stop(engine)
    assert len(await jobs.log(job)) == 7
    assert (await jobs.read(job)).state is JobState.RUNNING


def _said(engine) -> int:
    ((execution, _),) = engine._running.values()
    return len(execution._writer._pending)


async def test_stages_are_full_at_some_time_and_say_so_once(jobs) -> None:
    job = await jobs.submit()
    jobs.start(1, Talker(stages=MAX_STAGES + 20))
    told = await jobs.ended(job)
    assert len(told.stages) == MAX_STAGES
    assert [line for line in await jobs.log(job) if "not kept" in line] == [
        "There are 200 stages: those that come after them are not kept."
    ]


async def test_lines_that_a_full_disk_refused_are_written_later_and_in_order(
    database, jobs, monkeypatch
) -> None:
    job = await jobs.submit()
    await database.write(lambda tx: rows.claim(tx, 1))
    made = JobWriter(database, job, 1)
    write, full = database.write, True

    async def disk(work):
        if not full:
            return await write(work)

        def refused(tx):
            work(tx)
            raise Unavailable("The disk is full.")

        return await write(refused)

    monkeypatch.setattr(database, "write", disk)
    made.add("first", "second")
    with pytest.raises(Unavailable):
        await made.write(lambda tx: checkpoints.save_step(tx, job, 0, "step", 1))
    made.add("third")
    full = False
    await made.write(lambda tx: checkpoints.save_step(tx, job, 0, "step", 1))
    await made.close()
    assert await jobs.log(job) == ["first", "second", "third"]


async def test_a_kind_that_nobody_knows_ends_and_frees_its_lock(jobs) -> None:
    job = await jobs.submit(kind="of the future")
    queued = await jobs.submit(queue=True)
    jobs.start(1, Talker())
    told = await jobs.ended(job)
    assert told.outcome is JobOutcome.UNVERIFIED
    assert "of the future" in told.reason
    assert (await jobs.ended(queued)).outcome is JobOutcome.VERIFIED
