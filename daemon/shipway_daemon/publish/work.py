"""What a publish job and an unpublish job do, step by step, so that a crash can be gone on from."""

import asyncio
import logging
from collections.abc import Awaitable

import msgspec
from shipway_client.errors import Busy, Failed, Refused, ShipwayError
from shipway_client.wire import JobOutcome
from shipway_plugins.words import LiveState, Receipt

from shipway_daemon.blobs.store import BlobStore
from shipway_daemon.catalog import environments
from shipway_daemon.catalog.environments import EnvironmentRow
from shipway_daemon.database.engine import Database
from shipway_daemon.jobs.epochs import Fenced
from shipway_daemon.jobs.rows import JobRow
from shipway_daemon.jobs.running import RunningJob, StepsChanged
from shipway_daemon.jobs.work import Ended
from shipway_daemon.publish import deadlines, outcomes
from shipway_daemon.publish.attempt import Attempt, NotTaken, Silent
from shipway_daemon.publish.environments import Environments
from shipway_daemon.publish.sending import PublishRequested, Sending, sending_of
from shipway_daemon.publish.verification import read_back
from shipway_daemon.workers.lanes import Lanes

_log = logging.getLogger(__name__)


class StoreJobs:
    """Runs jobs that change what a store holds."""

    #: What the steps below are; a job that was begun under another number may not fit them.
    version = 1

    def __init__(
        self, database: Database, blobs: BlobStore, environments_: Environments, lanes: Lanes
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._environments = environments_
        self._lanes = lanes
        self._deadlines = deadlines.DEADLINES
        self._refreshing: set[asyncio.Task[None]] = set()

    async def run(self, job: RunningJob) -> Ended:
        """Send, or find out that it was sent, then read back."""
        return await _honest(job, self._run(job))

    async def settle(self, job: RunningJob) -> Ended:
        """Read back after a cancellation: a job that is found live is Published all the same."""
        return await _honest(job, self._settle(job))

    async def _run(self, job: RunningJob) -> Ended:
        row = await self._row(job)
        sending = sending_of(job, self._blobs)
        try:
            self._environments.lane(row)
        except Refused as error:
            return outcomes.without_adapter(error, begun=job.was_done("intent"))
        attempt = self._attempt(job, row, sending)
        await job.step("prepare", int, lambda: self._prepare(job))
        try:
            receipt = await attempt.send()
        except Silent as error:
            await self._environments.mark_unknown(row, error.message)
            return Ended(outcome=JobOutcome.UNVERIFIED, reason=error.message, hint=error.hint)
        except NotTaken as error:
            return outcomes.not_taken(row, error)
        return await self._verify(job, row, attempt, sending, receipt)

    def _attempt(self, job: RunningJob, row: EnvironmentRow, sending: Sending) -> Attempt:
        return Attempt(job, row, sending, self._environments, self._deadlines)

    async def _settle(self, job: RunningJob) -> Ended:
        row = await self._row(job)
        sending = sending_of(job, self._blobs)
        if job.holds_lock:
            await self._lanes.kill(row.id)
        if not job.was_done("intent"):
            return Ended(outcome=JobOutcome.CANCELLED, reason="Cancelled before it was sent.")
        await job.stage("Read back", "after the cancellation", broken=True)
        attempt = self._attempt(job, row, sending)
        try:
            live = await read_back(attempt.live, lambda _: True, self._deadlines.settle)
        except Busy:
            return outcomes.cancelled_unread("another job is at work there")
        if live is None:
            return outcomes.cancelled_unread("the store does not answer")
        return outcomes.cancelled(row, live, taken=sending.reached(live))

    def finished(self, job: JobRow) -> None:
        """Read the environment's status after a job, when its lock is free."""
        task = asyncio.create_task(self._refresh(job), name=f"refresh-after-{job.id}")
        self._refreshing.add(task)
        task.add_done_callback(self._refreshing.discard)

    async def close(self) -> None:
        """End what is still being read."""
        for task in self._refreshing:
            task.cancel()
        await asyncio.gather(*self._refreshing, return_exceptions=True)

    # --------------------------------------------------------------------- steps

    async def _row(self, job: RunningJob) -> EnvironmentRow:
        name = job.row.environment or ""
        return await self._database.read(lambda tx: environments.read(tx, name))

    async def _prepare(self, job: RunningJob) -> int:
        """See that every file is there before the store is told anything."""
        await job.stage("Prepare")
        if job.row.kind == "unpublish":
            return 0
        plan = msgspec.convert(job.row.request, PublishRequested).plan
        versions = [item.version for item in plan.items if item.version is not None]
        for version in versions:
            if not await asyncio.to_thread(self._blobs.has, version.digest, version.size):
                raise Failed(
                    f"The file of {version.address} is not in the store of blobs.",
                    "Add the binary again; the same bytes heal it.",
                )
        return sum(version.size for version in versions)

    async def _verify(
        self,
        job: RunningJob,
        row: EnvironmentRow,
        attempt: Attempt,
        sending: Sending,
        receipt: Receipt,
    ) -> Ended:
        """Read back until the store shows it.

        One that is still processing it is looked at again later. Meanwhile the environment is
        free, for nothing more is sent by this job.
        """
        for number, pause in enumerate(self._deadlines.looks()):
            name = f"processing {number}"
            if not job.was_done(name):
                await job.stage("Read back", receipt.message)
                live, busy = await self._look(attempt, sending)
                if not busy and not (live is not None and sending.in_progress(live)):
                    return await self._told(row, sending, receipt, live)
            await job.wait(name, pause, "the store, which is processing it")
        return outcomes.processing_for_ever()

    async def _look(self, attempt: Attempt, sending: Sending) -> tuple[LiveState | None, bool]:
        """Read back once with patience; true where another job's work was in the way."""
        try:
            return await read_back(attempt.live, sending.held, self._deadlines.verify), False
        except Busy:
            return None, True

    async def _told(
        self, row: EnvironmentRow, sending: Sending, receipt: Receipt, live: LiveState | None
    ) -> Ended:
        if live is None:
            ended = outcomes.unreadable()
            await self._environments.mark_unknown(row, ended.reason)
            return ended
        if sending.reached(live):
            return outcomes.verified(row, live, receipt.message or sending.reached_text)
        return outcomes.not_shown(row, live)

    async def _refresh(self, job: JobRow) -> None:
        name = job.environment or ""
        try:
            row = await self._database.read(lambda tx: environments.read(tx, name))
            await self._environments.refresh(row)
        except ShipwayError as error:
            _log.warning("the status of %s was not read after job %s: %s", name, job.id, error)


async def _honest(job: RunningJob, work: Awaitable[Ended]) -> Ended:
    """Say unverified where our own side failed and something may have been sent before that."""
    try:
        return await work
    except (Fenced, StepsChanged):
        raise
    except Exception as error:
        if not job.was_done("intent"):
            raise
        _log.exception("job %s (%s) broke", job.id, job.row.tracking)
        told = error.message if isinstance(error, ShipwayError) else f"Shipway broke: {error!r}."
        return outcomes.broken(told)
