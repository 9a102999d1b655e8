"""The engine: claims what is ready, runs it, cancels it, and takes up what a dead daemon left."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

import msgspec
from shipway_client.errors import ShipwayError, Unavailable
from shipway_client.wire import Job, JobOutcome, JobState
from shipway_plugins.words import StageState
from sqlalchemy import Connection

from shipway_daemon.database.engine import Database
from shipway_daemon.events import history
from shipway_daemon.events.feed import ProgressBoard
from shipway_daemon.jobs import checkpoints, rows, views
from shipway_daemon.jobs.rows import Fenced, JobRow
from shipway_daemon.jobs.running import RunningJob, StepsChanged

T = TypeVar("T")

_log = logging.getLogger(__name__)

_AGAIN_SECONDS = 2.0


def _nothing(tx: Connection) -> None:
    del tx


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """How a job ended. `change` is made in the transaction that records it."""

    outcome: JobOutcome
    reason: str
    hint: str = ""
    change: Callable[[Connection], None] = _nothing


class Work(Protocol):
    """What one kind of job does."""

    async def run(self, job: RunningJob) -> Ended:
        """Do the job, or go on with it after a crash: finished steps are replayed."""

    async def settle(self, job: RunningJob) -> Ended:
        """Find out how things are after a cancellation; the child process is dead by now."""

    def finished(self, job: JobRow) -> None:
        """The job has ended and its lock is free."""


class Engine:
    """Runs the jobs of one daemon, which owns them by its epoch."""

    def __init__(
        self, database: Database, progress: ProgressBoard, epoch: int, works: dict[str, Work]
    ) -> None:
        self._database = database
        self._progress = progress
        self._epoch = epoch
        self._works = works
        self._kicked = asyncio.Event()
        self._running: dict[int, asyncio.Task[None]] = {}
        self._ending: set[int] = set()

    def kick(self) -> None:
        """Look for ready jobs now; call it after each submit."""
        self._kicked.set()

    async def run(self) -> None:
        """Take up interrupted jobs, then run whatever is ready, until cancelled.

        Stopping the daemon is no cancellation of its jobs: they go on at the next start.
        """
        await self._write_surely(self._take_over)
        try:
            while True:
                self._kicked.clear()
                await self._start_ready()
                await self._kicked.wait()
        finally:
            running = list(self._running.values())
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    def _take_over(self, tx: Connection) -> None:
        for job_id in rows.interrupt(tx, self._epoch):
            history.append(tx, "job.interrupted", str(job_id), epoch=self._epoch)
        rows.promote(tx)

    async def _start_ready(self) -> None:
        while (row := await self._write_surely(self._claim)) is not None:
            self._running[row.id] = asyncio.create_task(self._run(row), name=f"job-{row.id}")

    def _claim(self, tx: Connection) -> JobRow | None:
        row = rows.claim(tx, self._epoch)
        if row is not None:
            history.append(
                tx, "job.started", str(row.id), row.actor, environment=row.environment, app=row.app
            )
        return row

    async def cancel(self, job_id: int, actor: str) -> None:
        """Ask a job to stop. It is cancelled, and its lock free, when its child is dead.

        Raises:
            NotFound: There is none of that id.
        """

        def request(tx: Connection) -> bool:
            job = views.read(tx, job_id)
            before = job.state
            again = rows.cancel_requested(tx, job_id)
            rows.request_cancel(tx, job_id)
            if before is not JobState.DONE and not again:
                history.append(tx, "job.cancel-requested", str(job_id), actor)
            if before is JobState.QUEUED:
                _tell_end(tx, job, JobOutcome.CANCELLED, rows.CANCELLED_IN_QUEUE)
            # One that was asked before settles by now, which nothing may stop.
            return before is JobState.RUNNING and not again

        stop = await self._database.write(request)
        task = self._running.get(job_id)
        if stop and task is not None and job_id not in self._ending:
            task.cancel()
        self.kick()

    async def _run(self, row: JobRow) -> None:
        try:
            await self._to_its_end(row)
        except Fenced as error:
            _log.warning("fenced: %s", error)
        finally:
            self._ending.discard(row.id)
            self._running.pop(row.id, None)
            self._progress.clear_job(row.id)
            self._works[row.kind].finished(row)
            self.kick()

    async def _to_its_end(self, row: JobRow) -> None:
        try:
            job, ended = await self._outcome(row)
            self._ending.add(row.id)
            await self._end(job, ended)
        except Fenced:
            raise
        except Exception as error:  # noqa: BLE001 - the edge of the job: it never keeps its lock
            _log.exception("job %s (%s) broke", row.id, row.tracking)
            await self._end_broken(row, error)

    async def _open(self, row: JobRow) -> RunningJob:
        def read(tx: Connection) -> RunningJob:
            done = checkpoints.step_results(tx, row.id)
            stages = checkpoints.read_stages(tx, row.id)
            return RunningJob(row, self._epoch, self._database, self._progress, done, stages)

        return await self._database.read(read)

    async def _outcome(self, row: JobRow) -> tuple[RunningJob, Ended]:
        """Do a job; settle it if it was asked to stop, before this or meanwhile."""
        work = self._works[row.kind]
        if not row.cancel_requested:
            try:
                job = await self._open(row)
                return job, await self._explained(work.run, job)
            except asyncio.CancelledError:
                if not await self._was_cancelled(row):
                    raise
        # Read afresh: a step may have been recorded in the moment of the cancellation.
        job = await self._open(row)
        return job, await self._explained(work.settle, job)

    async def _was_cancelled(self, row: JobRow) -> bool:
        """Tell a cancellation that was asked for from the end of the daemon."""
        asked = await self._database.read(lambda tx: rows.cancel_requested(tx, row.id))
        task = asyncio.current_task()
        if asked and task is not None:
            task.uncancel()
        return asked

    async def _explained(
        self, work: Callable[[RunningJob], Awaitable[Ended]], job: RunningJob
    ) -> Ended:
        """Turn what work raises into how the job ended: a job never vanishes."""
        try:
            return await work(job)
        except ShipwayError as error:
            return Ended(outcome=JobOutcome.FAILED, reason=error.message, hint=error.hint)
        except StepsChanged as error:
            _log.exception("job %s cannot be resumed", job.id)
            return Ended(
                outcome=JobOutcome.UNVERIFIED,
                reason=f"It was begun by another version of Shipway: {error}.",
                hint="See what the environment holds, then publish again.",
            )
        except Fenced:
            raise
        except Exception as error:  # noqa: BLE001 - the edge of the work: told, not swallowed
            _log.exception("job %s (%s) broke", job.id, job.row.tracking)
            return Ended(
                outcome=JobOutcome.FAILED,
                reason=f"Shipway broke: {type(error).__name__}: {error}.",
                hint=f"The daemon's log has more under {job.row.tracking}.",
            )

    async def _end(self, job: RunningJob, ended: Ended) -> None:
        failed = ended.outcome in (JobOutcome.FAILED, JobOutcome.CANCELLED)
        stages = job.closed(StageState.FAILED if failed else StageState.DONE)

        def end(tx: Connection) -> None:
            rows.prove(tx, job.id, self._epoch)
            checkpoints.save_stages(tx, job.id, stages)
            ended.change(tx)
            rows.end(tx, job.id, ended.outcome, ended.reason, ended.hint)
            rows.promote(tx)
            _tell_end(tx, job.row, ended.outcome, ended.reason)

        await self._write_surely(end)

    async def _end_broken(self, row: JobRow, error: Exception) -> None:
        """End a job that could be neither read nor ended: what its store holds is not known."""
        reason = f"Shipway broke: {type(error).__name__}: {error}."
        hint = f"The daemon's log has more under {row.tracking}."

        def end(tx: Connection) -> None:
            rows.prove(tx, row.id, self._epoch)
            rows.end(tx, row.id, JobOutcome.UNVERIFIED, reason, hint)
            rows.promote(tx)
            _tell_end(tx, row, JobOutcome.UNVERIFIED, reason)

        await self._write_surely(end)

    async def _write_surely(self, work: Callable[[Connection], T]) -> T:
        """Write even if the disk is full now: until it is recorded, nothing has happened."""
        while True:
            try:
                return await self._database.write(work)
            except Unavailable as error:
                _log.error("jobs cannot be recorded: %s", error)
                await asyncio.sleep(_AGAIN_SECONDS)


def _tell_end(tx: Connection, job: Job | JobRow, outcome: JobOutcome, reason: str) -> None:
    history.append(
        tx,
        "job.finished",
        str(job.id),
        job.actor,
        outcome=str(outcome),
        reason=reason,
        environment=job.environment,
        app=job.app,
    )
