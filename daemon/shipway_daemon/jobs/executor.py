"""Runs one claimed job: to its end, or to where it waits."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from shipway_client.errors import ShipwayError
from shipway_client.wire import JobOutcome
from shipway_plugins.words import StageState
from sqlalchemy import Connection

from shipway_daemon.database.engine import Database
from shipway_daemon.events.feed import ProgressBoard
from shipway_daemon.jobs import checkpoints, ending, rows
from shipway_daemon.jobs.epochs import Fenced
from shipway_daemon.jobs.pace import Pace
from shipway_daemon.jobs.recording import write_surely
from shipway_daemon.jobs.rows import JobRow
from shipway_daemon.jobs.running import RunningJob, StepsChanged
from shipway_daemon.jobs.waits import WaitBegun, Waiting
from shipway_daemon.jobs.work import Ended, Work

_log = logging.getLogger(__name__)


class Executor:
    """Runs the jobs of one daemon, each in a task that the engine owns."""

    def __init__(
        self,
        database: Database,
        progress: ProgressBoard,
        epoch: int,
        works: Mapping[str, Work],
        pace: Pace,
    ) -> None:
        self._database = database
        self._progress = progress
        self._epoch = epoch
        self._works = works
        self._pace = pace
        #: Jobs that settle or end by now, which nothing may stop.
        self._ending: set[int] = set()
        self._stopping = False

    def stop(self) -> None:
        """The daemon ends: from now on, a cancelled task is no cancelled job."""
        self._stopping = True

    def may_stop(self, job_id: int) -> bool:
        """Tell whether the task of a job may be cancelled: not while it settles or ends."""
        return job_id not in self._ending

    async def run(self, row: JobRow) -> Waiting | None:
        """Run a job until it has ended (None), or until it waits.

        Raises:
            Fenced: The job is another daemon's by now.
        """
        try:
            job, ended = await self._outcome(row)
            self._ending.add(row.id)
            await self._end(job, ended)
        except WaitBegun as begun:
            return begun.waiting
        except Fenced:
            raise
        except Exception as error:  # noqa: BLE001 - the edge of the job: it never keeps its lock
            _log.exception("job %s (%s) broke", row.id, row.tracking)
            await self._end_broken(row, error)
        finally:
            self._ending.discard(row.id)
            self._progress.clear_job(row.id)
        return None

    async def _open(self, row: JobRow) -> tuple[RunningJob, bool]:
        """Read what was done of a job so far, and whether it was asked to stop."""

        def read(tx: Connection) -> tuple[RunningJob, bool]:
            done = checkpoints.step_results(tx, row.id)
            stages = checkpoints.read_stages(tx, row.id)
            job = RunningJob(
                row, self._epoch, self._database, self._progress, done, stages, self._pace
            )
            return job, ending.cancel_requested(tx, row.id)

        return await self._database.read(read)

    async def _outcome(self, row: JobRow) -> tuple[RunningJob, Ended]:
        """Do a job; settle it if it was asked to stop, before this or meanwhile."""
        work = self._works[row.kind]
        try:
            job, asked = await self._open(row)
            if not asked:
                return job, await self._explained(work.run, job)
            self._ending.add(row.id)
        except asyncio.CancelledError:
            self._ending.add(row.id)
            if not await self._was_cancelled(row):
                raise
        # Read afresh: a step may have been recorded in the moment of the cancellation.
        job, _ = await self._open(row)
        return job, await self._explained(work.settle, job)

    async def _was_cancelled(self, row: JobRow) -> bool:
        """Tell a cancellation that was asked for from the end of the daemon."""
        if self._stopping:
            return False
        asked = await self._database.read(lambda tx: ending.cancel_requested(tx, row.id))
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
            ending.end(tx, job.id, ended.outcome, ended.reason, ended.hint)
            rows.promote(tx)
            ending.tell_end(tx, job.row, ended.outcome, ended.reason)

        await write_surely(self._database, end)

    async def _end_broken(self, row: JobRow, error: Exception) -> None:
        """End a job that could be neither read nor ended: what its store holds is not known."""
        reason = f"Shipway broke: {type(error).__name__}: {error}."
        hint = f"The daemon's log has more under {row.tracking}."

        def end(tx: Connection) -> None:
            rows.prove(tx, row.id, self._epoch)
            ending.end(tx, row.id, JobOutcome.UNVERIFIED, reason, hint)
            rows.promote(tx)
            ending.tell_end(tx, row, JobOutcome.UNVERIFIED, reason)

        await write_surely(self._database, end)
