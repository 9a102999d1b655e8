"""An index for the history of one thing."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Find the events of a subject without looking at the others."""
    op.execute("CREATE INDEX events_by_subject ON events (subject, seq)")
