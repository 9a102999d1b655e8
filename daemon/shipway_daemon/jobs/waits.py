"""Waiting in the database: a row with a deadline, for which nothing runs.

A wait is a step of its job: it begins in one transaction and ends in another, with what came of it
as the step's result. Between the two the job may outlive any number of daemons.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from shipway_client.wire import JobState
from sqlalchemy import Connection, select, update

from shipway_daemon.clock import moment, stamp
from shipway_daemon.events import history
from shipway_daemon.jobs import checkpoints
from shipway_daemon.jobs.checkpoints import Line
from shipway_daemon.jobs.tables import jobs

#: A wait is no longer than a human can promise; it also keeps `due_at` a date.
_LONGEST_SECONDS = 10 * 365 * 86_400.0


class WaitEnded(msgspec.Struct, frozen=True, kw_only=True):
    """What a wait came to: the answer that somebody gave, or that its time was over."""

    answer: Any = None
    timed_out: bool = False


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """A wait that is to begin: which step it is, how long it lasts at most, and for what."""

    name: str
    position: int
    seconds: float
    for_what: str
    keep_lock: bool
    next_try: bool = False


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A wait that goes on, and the seconds that it has left."""

    job_id: int
    position: int
    seconds: float


class WaitBegun(BaseException):
    """Ends a run of a job that waits from now on; no `except Exception` may take it."""

    def __init__(self, waiting: Waiting) -> None:
        super().__init__(f"job {waiting.job_id} waits at step {waiting.position}")
        self.waiting = waiting


def begin(tx: Connection, job_id: int, wait: Wait, wall: datetime) -> Waiting | None:
    """Let a running job wait; None if it was asked to stop meanwhile, which comes first.

    Unless `keep_lock`, its lock is given back for good: the caller promotes who waits for it.
    """
    row = tx.execute(select(jobs).where(jobs.c.id == job_id)).one()
    if row.cancel_requested:
        return None
    seconds = min(max(wait.seconds, 0.0), _LONGEST_SECONDS)
    due_at = stamp(wall + timedelta(seconds=seconds))
    tx.execute(
        update(jobs)
        .where(jobs.c.id == job_id)
        .values(
            state=str(JobState.WAITING),
            lock_key=row.lock_key if wait.keep_lock else None,
            tries=row.tries + wait.next_try,
            waits_for=wait.for_what,
            wait_name=wait.name,
            wait_position=wait.position,
            wait_seconds=seconds,
            due_at=due_at,
        )
    )
    line = Line(at=stamp(wall), line=f"Waits until {due_at} at most: {wait.for_what}")
    checkpoints.add_log(tx, job_id, [line])
    history.append(
        tx,
        "job.waiting",
        str(job_id),
        row.actor,
        waits_for=wait.for_what,
        due_at=due_at,
        keeps_lock=wait.keep_lock and row.lock_key is not None,
        environment=row.environment,
        app=row.app,
    )
    return Waiting(job_id=job_id, position=wait.position, seconds=seconds)


def end(
    tx: Connection,
    job_id: int,
    ended: WaitEnded,
    *,
    position: int | None = None,
    step: str | None = None,
) -> bool:
    """End the wait of a job: what came of it is the step's result, and the job is ready again.

    False where it does not wait, or not at this `position` or `step`, if one is given.
    """
    row = tx.execute(
        select(jobs.c.wait_name, jobs.c.wait_position).where(
            jobs.c.id == job_id, jobs.c.state == str(JobState.WAITING)
        )
    ).first()
    if row is None or position not in (None, row.wait_position):
        return False
    if step not in (None, row.wait_name):
        return False
    result = msgspec.to_builtins(ended)
    checkpoints.save_step(tx, job_id, row.wait_position, row.wait_name, result)
    leave(tx, job_id)
    return True


def leave(tx: Connection, job_id: int, *, cancel_requested: bool = False) -> None:
    """Make a waiting job ready; without a result of its wait where it was cancelled."""
    tx.execute(
        update(jobs)
        .where(jobs.c.id == job_id, jobs.c.state == str(JobState.WAITING))
        .values(
            state=str(JobState.READY),
            epoch=None,
            cancel_requested=cancel_requested,
            waits_for="",
            wait_name=None,
            wait_position=None,
            wait_seconds=None,
            due_at=None,
        )
    )


def every(tx: Connection, wall: datetime) -> list[Waiting]:
    """Read all waits, for the daemon that takes them over, with what each has left.

    That is read off the clock on the wall, which may have jumped since: a wait is never longer
    than it was to begin with.
    """
    query = select(jobs.c.id, jobs.c.wait_position, jobs.c.wait_seconds, jobs.c.due_at)
    rows = tx.execute(query.where(jobs.c.state == str(JobState.WAITING)).order_by(jobs.c.id))
    return [
        Waiting(
            job_id=row.id,
            position=row.wait_position,
            seconds=_left(moment(row.due_at), wall, row.wait_seconds),
        )
        for row in rows
    ]


def _left(due_at: datetime, wall: datetime, seconds: float) -> float:
    return min(max((due_at - wall).total_seconds(), 0.0), float(seconds))
