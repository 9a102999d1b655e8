"""The one owner of the plugins' records: probes, switches off and on, and tells who follows."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from shipway_client.errors import NotFound
from shipway_client.wire import Page, Plugin
from shipway_plugins.words import PluginRecord, PluginState
from sqlalchemy import Connection

from shipway_daemon.catalog import plugins
from shipway_daemon.database.engine import Database
from shipway_daemon.events import history
from shipway_daemon.patience import finish
from shipway_daemon.plugins import choosing
from shipway_daemon.workers.probe import AT_ONCE, Installed, describe, installed

_log = logging.getLogger(__name__)

#: How long who looks at a plugin that failed waits for it to be probed again.
SHOW_SECONDS = 3.0

#: Is told all records whenever one of them changed.
Follower: TypeAlias = Callable[[Sequence[Plugin]], Awaitable[None]]


class Plugins:
    """What is known of the plugins. Nothing of a plugin is ever imported here."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._followers: list[Follower] = []
        self._installed: Installed = {}
        self._probing: dict[str, asyncio.Task[None]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._changing = asyncio.Lock()
        #: Whether all that the door waits for is known; nobody is told of half of it.
        self._loaded = False

    def follow(self, follower: Follower) -> None:
        """Tell `follower` the records now known to be good, and again at each change."""
        self._followers.append(follower)

    # ----------------------------------------------------------------- life

    async def load(self) -> None:
        """Use the records that are known to be good, and probe the others in the background.

        Waits for none of them but Shipway's own where those are not known to be good: without
        them a new home could do nothing.
        """
        due = await self._compare()
        probes = {name: self._probe(name) for name in due}
        own = [probes[name] for name, source in due.items() if choosing.is_own(source)]
        await asyncio.gather(*own)
        async with self._changing:
            self._loaded = True
            await self._tell()

    async def close(self) -> None:
        """End what is still being probed."""
        tasks = [*self._probing.values(), *([self._looking] if self._looking else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ----------------------------------------------------------------- look

    async def page(self) -> Page[Plugin]:
        """Read all records; what was installed since is looked for behind the answer."""
        self._look()

        def read(tx: Connection) -> Page[Plugin]:
            items = [choosing.told(plugin) for plugin in plugins.every(tx)]
            return Page(items=items, after=None, seq=history.last(tx))

        async with self._changing:  # what is answered is known to all who follow
            return await self._database.read(read)

    async def show(self, name: str) -> Plugin:
        """Read one record; a plugin that failed is probed again, and waited for a moment.

        Raises:
            NotFound: There is none of that name.
        """
        plugin = await self._read(name)
        if plugin.state is PluginState.FAILED and name in self._installed:
            await asyncio.wait({self._probe(name)}, timeout=SHOW_SECONDS)
            return await self._read(name)
        self._look()
        return plugin

    async def _read(self, name: str) -> Plugin:
        async with self._changing:
            records = await self._database.read(plugins.every)
        for plugin in records:
            if plugin.name == name:
                return choosing.told(plugin)
        raise NotFound(f"There is no plugin {name}.", "See `shipway plugin list`.")

    # --------------------------------------------------------------- switch

    async def disable(self, name: str, actor: str) -> Plugin:
        """Switch a plugin off until it is switched on again; it is imported no more.

        What is at work with it goes on to its end.

        Raises:
            NotFound: There is none of that name.
        """
        plugin = await self._read(name)

        def disable(tx: Connection) -> bool:
            if not plugins.disable(tx, name, actor):
                return False
            plugins.store(tx, choosing.off(_record(plugin)))
            history.append(tx, "plugin.disabled", name, actor)
            return True

        await self._change(disable)
        return await self._read(name)

    async def enable(self, name: str, actor: str) -> Plugin:
        """Switch a plugin on, and probe it at once, also when it was on already.

        Raises:
            NotFound: No installed plugin has that name.
        """
        self._installed = await asyncio.to_thread(installed)
        if name not in self._installed:
            raise NotFound(f"No installed plugin is called {name}.", "See `shipway plugin list`.")

        def enable(tx: Connection) -> None:
            if plugins.enable(tx, name):
                history.append(tx, "plugin.enabled", name, actor)

        await self._database.write(enable)
        await asyncio.wait({self._probe(name)})
        return await self._read(name)

    # ---------------------------------------------------------------- probe

    def _look(self) -> None:
        """Begin to look for what was installed, changed or removed since, unless that is so."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_now(), name="look for plugins")

    async def _look_now(self) -> None:
        try:
            if await asyncio.to_thread(installed) == self._installed:
                return
            for name in await self._compare():
                self._probe(name)
        except Exception:  # noqa: BLE001 - the edge of the task: logged, and tried at the next view
            _log.exception("the installed plugins cannot be compared with what is known")

    async def _compare(self) -> Installed:
        """Hold what is installed against what is known; return what is to be probed."""
        self._installed = await asyncio.to_thread(installed)
        due: Installed = {}

        def compare(tx: Connection) -> bool:
            due.update(self._note_installed(tx))
            return True

        await self._change(compare)
        return due

    def _note_installed(self, tx: Connection) -> Installed:
        known = {plugin.name: plugin for plugin in plugins.every(tx)}
        gone = known.keys() - self._installed.keys()
        plugins.drop(tx, gone)
        for name in sorted(gone):
            history.append(tx, "plugin.removed", name)
        disabled = plugins.disabled(tx)
        for name in disabled & self._installed.keys():
            if name not in known:
                plugins.store(tx, _unseen(name, self._installed[name]))
        return choosing.due(self._installed, known, disabled)

    def _probe(self, name: str) -> "asyncio.Task[None]":
        """Begin to probe a plugin, or join who does so already."""
        task = self._probing.get(name)
        if task is None:
            probing = self._probe_now(name, self._installed[name])
            task = asyncio.create_task(probing, name=f"probe of {name}")
            self._probing[name] = task
            task.add_done_callback(lambda _: self._probing.pop(name, None))
        return task

    async def _probe_now(self, name: str, source: tuple[str, str]) -> None:
        try:
            async with self._turns:
                record = await describe(name, source)
            await self._change(lambda tx: _note(tx, record))
        except Exception:  # noqa: BLE001 - the edge of the task: logged, and tried again when asked
            _log.exception("the plugin %s was probed, and its record is lost", name)

    async def _change(self, change: Callable[[Connection], bool]) -> None:
        """Change records and tell all who follow, whoever goes away meanwhile."""
        await finish(asyncio.create_task(self._change_now(change), name="change of plugins"))

    async def _change_now(self, change: Callable[[Connection], bool]) -> None:
        """One change after the other."""
        async with self._changing:
            if await self._database.write(change) and self._loaded:
                await self._tell()

    async def _tell(self) -> None:
        records = await self._database.read(plugins.every)
        for follower in self._followers:
            await follower(records)


def _note(tx: Connection, record: PluginRecord) -> bool:
    """Store what a probe found, unless the plugin was switched off meanwhile; true if it is new."""
    if record.name in plugins.disabled(tx):
        return False
    before = {plugin.name: _record(plugin) for plugin in plugins.every(tx)}
    fresh = choosing.keep_what_it_brought(record, before.get(record.name))
    changed = False
    for settled in choosing.settle_clashes([*(before | {record.name: fresh}).values()], before):
        is_new = settled != before.get(settled.name)
        if is_new or settled.name == record.name:
            plugins.store(tx, settled)
        if is_new:
            told = {"state": str(settled.state), "error": settled.error}
            history.append(tx, "plugin.probed", settled.name, **told)
        changed = changed or is_new
    return changed


def _record(plugin: Plugin) -> PluginRecord:
    """The record alone, as the probe made it."""
    names = PluginRecord.__struct_fields__
    return PluginRecord(**{name: getattr(plugin, name) for name in names})


def _unseen(name: str, source: tuple[str, str]) -> PluginRecord:
    """The record of a plugin that was switched off before it was ever probed."""
    return PluginRecord(
        name=name, distribution=source[0], version=source[1], state=PluginState.DISABLED
    )
