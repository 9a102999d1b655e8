"""A job that waits is a row with a deadline: no coroutine, and no lock unless it keeps it."""

import asyncio

import pytest
from shipway_client.errors import NotFound, Refused
from shipway_client.wire import JobOutcome, JobState
from shipway_daemon.clock import moment
from shipway_daemon.events import history
from shipway_daemon.jobs import checkpoints, waits
from shipway_daemon.jobs.rows import JobRow
from shipway_daemon.jobs.running import RunningJob
from shipway_daemon.jobs.waits import WaitEnded
from shipway_daemon.jobs.work import Ended
from support.waiting import wait_for

HOUR, DAY = 3_600.0, 86_400.0


class Waiter:
    """Sends, waits for a review, reads back; counts what it really does."""

    version = 1

    def __init__(self, seconds: float = HOUR, *, keep_lock: bool = False) -> None:
        self.seconds = seconds
        self.keep_lock = keep_lock
        self.did: list[str] = []
        self.came: list[WaitEnded] = []
        self.held: list[bool] = []
        self.settled: list[int] = []
        self.over: list[int] = []
        self.cleaned = 0

    async def run(self, job: RunningJob) -> Ended:
        await job.step("deliver", int, lambda: self._do("deliver"))
        try:
            came = await job.wait(
                "review", self.seconds, "the store's review", keep_lock=self.keep_lock
            )
        finally:
            self.cleaned += 1
        self.came.append(came)
        self.held.append(job.holds_lock)
        await job.step("read back", int, lambda: self._do("read back"))
        return Ended(outcome=JobOutcome.VERIFIED, reason="Done.")

    async def _do(self, what: str) -> int:
        self.did.append(what)
        return len(self.did)

    async def settle(self, job: RunningJob) -> Ended:
        self.settled.append(job.id)
        return Ended(outcome=JobOutcome.CANCELLED, reason="Settled.")

    def finished(self, job: JobRow) -> None:
        self.over.append(job.id)


async def test_a_job_waits_as_a_row_and_nothing_of_it_runs(jobs, clock) -> None:
    work = Waiter()
    engine = jobs.start(1, work)
    job = await jobs.submit()
    engine.kick()
    told = await jobs.reaches(job, JobState.WAITING)
    assert told.waits_for == "the store's review"
    assert (moment(told.due_at) - clock.wall()).total_seconds() == HOUR
    await wait_for(lambda: not engine._running, message="a coroutine of it stays")
    assert (work.did, work.came, work.over) == (["deliver"], [], [])
    (event,) = await jobs.database.read(lambda tx: history.page(tx, "job.waiting", None, 10))
    assert event.data["waits_for"] == "the store's review"
    assert any("the store's review" in line for line in await jobs.log(job))


async def test_what_is_due_goes_on_and_does_nothing_twice(jobs, clock) -> None:
    work = Waiter()
    engine = jobs.start(1, work)
    job = await jobs.submit()
    engine.kick()
    await jobs.reaches(job, JobState.WAITING)
    await wait_for(lambda: not engine._running)
    clock.go_by(HOUR - 1)
    engine.kick()
    assert (await jobs.read(job)).state is JobState.WAITING
    clock.go_by(2)
    engine.kick()
    told = await jobs.ended(job)
    assert (told.outcome, told.waits_for, told.due_at) == (JobOutcome.VERIFIED, "", None)
    assert work.did == ["deliver", "read back"]
    assert work.came == [WaitEnded(timed_out=True)]
    await wait_for(lambda: work.over == [job])


async def test_a_deadline_needs_no_kick(jobs, clock) -> None:
    """The engine sleeps until it: here the clock goes by as real time does."""
    work = Waiter(seconds=0.05)
    engine = jobs.start(1, work)
    clock.elapsed = asyncio.get_running_loop().time
    job = await jobs.submit()
    engine.kick()
    assert (await jobs.ended(job)).outcome is JobOutcome.VERIFIED


async def test_an_answer_wakes_it_with_what_was_said(jobs, clock) -> None:
    work = Waiter()
    engine = jobs.start(1, work)
    job = await jobs.submit()
    engine.kick()
    await jobs.reaches(job, JobState.WAITING)
    await engine.answer(job, {"approved": True}, "ana")
    await jobs.ended(job)
    assert work.came == [WaitEnded(answer={"approved": True})]
    (event,) = await jobs.database.read(lambda tx: history.page(tx, "job.answered", None, 10))
    assert event.actor == "ana"
    clock.go_by(DAY)
    engine.kick()
    await wait_for(lambda: engine._deadlines.pause(clock.elapsed()) is None)
    steps = await jobs.database.read(lambda tx: checkpoints.step_results(tx, job))
    assert [name for name, _ in steps] == ["deliver", "review", "read back"]


async def test_who_does_not_wait_takes_no_answer(jobs) -> None:
    work = Waiter()
    engine = jobs.start(1, work)
    job = await jobs.submit()
    engine.kick()
    await jobs.reaches(job, JobState.WAITING)
    with pytest.raises(Refused):
        await engine.answer(job, "yes", "ana", step="approval")
    await engine.answer(job, "yes", "ana", step="review")
    with pytest.raises(Refused):
        await engine.answer(job, "no", "bob")
    with pytest.raises(NotFound):
        await engine.answer(job + 1, "yes", "ana")
    await jobs.ended(job)
    assert [came.answer for came in work.came] == ["yes"]


async def test_the_lock_is_given_back_and_the_next_one_runs(jobs, clock) -> None:
    work = Waiter()
    engine = jobs.start(1, work)
    first = await jobs.submit()
    second = await jobs.submit(queue=True)
    engine.kick()
    for job in (first, second):
        await jobs.reaches(job, JobState.WAITING)
    third = await jobs.submit()  # nobody is Busy
    engine.kick()
    await jobs.reaches(third, JobState.WAITING)
    clock.go_by(HOUR)
    engine.kick()
    for job in (first, second, third):
        await jobs.ended(job)
    assert work.held == [False] * 3


async def test_the_lock_is_kept_where_the_same_is_tried_again(jobs, clock) -> None:
    work = Waiter(keep_lock=True)
    engine = jobs.start(1, work)
    first = await jobs.submit()
    second = await jobs.submit(queue=True)
    engine.kick()
    await jobs.reaches(first, JobState.WAITING)
    assert (await jobs.read(second)).state is JobState.QUEUED
    clock.go_by(HOUR)
    engine.kick()
    await jobs.ended(first)
    await jobs.reaches(second, JobState.WAITING)
    assert work.held == [True]


async def test_a_wait_outlives_the_daemon(jobs, clock) -> None:
    """Half of it under one daemon, half under the next; answered there."""
    work = Waiter()
    old = jobs.start(1, work)
    job = await jobs.submit()
    old.kick()
    await jobs.reaches(job, JobState.WAITING)
    await jobs.stop(old)
    clock.go_by(HOUR / 2)
    new = jobs.start(2, work)
    await wait_for(lambda: new._deadlines.pause(clock.elapsed()) is not None)
    clock.go_by(HOUR / 2 - 1)
    new.kick()
    assert (await jobs.read(job)).state is JobState.WAITING
    clock.go_by(1)
    new.kick()
    assert (await jobs.ended(job)).outcome is JobOutcome.VERIFIED
    assert work.did == ["deliver", "read back"]


@pytest.mark.parametrize("jump", [-DAY, DAY])
async def test_a_clock_that_jumps_changes_no_wait(jobs, clock, jump) -> None:
    """While the daemon runs, the wall is for people only."""
    work = Waiter()
    engine = jobs.start(1, work)
    job = await jobs.submit()
    engine.kick()
    await jobs.reaches(job, JobState.WAITING)
    await wait_for(lambda: not engine._running)
    clock.jump(jump)
    engine.kick()
    assert (await jobs.read(job)).state is JobState.WAITING
    clock.go_by(HOUR)
    engine.kick()
    await jobs.ended(job)


async def test_a_clock_set_back_over_a_restart_makes_no_wait_longer(jobs, clock) -> None:
    work = Waiter()
    old = jobs.start(1, work)
    job = await jobs.submit()
    old.kick()
    await jobs.reaches(job, JobState.WAITING)
    await jobs.stop(old)
    clock.jump(-DAY)
    (left,) = await jobs.database.read(lambda tx: waits.every(tx, clock.wall()))
    assert left.seconds == HOUR
    new = jobs.start(2, work)
    await wait_for(lambda: new._deadlines.pause(clock.elapsed()) is not None)
    clock.go_by(HOUR)
    new.kick()
    await jobs.ended(job)


async def test_a_waiting_job_that_is_cancelled_is_settled(jobs) -> None:
    work = Waiter()
    engine = jobs.start(1, work)
    job = await jobs.submit()
    engine.kick()
    await jobs.reaches(job, JobState.WAITING)
    await engine.cancel(job, "ana")
    told = await jobs.ended(job)
    assert (told.outcome, told.waits_for, work.settled) == (JobOutcome.CANCELLED, "", [job])
    assert work.came == []


async def test_cancelled_while_it_begins_to_wait_it_is_settled(jobs, monkeypatch) -> None:
    """The request is recorded a moment before the wait would be: it never waits."""
    work = Waiter()
    engine = jobs.start(1, work)
    begin = RunningJob._begin_wait

    async def cancelled_first(self: RunningJob, *arguments, **named):
        await engine.cancel(self.id, "ana")
        await begin(self, *arguments, **named)

    monkeypatch.setattr(RunningJob, "_begin_wait", cancelled_first)
    job = await jobs.submit()
    engine.kick()
    assert (await jobs.ended(job)).outcome is JobOutcome.CANCELLED
    assert await jobs.database.read(lambda tx: history.page(tx, "job.waiting", None, 10)) == []


async def test_a_wait_of_no_time_leaves_no_two_runs_at_once(jobs) -> None:
    """The run that went to wait has cleaned up before the next one begins."""
    work = Waiter(seconds=0.0)
    engine = jobs.start(1, work)
    numbers = [await jobs.submit(lock=None) for _ in range(20)]
    engine.kick()
    for job in numbers:
        await jobs.ended(job)
    assert work.cleaned == 2 * len(numbers)
    assert not engine._running


async def test_many_that_wait_are_one_heap_and_no_task(jobs, clock) -> None:
    """They cost no row read and no timer each, and each of them goes on when it is due."""
    work = Waiter()
    engine = jobs.start(1, work)
    numbers = [await jobs.submit(lock=None) for _ in range(40)]
    engine.kick()
    for job in numbers:
        await jobs.reaches(job, JobState.WAITING)
    await wait_for(lambda: not engine._running)
    reads = jobs.database.changed.count
    assert 0 < engine._deadlines.pause(clock.elapsed()) <= 30
    assert jobs.database.changed.count == reads
    clock.go_by(HOUR)
    engine.kick()
    for job in numbers:
        await jobs.ended(job)
    assert len(work.came) == len(numbers)


class Twice(Waiter):
    """Waits twice: a short one that is answered, then a long one."""

    async def run(self, job: RunningJob) -> Ended:
        for name, seconds in (("first", HOUR), ("second", DAY)):
            self.came.append(await job.wait(name, seconds, f"the {name} answer"))
        return Ended(outcome=JobOutcome.VERIFIED, reason="Done.")


async def test_the_deadline_of_a_wait_that_is_over_wakes_no_other_one(jobs, clock) -> None:
    work = Twice()
    engine = jobs.start(1, work)
    job = await jobs.submit()
    engine.kick()
    await jobs.reaches(job, JobState.WAITING)
    await engine.answer(job, "yes", "ana", step="first")

    async def second() -> bool:
        return (await jobs.read(job)).waits_for == "the second answer"

    await wait_for(second, 30)
    await wait_for(lambda: not engine._running)
    clock.go_by(HOUR + 1)
    engine.kick()
    left = DAY - HOUR - 1
    await wait_for(lambda: engine._deadlines._heap[0][0] - clock.elapsed() == left)
    assert (await jobs.read(job)).state is JobState.WAITING
    clock.go_by(DAY)
    engine.kick()
    assert (await jobs.ended(job)).outcome is JobOutcome.VERIFIED
