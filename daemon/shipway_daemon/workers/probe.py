"""Finding out what plugins there are, without importing any of them here."""

import asyncio
import importlib.metadata
from collections.abc import Iterable

from shipway_plugins.errors import PluginError
from shipway_plugins.words import PluginRecord, PluginState

from shipway_daemon.workers import limits
from shipway_daemon.workers.errors import WorkerFailed
from shipway_daemon.workers.logs import OnLine, to_log
from shipway_daemon.workers.process import WorkerProcess
from shipway_daemon.workers.questions import ProbeQuestion

_MODULE = "shipway_daemon.workers.children.probe"
_GROUP = "shipway"
#: How long a plugin may take to be imported and described.
PROBE_SECONDS = 20.0
#: How many probes run at once.
AT_ONCE = 2


def installed() -> dict[str, tuple[str, str]]:
    """Map the name of each installed plugin to its distribution and version.

    Reads the metadata of installed distributions, so it takes a moment; call it in a thread.
    """
    found: dict[str, tuple[str, str]] = {}
    for entry in importlib.metadata.entry_points(group=_GROUP):
        name, version = (entry.dist.name, entry.dist.version) if entry.dist else ("", "")
        found.setdefault(entry.name, (name, version))
    return found


async def probe_all(
    disabled: frozenset[str] = frozenset(), *, on_log: OnLine = to_log
) -> list[PluginRecord]:
    """Describe every installed plugin, each in a child of its own.

    A plugin that cannot be imported, hangs or crashes is a record too: FAILED, with the reason.
    """
    found = await asyncio.to_thread(installed)
    turns = asyncio.Semaphore(AT_ONCE)
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(_probe(_question(name, found[name]), disabled, turns, on_log))
            for name in sorted(found)
        ]
    return _one_of_each_kind(task.result() for task in tasks)


def _question(name: str, source: tuple[str, str]) -> ProbeQuestion:
    return ProbeQuestion(plugin=name, distribution=source[0], version=source[1])


async def _probe(
    asked: ProbeQuestion, disabled: frozenset[str], turns: asyncio.Semaphore, on_log: OnLine
) -> PluginRecord:
    if asked.plugin in disabled:
        return _record(asked, PluginState.DISABLED)
    try:
        async with turns:
            return await _ask(asked, on_log)
    except (PluginError, WorkerFailed) as problem:
        reason = f"{problem.message} {problem.hint}".strip()
        return _record(asked, PluginState.FAILED, reason)


async def _ask(asked: ProbeQuestion, on_log: OnLine) -> PluginRecord:
    worker = await WorkerProcess.start(
        _MODULE, [asked.plugin], name=f"The probe of {asked.plugin}", on_log=on_log
    )
    try:
        return await worker.call(
            "probe", asked, PluginRecord, seconds=PROBE_SECONDS, allowed=limits.question()
        )
    finally:
        await worker.terminate(0)


def _record(asked: ProbeQuestion, state: PluginState, error: str = "") -> PluginRecord:
    return PluginRecord(
        name=asked.plugin,
        distribution=asked.distribution,
        version=asked.version,
        state=state,
        error=error,
    )


def _one_of_each_kind(records: Iterable[PluginRecord]) -> list[PluginRecord]:
    """Fail a plugin that brings a kind of adapter which one before it brought already."""
    owners: dict[str, str] = {}
    kept: list[PluginRecord] = []
    for record in records:
        taken = [one.kind for one in record.adapters if one.kind in owners]
        owners.update({one.kind: record.name for one in record.adapters if not taken})
        kept.append(_clash(record, taken[0], owners[taken[0]]) if taken else record)
    return kept


def _clash(record: PluginRecord, kind: str, owner: str) -> PluginRecord:
    return PluginRecord(
        name=record.name,
        distribution=record.distribution,
        version=record.version,
        state=PluginState.FAILED,
        error=f"The adapter {kind} is already brought by the plugin {owner}.",
    )
