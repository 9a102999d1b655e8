"""The table of events."""

from typing import Any

from sqlalchemy import Column, Index, Integer, Table, Text

from shipway_daemon.database.metadata import Encoded, metadata

events = Table(
    "events",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("data", Encoded(dict[str, Any]), nullable=False),
    Index("events_by_subject", "subject", "seq"),
    Index("events_by_kind", "kind", "seq"),
    sqlite_autoincrement=True,
)
