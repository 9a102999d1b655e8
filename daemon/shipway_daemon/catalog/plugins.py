"""Queries about the records of plugins, and which of them are switched off."""

from collections import defaultdict
from collections.abc import Iterable

from shipway_client.wire import Plugin
from shipway_plugins.words import PluginRecord
from sqlalchemy import Connection, delete, insert, select

from shipway_daemon.catalog.tables import disabled_plugins, environments, plugins
from shipway_daemon.clock import now


def every(tx: Connection) -> list[Plugin]:
    """Read every record with the environments that stand on it, by name."""
    using = _environments(tx)
    rows = tx.execute(select(plugins).order_by(plugins.c.name))
    return [_plugin(row.record, row.probed_at, using) for row in rows]


def _environments(tx: Connection) -> dict[str, list[str]]:
    """Map each adapter to the names of its environments."""
    found: dict[str, list[str]] = defaultdict(list)
    query = select(environments.c.name, environments.c.adapter).order_by(environments.c.name)
    for row in tx.execute(query):
        found[row.adapter].append(row.name)
    return found


def _plugin(record: PluginRecord, probed_at: str, using: dict[str, list[str]]) -> Plugin:
    return Plugin(
        **{name: getattr(record, name) for name in record.__struct_fields__},
        probed_at=probed_at,
        environments=[name for adapter in record.adapters for name in using.get(adapter.kind, [])],
    )


def store(tx: Connection, record: PluginRecord) -> None:
    """Store what the probe found of one plugin, in place of what was known."""
    drop(tx, [record.name])
    tx.execute(insert(plugins).values(name=record.name, record=record, probed_at=now()))


def drop(tx: Connection, names: Iterable[str]) -> None:
    """Forget the records of plugins."""
    tx.execute(delete(plugins).where(plugins.c.name.in_(list(names))))


def disabled(tx: Connection) -> set[str]:
    """Name the plugins that are switched off."""
    return set(tx.execute(select(disabled_plugins.c.name)).scalars())


def disable(tx: Connection, name: str, actor: str) -> bool:
    """Switch a plugin off; false if it was already."""
    if name in disabled(tx):
        return False
    tx.execute(insert(disabled_plugins).values(name=name, actor=actor, at=now()))
    return True


def enable(tx: Connection, name: str) -> bool:
    """Switch a plugin on; false if it was already."""
    chosen = disabled_plugins.c.name == name
    return tx.execute(delete(disabled_plugins).where(chosen)).rowcount > 0
