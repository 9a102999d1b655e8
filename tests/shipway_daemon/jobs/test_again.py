"""Trying again: with backoff, with the lock kept, and not for ever."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipway_client.wire import JobOutcome, JobState
from shipway_daemon.jobs.backoff import Backoff, seconds_until_next
from shipway_daemon.jobs.rows import JobRow
from shipway_daemon.jobs.running import RunningJob
from shipway_daemon.jobs.work import Ended
from support.waiting import wait_for


class Busy(Exception):
    """What the store of these tests says."""


class Sender:
    """Sends to a store that is busy for the first few times."""

    version = 1

    def __init__(self, busy: int, retry_after: float | None = None) -> None:
        self.busy = busy
        self.retry_after = retry_after
        self.did: list[str] = []

    async def run(self, job: RunningJob) -> Ended:
        await job.step("prepare", int, lambda: self._do("prepare"))
        try:
            await job.step("deliver", int, self._send)
        except Busy as error:
            await job.again("deliver", str(error), self.retry_after)
            return Ended(outcome=JobOutcome.FAILED, reason=str(error))
        await job.step("read back", int, lambda: self._do("read back"))
        return Ended(outcome=JobOutcome.VERIFIED, reason="Done.")

    async def _send(self) -> int:
        await self._do("deliver")
        if self.busy > 0:
            self.busy -= 1
            raise Busy("The store is busy.")
        return 0

    async def _do(self, what: str) -> int:
        self.did.append(what)
        return len(self.did)

    async def settle(self, job: RunningJob) -> Ended:
        return Ended(outcome=JobOutcome.CANCELLED, reason="Settled.")

    def finished(self, job: JobRow) -> None:
        """Nothing to do."""


async def going_on(jobs, engine, clock, job, tries: int) -> None:
    """Wait until it waits for its next try, then let the time go by."""

    async def waits() -> bool:
        found = await jobs.read(job)
        return found.state is JobState.WAITING and found.tries == tries

    await wait_for(waits, 30, f"job {job} does not wait for try {tries}")
    await wait_for(lambda: not engine._running)
    clock.go_by(4_000)
    engine.kick()


async def test_a_busy_store_is_tried_again_from_the_same_step(jobs, clock) -> None:
    work = Sender(busy=2)
    engine = jobs.start(1, work)
    job = await jobs.submit()
    engine.kick()
    for tries in (2, 3):
        await going_on(jobs, engine, clock, job, tries)
    told = await jobs.ended(job)
    assert (told.outcome, told.tries) == (JobOutcome.VERIFIED, 3)
    assert work.did == ["prepare", "deliver", "deliver", "deliver", "read back"]


async def test_the_lock_is_kept_between_the_tries(jobs, clock) -> None:
    work = Sender(busy=1)
    engine = jobs.start(1, work)
    job, queued = await jobs.submit(), await jobs.submit(queue=True)
    engine.kick()
    told = await jobs.reaches(job, JobState.WAITING)
    assert "The store is busy." in told.waits_for
    assert (await jobs.read(queued)).state is JobState.QUEUED
    await going_on(jobs, engine, clock, job, 2)
    await jobs.ended(job)
    assert (await jobs.ended(queued)).tries == 1


async def test_tries_are_used_up_and_counted_over_restarts(jobs, clock) -> None:
    work = Sender(busy=100)
    job = await jobs.submit()
    for epoch, tries in enumerate(range(2, 7), start=1):
        engine = jobs.start(epoch, work)
        await going_on(jobs, engine, clock, job, tries)
        if tries < 6:
            await jobs.stop(engine)
    told = await jobs.ended(job)
    assert (told.outcome, told.tries) == (JobOutcome.FAILED, 6)
    assert work.did == ["prepare", *["deliver"] * 6]


async def test_what_the_store_asks_for_is_waited_for(jobs, clock) -> None:
    work = Sender(busy=1, retry_after=600.0)
    engine = jobs.start(1, work)
    job = await jobs.submit()
    engine.kick()
    await jobs.reaches(job, JobState.WAITING)
    await wait_for(lambda: not engine._running)
    clock.go_by(599)
    engine.kick()
    assert (await jobs.read(job)).state is JobState.WAITING
    clock.go_by(10)
    engine.kick()
    assert (await jobs.ended(job)).outcome is JobOutcome.VERIFIED


# --------------------------------------------------------------------- the function


@given(
    tries=st.integers(1, 10_000),
    asked=st.none() | st.floats(-10, 1e9),
    seed=st.integers(0, 2**32),
)
def test_never_sooner_than_asked_and_never_longer_than_both_caps(tries, asked, seed) -> None:
    backoff = Backoff(tries=20_000)
    seconds = seconds_until_next(backoff, tries, asked, Random(seed))
    assert seconds is not None
    least = min(max(asked or 0.0, 0.0), backoff.longest_asked)
    assert least <= seconds <= least + min(backoff.longest, backoff.window * 2.0 ** min(tries, 60))


def test_the_same_seed_gives_the_same_waits() -> None:
    draws = [[seconds_until_next(Backoff(), 3, None, Random(seed))] for seed in (1, 1, 2)]
    assert draws[0] == draws[1] != draws[2]


@pytest.mark.parametrize("tries", [6, 7, 100])
def test_there_is_an_end_of_tries(tries) -> None:
    assert seconds_until_next(Backoff(), tries, 0.0, Random(1)) is None


def test_who_failed_together_does_not_come_back_together() -> None:
    """Full jitter: a thousand of them are spread over the whole window."""
    random, backoff = Random(7), Backoff()
    drawn = sorted(seconds_until_next(backoff, 5, None, random) or 0.0 for _ in range(1_000))
    window = backoff.window * 2**4
    assert drawn[100] < window * 0.2
    assert drawn[900] > window * 0.8
