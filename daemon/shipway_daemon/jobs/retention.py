"""Retention: the logs of old jobs are trimmed; attempts, stages and outcomes stay for ever."""

import asyncio
import logging
from datetime import datetime, timedelta

from shipway_client.wire import JobState
from sqlalchemy import Connection, delete, exists, select

from shipway_daemon.clock import Clock, stamp
from shipway_daemon.database.engine import Database
from shipway_daemon.jobs.tables import jobs, log

_log = logging.getLogger(__name__)

DAY = 86_400.0
#: How long the log of a job is kept after its end.
KEPT_DAYS = 90
#: How many lines go in one transaction, and how long others are let in between two of them.
_BATCH = 2_000
_PAUSE_SECONDS = 0.1


class Retention:
    """Trims what is kept for a while only."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or Clock()

    async def run(self) -> None:
        """Trim the logs of all jobs that ended more than 90 days ago, batch by batch."""
        before = self._clock.wall() - timedelta(days=KEPT_DAYS)
        gone, job_id = 0, 0
        while (found := await self._next(before, job_id)) is not None:
            job_id = found
            while count := await self._trim(job_id):
                gone += count
                await asyncio.sleep(_PAUSE_SECONDS)
        if gone:
            _log.info("trimmed %s lines of the logs of old jobs", gone)

    async def _next(self, before: datetime, after: int) -> int | None:
        return await self._database.read(lambda tx: next_old(tx, before, after))

    async def _trim(self, job_id: int) -> int:
        return await self._database.write(lambda tx: trim(tx, job_id, _BATCH))


def next_old(tx: Connection, before: datetime, after: int) -> int | None:
    """Find the first job beyond the id `after` that ended before a time and has a log yet."""
    query = (
        select(jobs.c.id)
        .where(jobs.c.id > after, jobs.c.state == str(JobState.DONE))
        .where(jobs.c.finished_at < stamp(before))
        .where(exists().where(log.c.job_id == jobs.c.id))
        .order_by(jobs.c.id)
        .limit(1)
    )
    found = tx.execute(query).scalar()
    return int(found) if found is not None else None


def trim(tx: Connection, job_id: int, limit: int) -> int:
    """Remove at most `limit` of the oldest lines of a job's log; returns how many there were."""
    oldest = select(log.c.id).where(log.c.job_id == job_id).order_by(log.c.id).limit(limit)
    return tx.execute(delete(log).where(log.c.id.in_(oldest))).rowcount
