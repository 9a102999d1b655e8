"""The engine: claims what is ready, wakes what is due, and takes up what a dead daemon left."""

import asyncio
import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

from shipway_client.errors import Refused
from shipway_client.wire import JobOutcome, JobState
from sqlalchemy import Connection

from shipway_daemon.database.engine import Database
from shipway_daemon.database.recording import surely
from shipway_daemon.events import history
from shipway_daemon.events.feed import ProgressBoard
from shipway_daemon.jobs import ending, rows, views, waits
from shipway_daemon.jobs.deadlines import Deadlines
from shipway_daemon.jobs.epochs import Fenced, prove_newest
from shipway_daemon.jobs.execution import Execution
from shipway_daemon.jobs.pace import Pace
from shipway_daemon.jobs.rows import JobRow
from shipway_daemon.jobs.waits import WaitEnded, Waiting
from shipway_daemon.jobs.work import Unknown, Work
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
        self._progress = progress
        self._deadlines = Deadlines()
        self._kicked = asyncio.Event()
        self._running: dict[int, tuple[Execution, asyncio.Task[None]]] = {}

    def kick(self) -> None:
        """Look for ready jobs now; call it after each submit."""
        self._kicked.set()

    async def run(self) -> None:
        """Take up what an older daemon left, then run what is ready or due, until cancelled.

        Stopping the daemon is no cancellation of its jobs: they go on at the next start.

        Raises:
            Fenced: A newer daemon has taken the home.
        """
        for waiting in await surely(self._database.write, self._take_over):
            self._deadlines.add(waiting, self._pace.clock.elapsed())
        try:
            while True:
                self._kicked.clear()
                await self._wake_due()
                await self._start_ready()
                await self._sleep()
        finally:
            running = list(self._running.values())
            for execution, task in running:
                execution.stopping = True
                task.cancel()
            await asyncio.gather(*(task for _, task in running), return_exceptions=True)

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
        while (row := await surely(self._database.write, self._claim)) is not None:
            execution = Execution(
                row, self._work(row), self._database, self._epoch, self._progress, self._pace
            )
            _, before = self._running.get(row.id, (None, None))
            task = asyncio.create_task(self._run(execution, before), name=f"job-{row.id}")
            self._running[row.id] = (execution, task)

    def _claim(self, tx: Connection) -> JobRow | None:
        row = rows.claim(tx, self._epoch)
        if row is None:
            return None
        history.append(
            tx, "job.started", str(row.id), row.actor, environment=row.environment, app=row.app
        )
        return rows.begun_by(tx, row, self._work(row).version)

    def _work(self, row: JobRow) -> Work:
        return self._works.get(row.kind, Unknown())

    async def _run(self, execution: Execution, before: asyncio.Task[None] | None) -> None:
        row = execution.row
        try:
            waiting = await execution.run(before)
            if waiting is None:
                self._work(row).finished(row)
            else:
                self._deadlines.add(waiting, self._pace.clock.elapsed())
        except Fenced as error:
            _log.warning("fenced: %s", error)
        finally:
            if self._running[row.id][0] is execution:
                del self._running[row.id]
            self.kick()

    # ------------------------------------------------------------------ what is due

    async def _wake_due(self) -> None:
        while due := self._deadlines.take_due(self._pace.clock.elapsed(), _WAKE):
            await surely(self._database.write, partial(self._wake, due=due))

    def _wake(self, tx: Connection, due: list[tuple[int, int]]) -> None:
        prove_newest(tx, self._epoch)
        for job_id, position in due:
            if waits.end(tx, job_id, WaitEnded(timed_out=True), position=position):
                history.append(tx, "job.due", str(job_id))

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
        try:
            await self._database.write(lambda tx: self._give(tx, job_id, answer, actor, step))
        finally:
            self.kick()

    def _give(self, tx: Connection, job_id: int, answer: Any, actor: str, step: str | None) -> None:
        prove_newest(tx, self._epoch)
        views.read(tx, job_id)
        if not waits.end(tx, job_id, WaitEnded(answer=answer), step=step):
            raise Refused(f"Job {job_id} does not wait for that.", "It may have gone on.")
        history.append(tx, "job.answered", str(job_id), actor)

    # ---------------------------------------------------------------------- cancel

    async def cancel(self, job_id: int, actor: str) -> None:
        """Ask a job to stop. It is cancelled, and its lock free, when its child is dead.

        Raises:
            NotFound: There is none of that id.
        """
        # Whole even if the caller goes away: a request that was recorded must reach the task.
        await finish(asyncio.create_task(self._cancel(job_id, actor), name=f"cancel-{job_id}"))

    async def _cancel(self, job_id: int, actor: str) -> None:
        stop = await self._database.write(lambda tx: self._request_cancel(tx, job_id, actor))
        if stop and job_id in self._running:
            execution, task = self._running[job_id]
            if execution.may_stop:
                task.cancel()
        self.kick()

    def _request_cancel(self, tx: Connection, job_id: int, actor: str) -> bool:
        """Record the request; tells whether the task of the job is to be cancelled."""
        prove_newest(tx, self._epoch)
        job = views.read(tx, job_id)
        again = ending.cancel_requested(tx, job_id)
        ending.request_cancel(tx, job_id)
        if job.state is not JobState.DONE and not again:
            history.append(tx, "job.cancel-requested", str(job_id), actor)
        if job.state is JobState.QUEUED:
            ending.tell_end(tx, job, JobOutcome.CANCELLED, ending.CANCELLED_IN_QUEUE)
        # One that was asked before settles by now, which nothing may stop.
        return job.state is JobState.RUNNING and not again
