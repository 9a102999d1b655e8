"""How a job ends in the database: asked to stop, or done."""

from shipway_client.errors import NotFound
from shipway_client.wire import Job, JobOutcome, JobState
from shipway_plugins.words import StageState
from sqlalchemy import Connection, select, update

from shipway_daemon.clock import now
from shipway_daemon.events import history
from shipway_daemon.jobs import waits
from shipway_daemon.jobs.rows import JobRow
from shipway_daemon.jobs.tables import jobs, stages

#: Why a job that never ran has ended.
CANCELLED_IN_QUEUE = "Cancelled while it was queued."


def request_cancel(tx: Connection, job_id: int) -> JobState:
    """Ask a job to stop. One that nobody runs has ended by this; returns its state now.

    One that waits is ready at once: what it did before is settled, and it waits no more.

    Raises:
        NotFound: There is none of that id.
    """
    state = tx.execute(select(jobs.c.state).where(jobs.c.id == job_id)).scalar()
    if state is None:
        raise NotFound(f"There is no job {job_id}.", "See `shipway job list`.")
    if state == JobState.QUEUED:
        end(tx, job_id, JobOutcome.CANCELLED, CANCELLED_IN_QUEUE, "")
        return JobState.DONE
    if state == JobState.WAITING:
        waits.leave(tx, job_id, cancel_requested=True)
        return JobState.READY
    if state in (JobState.RUNNING, JobState.READY):
        state = JobState.CANCELLING if state == JobState.RUNNING else JobState.READY
        tx.execute(
            update(jobs).where(jobs.c.id == job_id).values(state=str(state), cancel_requested=True)
        )
    return JobState(state)


def cancel_requested(tx: Connection, job_id: int) -> bool:
    """Tell whether a job was asked to stop."""
    return bool(tx.execute(select(jobs.c.cancel_requested).where(jobs.c.id == job_id)).scalar_one())


def end(tx: Connection, job_id: int, outcome: JobOutcome, reason: str, hint: str) -> None:
    """Record how a job ended; with that its lock is free."""
    tx.execute(
        update(jobs)
        .where(jobs.c.id == job_id)
        .values(
            state=str(JobState.DONE),
            outcome=str(outcome),
            reason=reason,
            hint=hint,
            finished_at=now(),
        )
    )


def end_all(tx: Connection, reason: str, hint: str) -> int:
    """End every job that has not ended, as unverified where it began, else as cancelled.

    Nobody may be running one. Returns how many there were.
    """
    columns = (jobs.c.id, jobs.c.actor, jobs.c.environment, jobs.c.app, jobs.c.started_at)
    rows = tx.execute(select(*columns).where(jobs.c.state != str(JobState.DONE))).all()
    for row in rows:
        outcome = JobOutcome.UNVERIFIED if row.started_at else JobOutcome.CANCELLED
        end(tx, row.id, outcome, reason, hint)
        tx.execute(
            update(stages)
            .where(stages.c.job_id == row.id, stages.c.state == str(StageState.RUNNING))
            .values(state=str(StageState.FAILED))
        )
        told = {"outcome": str(outcome), "reason": reason}
        named = {"environment": row.environment, "app": row.app}
        history.append(tx, "job.finished", str(row.id), row.actor, **told, **named)
    return len(rows)


def tell_end(tx: Connection, job: Job | JobRow, outcome: JobOutcome, reason: str) -> None:
    """Append the event of a job's end, in the transaction that records it."""
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
