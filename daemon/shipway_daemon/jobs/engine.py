"""The engine: claims what is ready, wakes what is due, and takes up what a dead daemon left."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from shipway_client.errors import Refused
from shipway_client.wire import JobOutcome, JobState
from sqlalchemy import Connection

from shipway_daemon.database.engine import Database
from shipway_daemon.events import history
from shipway_daemon.events.feed import ProgressBoard
from shipway_daemon.jobs import ending, rows, views, waits
from shipway_daemon.jobs.deadlines import Deadlines
from shipway_daemon.jobs.epochs import Fenced, prove_newest
from shipway_daemon.jobs.executor import Executor
from shipway_daemon.jobs.pace import Pace
from shipway_daemon.jobs.recording import write_surely
from shipway_daemon.jobs.rows import JobRow
from shipway_daemon.jobs.waits import WaitEnded, Waiting
from shipway_daemon.jobs.work import Work
from shipway_daemon.patience import finish

_log = logging.getLogger(__name__)

#: How many jobs are woken in one transaction.
_WAKE = 200


class Engine:
    """Runs the jobs of one daemon, which owns them by its epoch."""

    def __init__(
        self,
        database: Database,
        progress: ProgressBoard,
        epoch: int,
        works: Mapping[str, Work],
        pace: Pace | None = None,
    ) -> None:
        self._database = database
        self._epoch = epoch
        self._works = works
        self._pace = pace or Pace()
        self._executor = Executor(database, progress, epoch, works, self._pace)
        self._deadlines = Deadlines()
        self._kicked = asyncio.Event()
        self._running: dict[int, asyncio.Task[None]] = {}

    def kick(self) -> None:
        """Look for ready jobs now; call it after each submit."""
        self._kicked.set()

    async def run(self) -> None:
        """Take up what an older daemon left, then run what is ready or due, until cancelled.

        Stopping the daemon is no cancellation of its jobs: they go on at the next start.

        Raises:
            Fenced: A newer daemon has taken the home.
        """
        for waiting in await write_surely(self._database, self._take_over):
            self._deadlines.add(waiting, self._pace.clock.elapsed())
        try:
            while True:
                self._kicked.clear()
                await self._wake_due()
                await self._start_ready()
                await self._sleep()
        finally:
            self._executor.stop()
            running = list(self._running.values())
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    def _take_over(self, tx: Connection) -> list[Waiting]:
        for job_id in rows.interrupt(tx, self._epoch):
            history.append(tx, "job.interrupted", str(job_id), epoch=self._epoch)
        rows.promote(tx)
        return waits.every(tx, self._pace.clock.wall())

    async def _sleep(self) -> None:
        """Sleep until somebody kicks, or until it is worth looking what is due."""
        try:
            async with asyncio.timeout(self._deadlines.pause(self._pace.clock.elapsed())):
                await self._kicked.wait()
        except TimeoutError:
            return

    # ---------------------------------------------------------------- what is ready

    async def _start_ready(self) -> None:
        while (row := await write_surely(self._database, self._claim)) is not None:
            before = self._running.get(row.id)
            task = asyncio.create_task(self._run(row, before), name=f"job-{row.id}")
            self._running[row.id] = task

    def _claim(self, tx: Connection) -> JobRow | None:
        row = rows.claim(tx, self._epoch)
        if row is not None:
            history.append(
                tx, "job.started", str(row.id), row.actor, environment=row.environment, app=row.app
            )
        return row

    async def _run(self, row: JobRow, before: asyncio.Task[None] | None) -> None:
        """Run a claimed job, once the run of it that went to wait is really gone."""
        try:
            if before is not None:
                await asyncio.wait({before})
            waiting = await self._executor.run(row)
            if waiting is not None:
                self._deadlines.add(waiting, self._pace.clock.elapsed())
            elif (work := self._works.get(row.kind)) is not None:
                work.finished(row)
        except Fenced as error:
            _log.warning("fenced: %s", error)
        finally:
            if self._running.get(row.id) is asyncio.current_task():
                del self._running[row.id]
            self.kick()

    # ------------------------------------------------------------------ what is due

    async def _wake_due(self) -> None:
        while due := self._deadlines.take_due(self._pace.clock.elapsed(), _WAKE):

            def wake(tx: Connection, due: list[tuple[int, int]] = due) -> None:
                prove_newest(tx, self._epoch)
                for job_id, position in due:
                    if waits.end(tx, job_id, WaitEnded(timed_out=True), position=position):
                        history.append(tx, "job.due", str(job_id))

            await write_surely(self._database, wake)

    async def answer(
        self, job_id: int, answer: Any, actor: str, *, step: str | None = None
    ) -> None:
        """End the wait of a job with an answer: a value that JSON can say.

        Args:
            job_id: The job.
            answer: What `WaitEnded.answer` will be.
            actor: Who answers.
            step: The name of the wait that is meant; None means whichever it is.

        Raises:
            NotFound: There is none of that id.
            Refused: It waits for nothing, or for something else.
            Fenced: A newer daemon has taken the home.
        """

        def give(tx: Connection) -> None:
            prove_newest(tx, self._epoch)
            views.read(tx, job_id)
            if not waits.end(tx, job_id, WaitEnded(answer=answer), step=step):
                raise Refused(f"Job {job_id} does not wait for that.", "It may have gone on.")
            history.append(tx, "job.answered", str(job_id), actor)

        try:
            await self._database.write(give)
        finally:
            self.kick()

    # ---------------------------------------------------------------------- cancel

    async def cancel(self, job_id: int, actor: str) -> None:
        """Ask a job to stop. It is cancelled, and its lock free, when its child is dead.

        Raises:
            NotFound: There is none of that id.
        """
        # Whole even if the caller goes away: a request that was recorded must reach the task.
        await finish(asyncio.create_task(self._cancel(job_id, actor), name=f"cancel-{job_id}"))

    async def _cancel(self, job_id: int, actor: str) -> None:
        def request(tx: Connection) -> bool:
            prove_newest(tx, self._epoch)
            job = views.read(tx, job_id)
            before = job.state
            again = ending.cancel_requested(tx, job_id)
            ending.request_cancel(tx, job_id)
            if before is not JobState.DONE and not again:
                history.append(tx, "job.cancel-requested", str(job_id), actor)
            if before is JobState.QUEUED:
                ending.tell_end(tx, job, JobOutcome.CANCELLED, ending.CANCELLED_IN_QUEUE)
            # One that was asked before settles by now, which nothing may stop.
            return before is JobState.RUNNING and not again

        stop = await self._database.write(request)
        task = self._running.get(job_id)
        if stop and task is not None and self._executor.may_stop(job_id):
            task.cancel()
        self.kick()
