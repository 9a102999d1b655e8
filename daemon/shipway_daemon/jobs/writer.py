"""Writes of a running job: each proves who owns it, and carries the log lines that are pending."""

import asyncio
import logging
from collections.abc import Callable
from typing import TypeVar

from shipway_client.errors import Unavailable
from sqlalchemy import Connection

from shipway_daemon.clock import now
from shipway_daemon.database.engine import Database
from shipway_daemon.jobs import checkpoints, rows
from shipway_daemon.jobs.checkpoints import Line
from shipway_daemon.jobs.epochs import Fenced
from shipway_daemon.patience import finish

T = TypeVar("T")

_log = logging.getLogger(__name__)

#: How long lines are gathered before they are written by themselves.
_GATHER_SECONDS = 0.25
#: With so many pending, who adds another one waits for the disk.
_CROWDED = 500
_MAX_LINE = 2_000
#: How many lines are kept of one job.
MAX_LINES = 10_000


def nothing(tx: Connection) -> None:
    """The change that changes nothing."""
    del tx


class JobWriter:
    """Writes to one job, for as long as one run of it lasts; `close` ends it.

    A chatty plugin costs a transaction now and then, not one a line, and nothing that it said is
    lost where the job ends.
    """

    def __init__(self, database: Database, job_id: int, epoch: int) -> None:
        self._database = database
        self._job_id = job_id
        self._epoch = epoch
        self._lines = 0
        self._pending: list[Line] = []
        self._flushing: asyncio.Task[None] | None = None
        self._left = False

    def go_on(self, lines: int) -> None:
        """Go on after so many lines that are kept of the job already."""
        self._lines = lines + len(self._pending)

    # ------------------------------------------------------------------------ log

    async def log(self, *lines: str) -> None:
        """Add lines to the job's log: they are written soon, or with what is written next.

        Of lines beyond the first 10,000 only one is kept, which says so.

        Raises:
            Fenced: The job is another daemon's by now.
            Unavailable: The disk is full or broken, and too much is pending.
        """
        self.add(*lines)
        if len(self._pending) >= _CROWDED:
            await self.write(nothing)
        elif self._pending and self._flushing is None:
            self._flushing = asyncio.create_task(self._flush(), name=f"log-{self._job_id}")

    def add(self, *lines: str) -> None:
        """Add lines that are written with what is written next."""
        for line in lines[: MAX_LINES - self._lines]:
            self._keep(line[:_MAX_LINE])
        if self._lines == MAX_LINES and lines:
            self._keep(f"The log is full: what came after {MAX_LINES:,} lines is not kept.")

    def _keep(self, line: str) -> None:
        self._pending.append(Line(at=now(), line=line))
        self._lines += 1

    async def _flush(self) -> None:
        """Write what is pending by itself, after a while; what is not written stays pending."""
        try:
            while self._pending:
                await asyncio.sleep(_GATHER_SECONDS)
                if not await self._write_pending():
                    return
        finally:
            self._flushing = None

    async def _write_pending(self) -> bool:
        try:
            await self.write(nothing)
        except (Fenced, Unavailable) as error:
            _log.warning("%s lines of job %s: %s", len(self._pending), self._job_id, error)
            return False
        return True

    # --------------------------------------------------------------------- writes

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Write in one transaction that this daemon owns the job; pending lines go first.

        Raises:
            Fenced: The job is another daemon's by now, or this run of it is over.
            Unavailable: The disk is full or broken; nothing was changed.
        """
        if self._left:
            raise Fenced(f"this run of job {self._job_id} is over")
        return await finish(asyncio.create_task(self._write(work), name=f"write-{self._job_id}"))

    async def _write(self, work: Callable[[Connection], T]) -> T:
        """Never cancelled, so that it is known whether the pending lines were written."""
        taken: list[Line] = []

        def proved(tx: Connection) -> T:
            rows.prove(tx, self._job_id, self._epoch)
            taken.extend(self._pending)
            self._pending.clear()
            checkpoints.add_log(tx, self._job_id, taken)
            return work(tx)

        try:
            return await self._database.write(proved)
        except BaseException:
            self._pending[:0] = taken
            raise

    def leave(self) -> None:
        """Write nothing more: the job waits, and what comes next is another run of it."""
        self._left = True

    async def close(self) -> None:
        """End what is being gathered, and write what is still pending."""
        if self._flushing is not None:
            self._flushing.cancel()
            await asyncio.gather(self._flushing, return_exceptions=True)
        if self._pending and not self._left:
            await self._write_pending()
