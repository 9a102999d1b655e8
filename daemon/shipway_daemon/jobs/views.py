"""Jobs as people see them."""

from collections.abc import Collection
from typing import Any

import msgspec
from shipway_client.errors import NotFound
from shipway_client.wire import Attempt, Job, JobOutcome, JobState, LogLine
from shipway_plugins.words import Plan, Receipt
from sqlalchemy import Connection, Row, Select, func, select

from shipway_daemon.jobs import checkpoints
from shipway_daemon.jobs.queries import SORTS, wanted
from shipway_daemon.jobs.tables import jobs, log
from shipway_daemon.queries.conditions import contains
from shipway_daemon.queries.orders import NEWEST_FIRST, Order
from shipway_daemon.queries.words import Query


def read(tx: Connection, job_id: int) -> Job:
    """Read one job with its stages.

    Raises:
        NotFound: There is none of that id.
    """
    row = tx.execute(select(jobs).where(jobs.c.id == job_id)).first()
    if row is None:
        raise NotFound(f"There is no job {job_id}.", "See `shipway job list`.")
    return _job(tx, row)


def page(
    tx: Connection,
    environment: str | None,
    after: str | None,
    limit: int,
    states: Collection[JobState] = (),
    query: Query | None = None,
    order: Order = NEWEST_FIRST,
) -> list[Job]:
    """Read jobs of all states, unless some are given; newest first unless asked otherwise.

    Raises:
        WrongUsage: `after` is no cursor of this order.
    """
    chosen = select(jobs.c.id).where(*wanted(query or Query())).limit(limit)
    if environment is not None:
        chosen = chosen.where(jobs.c.environment == environment)
    if states:
        chosen = chosen.where(jobs.c.state.in_([str(state) for state in states]))
    ids = list(tx.execute(SORTS.page(chosen, order, after)).scalars())
    rows = {row.id: row for row in tx.execute(select(jobs).where(jobs.c.id.in_(ids)))}
    return [_job(tx, rows[job_id]) for job_id in ids]


def last_attempt(tx: Connection, environment_id: int, app: str) -> Attempt | None:
    """Find the newest job of an app in an environment."""
    query = (
        select(jobs)
        .where(jobs.c.environment_id == environment_id, jobs.c.app == app)
        .order_by(jobs.c.id.desc())
        .limit(1)
    )
    row = tx.execute(query).first()
    if row is None:
        return None
    return Attempt(
        job=row.id,
        outcome=JobOutcome(row.outcome) if row.outcome else None,
        reason=row.reason,
        at=row.finished_at or row.created_at,
    )


def log_page(
    tx: Connection, job_id: int, after: int | None, limit: int, text: str | None = None
) -> list[LogLine]:
    """Read a job's log from the line after `after` on, oldest first; only lines with `text`."""
    query = _lines(job_id, text).order_by(log.c.id).limit(limit)
    if after is not None:
        query = query.where(log.c.id > after)
    return [_line(row) for row in tx.execute(query)]


def log_end(
    tx: Connection, job_id: int, before: int | None, limit: int, text: str | None = None
) -> list[LogLine]:
    """Read the last lines of a job's log, or the last before `before`; the newest comes first."""
    query = _lines(job_id, text).order_by(log.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(log.c.id < before)
    return [_line(row) for row in tx.execute(query)]


def _lines(job_id: int, text: str | None) -> Select[Any]:
    query = select(log).where(log.c.job_id == job_id)
    if text:
        query = query.where(*contains(Query(words=(text,)), (log.c.line,)))
    return query


def _line(row: Row[Any]) -> LogLine:
    return LogLine(id=row.id, at=row.at, line=row.line)


def _job(tx: Connection, row: Row[Any]) -> Job:
    plan = row.request.get("plan")
    receipts = [
        result["receipt"]
        for name, result in checkpoints.step_results(tx, row.id)
        if name.startswith("send") and result["receipt"] is not None
    ]
    return Job(
        id=row.id,
        kind=row.kind,
        environment=row.environment,
        app=row.app,
        actor=row.actor,
        state=JobState(row.state),
        outcome=JobOutcome(row.outcome) if row.outcome else None,
        reason=row.reason,
        hint=row.hint,
        tracking=row.tracking,
        stages=checkpoints.read_stages(tx, row.id),
        progress=None,
        plan=msgspec.convert(plan, Plan) if plan else None,
        receipt=msgspec.convert(receipts[0], Receipt) if receipts else None,
        findings=row.findings,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        tries=row.tries,
        retry_of=row.retry_of,
        waits_for=row.waits_for,
        due_at=row.due_at,
        position=_position(tx, row),
    )


def _position(tx: Connection, row: Row[Any]) -> int | None:
    """The place of a queued job in the queue of its lock, from 1."""
    if row.state != JobState.QUEUED:
        return None
    before = select(func.count()).where(
        jobs.c.state == str(JobState.QUEUED), jobs.c.lock_key == row.lock_key, jobs.c.id <= row.id
    )
    return int(tx.execute(before).scalar_one())
