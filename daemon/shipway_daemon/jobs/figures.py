"""Figures of the jobs that cost the same however many there ever were."""

from dataclasses import dataclass

from shipway_client.wire import JobState
from sqlalchemy import Connection, Integer, cast, func, select

from shipway_daemon.events.tables import events
from shipway_daemon.jobs.tables import jobs

_DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Ended:
    """A job that has ended, and the seconds from its start; None where it never began."""

    kind: str
    outcome: str
    seconds: float | None


def not_ended(tx: Connection) -> dict[str, int]:
    """Count the jobs that have not ended by their state; there is an index of just these."""
    query = select(jobs.c.state, func.count()).where(jobs.c.state != str(JobState.DONE))
    return dict(tx.execute(query.group_by(jobs.c.state)).all())


def ended(tx: Connection, after: int, up_to: int) -> list[Ended]:
    """Read the jobs that ended in the events after `after`, up to and with `up_to`."""
    took = func.julianday(jobs.c.finished_at) - func.julianday(jobs.c.started_at)
    query = (
        select(jobs.c.kind, jobs.c.outcome, took * _DAY_SECONDS)
        .join_from(events, jobs, jobs.c.id == cast(events.c.subject, Integer))
        .where(events.c.seq > after, events.c.seq <= up_to, events.c.kind == "job.finished")
    )
    return [Ended(kind, outcome or "", seconds) for kind, outcome, seconds in tx.execute(query)]
