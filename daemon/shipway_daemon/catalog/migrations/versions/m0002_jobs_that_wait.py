"""Jobs that wait and are tried again, schedules, plugins that are off, settings that do not fit."""

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    "ALTER TABLE jobs ADD COLUMN flow_version INTEGER DEFAULT 1 NOT NULL",
    "ALTER TABLE jobs ADD COLUMN tries INTEGER DEFAULT 0 NOT NULL",
    "ALTER TABLE jobs ADD COLUMN retry_of INTEGER",
    "ALTER TABLE jobs ADD COLUMN waits_for TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE jobs ADD COLUMN wait_name TEXT",
    "ALTER TABLE jobs ADD COLUMN wait_position INTEGER",
    "ALTER TABLE jobs ADD COLUMN wait_seconds FLOAT",
    "ALTER TABLE jobs ADD COLUMN due_at TEXT",
    # A job that was sent before tries were counted was sent once.
    "UPDATE jobs SET tries = 1 WHERE started_at IS NOT NULL",
    "DROP INDEX jobs_one_live_per_lock",
    "CREATE UNIQUE INDEX jobs_one_live_per_lock ON jobs (lock_key) WHERE lock_key IS NOT NULL AND state IN ('ready', 'running', 'cancelling', 'waiting')",
    """CREATE TABLE schedules (
        name TEXT NOT NULL,
        every_seconds FLOAT NOT NULL,
        next_at TEXT NOT NULL,
        last_at TEXT,
        PRIMARY KEY (name)
    )""",
    "ALTER TABLE environments ADD COLUMN remedy TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE environments ADD COLUMN bad_settings TEXT DEFAULT '{}' NOT NULL",
    """CREATE TABLE disabled_plugins (
        name TEXT NOT NULL,
        actor TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (name)
    )""",
)


def upgrade() -> None:
    """Add what waiting, retry, schedules and settings need; nothing is taken away."""
    for statement in STATEMENTS:
        op.execute(statement)
