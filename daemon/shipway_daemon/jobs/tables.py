"""The tables of jobs: whose they are, the job, its steps, its stages, its log."""

from typing import Any

from shipway_client.wire import JobState
from shipway_plugins.words import Finding
from sqlalchemy import (
    Boolean,
    Column,
    Computed,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    text,
)

from shipway_daemon.database.metadata import Encoded, metadata

#: States in which a job holds its lock; `queued` stands outside, waiting for it.
#: One that waits holds it too, unless it gave it back, which sets its `lock_key` null.
LIVE = (JobState.READY, JobState.RUNNING, JobState.CANCELLING, JobState.WAITING)

_LIVE_SQL = ", ".join(f"'{state}'" for state in LIVE)

#: One row: the epoch of the daemon that holds the home's lock, and with it every job.
home = Table(
    "home",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("created_at", Text, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("lock_key", Text),
    Column("environment_id", Integer),
    Column("environment", Text),
    Column("app", Text),
    Column("actor", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("epoch", Integer),
    Column("cancel_requested", Boolean, nullable=False, default=False),
    Column("outcome", Text),
    Column("reason", Text, nullable=False, default=""),
    Column("hint", Text, nullable=False, default=""),
    Column("tracking", Text, nullable=False, unique=True),
    Column("request", Encoded(dict[str, Any]), nullable=False),
    Column("findings", Encoded(list[Finding]), nullable=False),
    Column("created_at", Text, nullable=False),
    Column("started_at", Text),
    Column("finished_at", Text),
    Column("flow_version", Integer, nullable=False, default=1),
    Column("tries", Integer, nullable=False, default=0),
    Column("retry_of", Integer),
    #: While it waits: for what, at which step, for how many seconds at most, until when.
    Column("waits_for", Text, nullable=False, default=""),
    Column("wait_name", Text),
    Column("wait_position", Integer),
    Column("wait_seconds", Float),
    Column("due_at", Text),
    #: What jobs are sorted by, where the column itself may be null.
    Column("app_order", Text, Computed("coalesce(app, '')", persisted=False)),
    Column("environment_order", Text, Computed("coalesce(environment, '')", persisted=False)),
    Column("state_order", Text, Computed("coalesce(outcome, state)", persisted=False)),
    Column("finished_order", Text, Computed("coalesce(finished_at, '')", persisted=False)),
    Index("jobs_by_app_order", "app_order", "id"),
    Index("jobs_by_environment_order", "environment_order", "id"),
    Index("jobs_by_state_order", "state_order", "id"),
    Index("jobs_by_finished_order", "finished_order", "id"),
    Index(
        "jobs_one_live_per_lock",
        "lock_key",
        unique=True,
        sqlite_where=text(f"lock_key IS NOT NULL AND state IN ({_LIVE_SQL})"),
    ),
    Index("jobs_unfinished", "state", "id", sqlite_where=text("state <> 'done'")),
    Index("jobs_by_environment", "environment", "id"),
    Index("jobs_by_environment_and_app", "environment_id", "app", "id"),
    sqlite_autoincrement=True,
)

steps = Table(
    "job_steps",
    metadata,
    Column("job_id", ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("result", Encoded(Any), nullable=False),
    Column("at", Text, nullable=False),
)

stages = Table(
    "job_stages",
    metadata,
    Column("job_id", ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("detail", Text, nullable=False, default=""),
)

log = Table(
    "job_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("job_id", ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    Column("at", Text, nullable=False),
    Column("line", Text, nullable=False),
    Index("job_log_by_job", "job_id", "id"),
    sqlite_autoincrement=True,
)

#: What is done again and again; the next time moves in the transaction that takes it.
schedules = Table(
    "schedules",
    metadata,
    Column("name", Text, primary_key=True),
    Column("every_seconds", Float, nullable=False),
    Column("next_at", Text, nullable=False),
    Column("last_at", Text),
)
