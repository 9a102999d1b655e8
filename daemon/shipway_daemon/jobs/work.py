"""What a kind of job does, and how one job of it ended."""

from collections.abc import Callable
from typing import Protocol

import msgspec
from shipway_client.wire import JobOutcome
from sqlalchemy import Connection

from shipway_daemon.jobs.rows import JobRow
from shipway_daemon.jobs.running import RunningJob
from shipway_daemon.jobs.writer import nothing


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """How a job ended. `change` is made in the transaction that records it."""

    outcome: JobOutcome
    reason: str
    hint: str = ""
    change: Callable[[Connection], None] = nothing


class Work(Protocol):
    """What one kind of job does. `version` grows whenever the steps of `run` change."""

    version: int

    async def run(self, job: RunningJob) -> Ended:
        """Do the job, or go on with it after a crash or a wait: finished steps are replayed."""

    async def settle(self, job: RunningJob) -> Ended:
        """Find out how things are after a cancellation; the child process is dead by now.

        It may not wait. A job that gave its lock back has none here either
        (`RunningJob.holds_lock`): what else is at work under that lock is not its own.
        """

    def finished(self, job: JobRow) -> None:
        """The job has ended and its lock is free."""


class Unknown:
    """The work of a kind that this Shipway does not know: its jobs end, and free their locks."""

    version = 1

    async def run(self, job: RunningJob) -> Ended:
        """Say that nobody knows what to do."""
        return Ended(
            outcome=JobOutcome.UNVERIFIED,
            reason=f"This Shipway does not know jobs of the kind {job.row.kind}.",
            hint="It was submitted by another version of Shipway.",
        )

    async def settle(self, job: RunningJob) -> Ended:
        """Say the same: nobody knows what it did before."""
        return await self.run(job)

    def finished(self, job: JobRow) -> None:
        """Nothing is to be done after it."""
