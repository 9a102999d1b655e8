"""Versions in the order of their numbers, when they expire, and indexes for what lists are asked."""

import re
import sqlite3

from alembic import op

revision = "0005"
down_revision = "0004"

_DIGITS = re.compile(r"[0-9]+")

COLUMNS = (
    "ALTER TABLE versions ADD COLUMN version_order TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE versions ADD COLUMN build_order TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE versions ADD COLUMN expires TEXT GENERATED ALWAYS AS (nullif(json_extract(inspection, '$.signing.expires'), '')) VIRTUAL",
    "UPDATE versions SET version_order = shipway_natural(version), build_order = shipway_natural(build)",
)

INDEXES = (
    "CREATE INDEX versions_by_state ON versions (state, id, expires)",
    "CREATE INDEX versions_by_platform ON versions (platform, id)",
    "CREATE INDEX versions_by_channel ON versions (channel, id)",
    "CREATE INDEX versions_by_expiry ON versions (expires, id) WHERE expires IS NOT NULL",
    "CREATE INDEX versions_marked ON versions (id) WHERE candidate_mark IS NOT NULL",
    "CREATE INDEX versions_by_version_order ON versions (version_order, id)",
    "CREATE INDEX versions_by_build_order ON versions (build_order, id)",
    "CREATE INDEX versions_by_size ON versions (size, id)",
    "CREATE INDEX versions_by_profile_and_state ON versions (profile_id, state, id, expires)",
    "CREATE INDEX versions_by_profile_and_expiry ON versions (profile_id, expires, id) WHERE expires IS NOT NULL",
    "CREATE INDEX versions_marked_of_profile ON versions (profile_id, id) WHERE candidate_mark IS NOT NULL",
    "CREATE INDEX versions_by_profile_and_version_order ON versions (profile_id, version_order, id)",
    "CREATE INDEX versions_by_profile_and_build_order ON versions (profile_id, build_order, id)",
    "CREATE INDEX versions_by_profile_and_size ON versions (profile_id, size, id)",
)


def upgrade() -> None:
    """Add and fill what lists are ordered by, and index it; nothing is taken away."""
    connection = op.get_bind().connection.driver_connection
    assert isinstance(connection, sqlite3.Connection)
    connection.create_function("shipway_natural", 1, natural, deterministic=True)
    for statement in (*COLUMNS, *INDEXES):
        op.execute(statement)


def natural(text: str | None) -> str:
    """Write a number as `rules.natural` did when this migration was made."""
    return _DIGITS.sub(_sized, (text or "").casefold())


def _sized(found: re.Match[str]) -> str:
    digits = found[0].lstrip("0") or "0"
    return f"{len(digits):03}{digits}"
