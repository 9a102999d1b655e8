"""What a publish job and an unpublish job do, step by step, so that a crash can be gone on from.

The step `intent` is recorded before anything is sent. A run that finds it, and no `send`, asks the
store what became of it before it does anything again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import msgspec
from shipway_client.errors import Failed, Refused, ShipwayError
from shipway_client.wire import JobOutcome
from shipway_plugins.errors import NotSupported, PluginError, StoreRefused
from shipway_plugins.words import (
    LiveState,
    Receipt,
)
from sqlalchemy import Connection

from shipway_daemon.blobs.store import BlobStore
from shipway_daemon.catalog import environments
from shipway_daemon.catalog.environments import EnvironmentRow
from shipway_daemon.clock import now
from shipway_daemon.database.engine import Database
from shipway_daemon.jobs.epochs import Fenced
from shipway_daemon.jobs.rows import JobRow
from shipway_daemon.jobs.running import RunningJob, StepsChanged
from shipway_daemon.jobs.work import Ended
from shipway_daemon.publish.environments import Environments
from shipway_daemon.publish.publications import store_live
from shipway_daemon.publish.sending import PublishRequested, Sending, sending_of
from shipway_daemon.publish.verification import read_back
from shipway_daemon.workers.lane import Lane
from shipway_daemon.workers.lanes import Lanes

_log = logging.getLogger(__name__)

#: After a failure or a cancellation one look is enough: nothing is expected to change.
_SETTLE_SECONDS = 10.0


class SilentStore(Failed):
    """The store was silent when it had to say what it holds."""


class StoreJobs:
    """Runs jobs that change what a store holds."""

    version = 1

    def __init__(
        self, database: Database, blobs: BlobStore, environments_: Environments, lanes: Lanes
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._environments = environments_
        self._lanes = lanes
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
            lane = self._environments.lane(row)
        except Refused as error:
            return _without_adapter(job, error)
        await job.step("prepare", int, lambda: self._prepare(job))
        begun = job.was_done("intent") and not job.was_done("send")
        await job.step("intent", str, _intent)
        try:
            receipt = await self._arrived(job, lane, sending) if begun else None
            if receipt is None:
                receipt = await job.step("send", Receipt, lambda: sending.send(lane, job))
        except SilentStore as error:
            return Ended(outcome=JobOutcome.UNVERIFIED, reason=error.message, hint=error.hint)
        except (PluginError, ShipwayError) as error:
            return await self._unsent(job, row, lane, sending, error)
        return await self._verify(job, row, lane, sending, receipt)

    async def _settle(self, job: RunningJob) -> Ended:
        row = await self._row(job)
        sending = sending_of(job, self._blobs)
        await self._lanes.kill(row.id)
        if not job.was_done("intent"):
            return Ended(outcome=JobOutcome.CANCELLED, reason="Cancelled before it was sent.")
        await job.stage("Read back", "after the cancellation", broken=True)

        async def look() -> LiveState:
            return await self._environments.lane(row).live(sending.app)

        live = await read_back(look, lambda _: True, _SETTLE_SECONDS)
        if live is None:
            reason = "Cancelled; the store does not answer, so what it holds is not known."
            return Ended(outcome=JobOutcome.CANCELLED, reason=reason)
        reason = "Cancelled."
        if sending.reached(live):
            reason = "Cancelled, but the store had taken it already."
        return Ended(outcome=JobOutcome.CANCELLED, reason=reason, change=_store(row, live))

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

    async def _arrived(self, job: RunningJob, lane: Lane, sending: Sending) -> Receipt | None:
        """After a crash in the middle of sending, ask the store what became of it.

        None means that the store does not hold it: then it is safe to send.

        Raises:
            SilentStore: The store does not answer, so nothing may be sent again.
        """
        why = "Shipway stopped while this was being sent"
        await job.stage("Ask the store", why, broken=True)
        live = await read_back(lambda: lane.live(sending.app), lambda _: True)
        if live is None:
            raise SilentStore(
                "Shipway stopped while this was being sent, and the store does not answer.",
                "See what the store holds, then publish again.",
            )
        if not sending.reached(live):
            return None
        return await job.step("send", Receipt, lambda: _given(sending.receipt))

    async def _unsent(
        self,
        job: RunningJob,
        row: EnvironmentRow,
        lane: Lane,
        sending: Sending,
        error: PluginError | ShipwayError,
    ) -> Ended:
        """Sending failed, or its answer was lost: only the store knows which."""
        refused = isinstance(error, StoreRefused | NotSupported)
        if not refused:
            await self._environments.mark_unknown(row, error.message)
        await job.log(f"{type(error).__name__}: {error.message}")
        await job.stage("Read back", "the answer was not a success", broken=True)
        live = await read_back(lambda: lane.live(sending.app), lambda _: True, _SETTLE_SECONDS)
        if live is None:
            return Ended(
                outcome=JobOutcome.UNVERIFIED,
                reason=f"{error.message} The store does not answer, so what it holds is unknown.",
                hint=error.hint or "See `shipway env check`, then publish again.",
            )
        if sending.reached(live) and not refused:
            return Ended(
                outcome=JobOutcome.VERIFIED,
                reason=f"The answer was lost ({error.message}), but the store holds it.",
                change=_store(row, live),
            )
        return Ended(
            outcome=JobOutcome.FAILED,
            reason=error.message,
            hint=error.hint,
            change=_store(row, live),
        )

    async def _verify(
        self,
        job: RunningJob,
        row: EnvironmentRow,
        lane: Lane,
        sending: Sending,
        receipt: Receipt,
    ) -> Ended:
        await job.stage("Read back", receipt.message)
        live = await read_back(lambda: lane.live(sending.app), sending.reached)
        if live is not None and sending.reached(live):
            return Ended(
                outcome=JobOutcome.VERIFIED,
                reason=receipt.message or sending.reached_text,
                change=_store(row, live),
            )
        return Ended(
            outcome=JobOutcome.UNVERIFIED,
            reason="The store took it, and does not show it yet."
            if live is not None
            else "The store took it, and cannot be read back.",
            hint="Look again with `shipway env check`.",
            change=_store(row, live) if live is not None else _unchanged,
        )

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
        return Ended(
            outcome=JobOutcome.UNVERIFIED,
            reason=f"{told} What the store holds was not recorded.",
            hint="See what the store holds, then publish again.",
        )


def _without_adapter(job: RunningJob, error: Refused) -> Ended:
    """The plugin is gone: what was not sent has failed, what may have been sent is unknown."""
    begun = job.was_done("intent")
    return Ended(
        outcome=JobOutcome.UNVERIFIED if begun else JobOutcome.FAILED,
        reason=f"{error.message} It may have been sent before that." if begun else error.message,
        hint=error.hint,
    )


async def _intent() -> str:
    return now()


async def _given(receipt: Receipt) -> Receipt:
    return receipt


def _unchanged(tx: Connection) -> None:
    del tx


def _store(row: EnvironmentRow, live: LiveState) -> Callable[[Connection], None]:
    return lambda tx: store_live(tx, row.id, row.name, live)
