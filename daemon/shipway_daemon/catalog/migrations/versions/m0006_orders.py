"""Jobs and events in every order that they are asked for, by index."""

from alembic import op

revision = "0006"
down_revision = "0005"

STATEMENTS = (
    "ALTER TABLE jobs ADD COLUMN app_order TEXT GENERATED ALWAYS AS (coalesce(app, '')) VIRTUAL",
    "ALTER TABLE jobs ADD COLUMN environment_order TEXT GENERATED ALWAYS AS (coalesce(environment, '')) VIRTUAL",
    "ALTER TABLE jobs ADD COLUMN state_order TEXT GENERATED ALWAYS AS (coalesce(outcome, state)) VIRTUAL",
    "ALTER TABLE jobs ADD COLUMN finished_order TEXT GENERATED ALWAYS AS (coalesce(finished_at, '')) VIRTUAL",
    "CREATE INDEX jobs_by_app_order ON jobs (app_order, id)",
    "CREATE INDEX jobs_by_environment_order ON jobs (environment_order, id)",
    "CREATE INDEX jobs_by_state_order ON jobs (state_order, id)",
    "CREATE INDEX jobs_by_finished_order ON jobs (finished_order, id)",
    "CREATE INDEX events_by_kind ON events (kind, seq)",
)


def upgrade() -> None:
    """Add what jobs are ordered by, where it may be missing, and the indexes."""
    for statement in STATEMENTS:
        op.execute(statement)
