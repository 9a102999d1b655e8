"""Figures of jobs are of those that have not ended, and of those that ended since the last look."""

from shipway_client.wire import JobOutcome, JobState
from shipway_daemon.events import history
from shipway_daemon.jobs import figures
from shipway_daemon.jobs.work import Ended


class Nothing:
    """Work that is done as soon as it begins."""

    version = 1

    async def run(self, job):
        return Ended(outcome=JobOutcome.VERIFIED, reason="Done.")

    async def settle(self, job):
        return Ended(outcome=JobOutcome.CANCELLED, reason="Settled.")

    def finished(self, job):
        """Nobody waits."""


async def test_jobs_are_counted_while_they_live_and_once_when_they_end(jobs):
    first = await jobs.submit("a")
    await jobs.submit("b")
    read = jobs.database.read
    assert sum((await read(figures.not_ended)).values()) == 2
    before = await read(history.last)
    engine = jobs.start(1, Nothing())
    await jobs.reaches(first, JobState.DONE)
    await jobs.reaches(first + 1, JobState.DONE)
    await jobs.stop(engine)
    assert await read(figures.not_ended) == {}
    after = await read(history.last)
    ended = await read(lambda tx: figures.ended(tx, before, after))
    assert [(one.kind, one.outcome) for one in ended] == [("test", "verified")] * 2
    assert all(one.seconds is not None and 0 <= one.seconds < 3600 for one in ended)
    assert await read(lambda tx: figures.ended(tx, after, after)) == []
    assert await read(lambda tx: figures.ended(tx, before, before)) == []
