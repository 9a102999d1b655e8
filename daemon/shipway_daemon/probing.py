"""Keep the plugins' records true: probe what was installed, changed or failed since."""

import asyncio

from shipway_client.wire import Plugin
from shipway_plugins.words import PluginRecord, PluginState
from sqlalchemy import Connection

from shipway_daemon.catalog import plugins
from shipway_daemon.database.engine import Database
from shipway_daemon.events import history
from shipway_daemon.workers.probe import installed, probe_all

_POLICY = "shipway_findings"


async def probe(database: Database) -> list[Plugin]:
    """Probe all plugins, unless the very same distributions were probed well before."""
    there = await asyncio.to_thread(installed)
    known = await database.read(plugins.every)
    same = {plugin.name: (plugin.distribution, plugin.version) for plugin in known} == there
    if same and all(plugin.state is not PluginState.FAILED for plugin in known):
        return known
    records = await probe_all()
    await database.write(lambda tx: _store(tx, records))
    return await database.read(plugins.every)


def with_formats(records: list[Plugin]) -> list[str]:
    """Name the enabled plugins that bring inspectors."""
    return [plugin.name for plugin in records if _enabled(plugin) and plugin.formats]


def with_policy(records: list[Plugin]) -> list[str]:
    """Name the enabled plugins that look at plans."""
    return [plugin.name for plugin in records if _enabled(plugin) and _POLICY in plugin.hooks]


def _enabled(plugin: Plugin) -> bool:
    return plugin.state is PluginState.ENABLED


def _store(tx: Connection, records: list[PluginRecord]) -> None:
    plugins.replace(tx, records)
    for record in records:
        history.append(
            tx, "plugin.probed", record.name, state=str(record.state), error=record.error
        )
