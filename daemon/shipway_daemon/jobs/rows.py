"""Jobs in the database: submit, promote, claim. Every change proves who owns the job."""

from collections.abc import Iterator
from typing import Any

import msgspec
from shipway_client.errors import Busy
from shipway_client.wire import JobState
from shipway_plugins.words import Finding, Plan
from sqlalchemy import Connection, and_, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from shipway_daemon.clock import now
from shipway_daemon.jobs import checkpoints
from shipway_daemon.jobs.checkpoints import Line
from shipway_daemon.jobs.epochs import Fenced, prove_newest
from shipway_daemon.jobs.tables import LIVE, jobs, steps

_LIVE = [str(state) for state in LIVE]
_OWNED = [str(JobState.RUNNING), str(JobState.CANCELLING)]


class NewJob(msgspec.Struct, frozen=True, kw_only=True):
    """What is submitted. `request` is the kind's own, and never changes."""

    kind: str
    actor: str
    tracking: str
    request: dict[str, Any]
    lock_key: str | None = None
    environment_id: int | None = None
    environment: str | None = None
    app: str | None = None
    findings: list[Finding] = []
    retry_of: int | None = None


class JobRow(msgspec.Struct, frozen=True, kw_only=True):
    """A job as the engine needs it."""

    id: int
    kind: str
    state: str
    epoch: int | None
    cancel_requested: bool
    tracking: str
    request: dict[str, Any]
    actor: str
    lock_key: str | None
    environment_id: int | None
    environment: str | None
    app: str | None
    flow_version: int
    tries: int


_COLUMNS = [jobs.c[name] for name in JobRow.__struct_fields__]


def submit(tx: Connection, job: NewJob, *, queue: bool) -> int:
    """Insert a job and return its id. The first one wins; the rest are Busy or queued.

    Raises:
        Busy: Another job holds the lock, and `queue` is false.
    """
    state = JobState.READY
    if job.lock_key is not None and queue and _taken(tx, job.lock_key):
        state = JobState.QUEUED
    values = {name: getattr(job, name) for name in job.__struct_fields__}
    insertion = insert(jobs).values(state=str(state), created_at=now(), **values)
    try:
        job_id = int(tx.execute(insertion.returning(jobs.c.id)).scalar_one())
    except IntegrityError as error:
        raise Busy from error
    told = [f"Does job {job.retry_of} again."] if job.retry_of is not None else []
    told += ["Waits for its turn."] if state is JobState.QUEUED else []
    checkpoints.add_log(tx, job_id, [Line(at=now(), line=line) for line in told])
    return job_id


def _taken(tx: Connection, lock_key: str) -> bool:
    """Held by a live job, or waited for by an earlier one."""
    states = [*_LIVE, str(JobState.QUEUED)]
    query = select(jobs.c.id).where(jobs.c.lock_key == lock_key, jobs.c.state.in_(states)).limit(1)
    return tx.execute(query).first() is not None


def promote(tx: Connection) -> int:
    """Let the first queued job of every free lock be ready; returns how many there were."""
    holder = jobs.alias("holder")
    first = select(func.min(jobs.c.id)).where(jobs.c.state == "queued").group_by(jobs.c.lock_key)
    held = exists().where(and_(holder.c.lock_key == jobs.c.lock_key, holder.c.state.in_(_LIVE)))
    result = tx.execute(
        update(jobs).where(jobs.c.id.in_(first), ~held).values(state=str(JobState.READY))
    )
    return result.rowcount


def interrupt(tx: Connection, epoch: int) -> list[int]:
    """Make every job that an older daemon left running ready again; returns their ids.

    A job whose cancellation was asked for stays so: it is settled, not resumed.
    """
    prove_newest(tx, epoch)
    result = tx.execute(
        update(jobs)
        .where(jobs.c.state.in_(_OWNED), jobs.c.epoch < epoch)
        .values(state=str(JobState.READY), epoch=None)
        .returning(jobs.c.id)
    )
    return sorted(result.scalars())


def claim(tx: Connection, epoch: int) -> JobRow | None:
    """Take the oldest ready job for this daemon; order is by id, never by a clock.

    Raises:
        Fenced: A newer daemon has taken the home.
    """
    prove_newest(tx, epoch)
    oldest = select(func.min(jobs.c.id)).where(jobs.c.state == str(JobState.READY))
    row = tx.execute(
        update(jobs)
        .where(jobs.c.id == oldest.scalar_subquery(), jobs.c.state == str(JobState.READY))
        .values(
            state=str(JobState.RUNNING),
            epoch=epoch,
            started_at=func.coalesce(jobs.c.started_at, now()),
            tries=func.max(jobs.c.tries, 1),
        )
        .returning(*_COLUMNS)
    ).first()
    return JobRow(**row._mapping) if row else None


def begun_by(tx: Connection, row: JobRow, version: int) -> JobRow:
    """Let a job that has done no step yet be done by the steps of this version of its kind."""
    done = exists().where(steps.c.job_id == row.id)
    if row.flow_version == version or tx.execute(select(done)).scalar():
        return row
    tx.execute(update(jobs).where(jobs.c.id == row.id).values(flow_version=version))
    return msgspec.structs.replace(row, flow_version=version)


def prove(tx: Connection, job_id: int, epoch: int) -> None:
    """Check, in the transaction of a checkpoint, that this daemon still owns the job.

    Raises:
        Fenced: It does not: a newer daemon took over, or the job has ended.
    """
    prove_newest(tx, epoch)
    query = select(jobs.c.id).where(
        jobs.c.id == job_id, jobs.c.epoch == epoch, jobs.c.state.in_(_OWNED)
    )
    if tx.execute(query).first() is None:
        raise Fenced(f"job {job_id} is not owned by epoch {epoch}")


def live_job(tx: Connection, lock_key: str) -> tuple[int, str | None] | None:
    """Find the job that holds a lock: its id and its app."""
    row = tx.execute(
        select(jobs.c.id, jobs.c.app).where(jobs.c.lock_key == lock_key, jobs.c.state.in_(_LIVE))
    ).first()
    return (row.id, row.app) if row else None


def request(tx: Connection, job_id: int) -> dict[str, Any]:
    """Read what a job was asked to do, in the form of its kind."""
    query = select(jobs.c.request).where(jobs.c.id == job_id)
    return dict(tx.execute(query).scalar_one())


def unfinished(tx: Connection, environment_id: int) -> bool:
    """Tell whether any job of an environment is queued or live."""
    query = select(jobs.c.id).where(jobs.c.environment_id == environment_id, jobs.c.state != "done")
    return tx.execute(query.limit(1)).first() is not None


def publishing(tx: Connection, sha256: str) -> int | None:
    """Find an unfinished publish job that is to send these bytes."""
    return next((job for job, digest in _to_be_sent(tx) if digest == sha256), None)


def digests_in_use(tx: Connection) -> set[str]:
    """The digests of all bytes that unfinished publish jobs are to send."""
    return {digest for _, digest in _to_be_sent(tx)}


def _to_be_sent(tx: Connection) -> Iterator[tuple[int, str]]:
    query = select(jobs.c.id, jobs.c.request).where(
        jobs.c.state != "done", jobs.c.kind == "publish"
    )
    for job_id, request in tx.execute(query):
        for item in msgspec.convert(request["plan"], Plan).items:
            if item.version is not None:
                yield int(job_id), item.version.digest
