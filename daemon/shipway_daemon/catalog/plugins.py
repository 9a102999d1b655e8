"""Queries about the records of plugins."""

from shipway_client.wire import Plugin
from shipway_plugins.words import PluginRecord
from sqlalchemy import Connection, delete, insert, select

from shipway_daemon.catalog.tables import plugins
from shipway_daemon.clock import now


def every(tx: Connection) -> list[Plugin]:
    """Read every record, by name."""
    rows = tx.execute(select(plugins).order_by(plugins.c.name))
    return [
        Plugin(
            **{name: getattr(row.record, name) for name in row.record.__struct_fields__},
            probed_at=row.probed_at,
        )
        for row in rows
    ]


def replace(tx: Connection, records: list[PluginRecord]) -> None:
    """Store what the probe found, in place of all that was known."""
    tx.execute(delete(plugins))
    for record in records:
        tx.execute(insert(plugins).values(name=record.name, record=record, probed_at=now()))
