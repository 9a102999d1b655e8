"""What the list of jobs can be asked, and in which orders it comes."""

from shipway_client.wire import Job, JobState
from sqlalchemy import ColumnElement, and_, literal_column

from shipway_daemon.jobs.tables import jobs
from shipway_daemon.queries.conditions import (
    Condition,
    address_is,
    conditions,
    contains,
    text_is,
    word_is,
)
from shipway_daemon.queries.keyset import Keyset, Sort
from shipway_daemon.queries.words import Query, Term

SORTS = Keyset[Job](
    {
        "created": Sort(jobs.c.id, lambda job: job.id, int, unique=True),
        "app": Sort(jobs.c.app_order, lambda job: job.app or "", str),
        "env": Sort(jobs.c.environment_order, lambda job: job.environment or "", str),
        "state": Sort(
            jobs.c.state_order,
            lambda job: str(job.outcome or job.state),
            str,
        ),
        "finished": Sort(jobs.c.finished_order, lambda job: job.finished_at or "", str),
    },
    jobs.c.id,
    lambda job: job.id,
)

#: Written as the index of unfinished jobs has it, or SQLite would not take that for a short cut.
_UNFINISHED: ColumnElement[bool] = literal_column("state <> 'done'")


def wanted(query: Query) -> list[ColumnElement[bool]]:
    """What a query asks of a job's row."""
    texts = (jobs.c.app, jobs.c.environment, jobs.c.kind, jobs.c.actor, jobs.c.reason)
    return conditions(query, _FIELDS) + contains(query, texts)


def _state(term: Term) -> ColumnElement[bool]:
    found: ColumnElement[bool] = jobs.c.state == term.value
    return found if term.value == JobState.DONE else and_(found, _UNFINISHED)


_FIELDS: dict[str, Condition] = {
    "state": _state,
    "outcome": word_is(jobs.c.outcome),
    "app": address_is(jobs.c.app),
    "env": text_is(jobs.c.environment),
    "kind": text_is(jobs.c.kind),
    "actor": text_is(jobs.c.actor),
}
