"""One execution of a claimed job: to its end, or to where it waits."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from shipway_client.errors import ShipwayError
from shipway_client.wire import JobOutcome
from shipway_plugins.words import StageState
from sqlalchemy import Connection

from shipway_daemon.database.engine import Database
from shipway_daemon.database.recording import surely
from shipway_daemon.events.feed import ProgressBoard
from shipway_daemon.jobs import checkpoints, ending, rows
from shipway_daemon.jobs.epochs import Fenced
from shipway_daemon.jobs.pace import Pace
from shipway_daemon.jobs.rows import JobRow
from shipway_daemon.jobs.running import RunningJob, StepsChanged
from shipway_daemon.jobs.waits import WaitBegun, Waiting
from shipway_daemon.jobs.work import Ended, Work
from shipway_daemon.jobs.writer import JobWriter

_log = logging.getLogger(__name__)


class Execution:
    """Executes a job once, in a task that the engine owns.

    `may_stop` tells whether that task may be cancelled: not while it settles or ends.
    `stopping` is set when the daemon ends: then a cancelled task is no cancelled job.
    """

    def __init__(
        self,
        row: JobRow,
        work: Work,
        database: Database,
        epoch: int,
        progress: ProgressBoard,
        pace: Pace,
    ) -> None:
        self.row = row
        self.may_stop = True
        self.stopping = False
        self._work = work
        self._database = database
        self._progress = progress
        self._pace = pace
        self._writer = JobWriter(database, row.id, epoch)

    async def run(self, before: asyncio.Task[None] | None = None) -> Waiting | None:
        """Go on until the job has ended (None), or until it waits.

        `before` is the task of the execution that went to wait; it is let come to its end first.

        Raises:
            Fenced: The job is another daemon's by now.
        """
        try:
            job, ended = await self._outcome(before)
            self.may_stop = False
            await self._end(job, ended)
        except WaitBegun as begun:
            return begun.waiting
        except Fenced:
            raise
        except Exception as error:  # noqa: BLE001 - the edge of the job: it never keeps its lock
            _log.exception("job %s (%s) broke", self.row.id, self.row.tracking)
            await self._end_broken(error)
        finally:
            await self._writer.close()
            self._progress.clear_job(self.row.id)
        return None

    async def _outcome(self, before: asyncio.Task[None] | None) -> tuple[RunningJob, Ended]:
        """Do a job; settle it if it was asked to stop, before this or meanwhile."""
        try:
            if before is not None:
                await asyncio.wait({before})
            job, asked = await self._open()
            if not asked:
                return job, await self._explained(self._work.run, job)
            self.may_stop = False
        except asyncio.CancelledError:
            self.may_stop = False
            if not await self._was_cancelled():
                raise
        # Read afresh: a step may have been recorded in the moment of the cancellation.
        job, _ = await self._open()
        return job, await self._explained(self._work.settle, job)

    async def _open(self) -> tuple[RunningJob, bool]:
        """Read what was done of the job so far, and whether it was asked to stop."""
        row = self.row

        def read(tx: Connection) -> tuple[RunningJob, bool]:
            self._writer.go_on(checkpoints.log_length(tx, row.id))
            done = checkpoints.step_results(tx, row.id)
            stages = checkpoints.read_stages(tx, row.id)
            job = RunningJob(row, self._writer, self._progress, done, stages, self._pace)
            return job, ending.cancel_requested(tx, row.id)

        return await self._database.read(read)

    async def _was_cancelled(self) -> bool:
        """Tell a cancellation that was asked for from the end of the daemon."""
        if self.stopping:
            return False
        asked = await self._database.read(lambda tx: ending.cancel_requested(tx, self.row.id))
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
                reason=f"It was begun by another version of Shipway{self._versions()}: {error}.",
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

    def _versions(self) -> str:
        """Say by which steps it was begun, where they are not those of now."""
        begun, now = self.row.flow_version, self._work.version
        if begun == now:
            return ""
        return f", by version {begun} of the steps of {self.row.kind} (this one does version {now})"

    async def _end(self, job: RunningJob, ended: Ended) -> None:
        failed = ended.outcome in (JobOutcome.FAILED, JobOutcome.CANCELLED)
        stages = job.closed(StageState.FAILED if failed else StageState.DONE)

        def end(tx: Connection) -> None:
            checkpoints.save_stages(tx, job.id, stages)
            ended.change(tx)
            ending.end(tx, job.id, ended.outcome, ended.reason, ended.hint)
            rows.promote(tx)
            ending.tell_end(tx, job.row, ended.outcome, ended.reason)

        await surely(self._writer.write, end)

    async def _end_broken(self, error: Exception) -> None:
        """End a job that could be neither read nor ended: what its store holds is not known."""
        row = self.row
        reason = f"Shipway broke: {type(error).__name__}: {error}."
        hint = f"The daemon's log has more under {row.tracking}."

        def end(tx: Connection) -> None:
            ending.end(tx, row.id, JobOutcome.UNVERIFIED, reason, hint)
            rows.promote(tx)
            ending.tell_end(tx, row, JobOutcome.UNVERIFIED, reason)

        await surely(self._writer.write, end)
