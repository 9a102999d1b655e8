"""Finding out what plugins there are, without importing any of them here."""

import importlib.metadata
from typing import TypeAlias

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

#: The distribution and the version of each installed plugin, by its name.
Installed: TypeAlias = dict[str, tuple[str, str]]


def installed() -> Installed:
    """Map the name of each installed plugin to its distribution and version.

    Reads the metadata of installed distributions, so it takes a moment; call it in a thread.
    """
    found: Installed = {}
    for entry in importlib.metadata.entry_points(group=_GROUP):
        name, version = (entry.dist.name, entry.dist.version) if entry.dist else ("", "")
        found.setdefault(entry.name, (name, version))
    return found


async def describe(name: str, source: tuple[str, str], *, on_log: OnLine = to_log) -> PluginRecord:
    """Describe an installed plugin, in a child of its own; `source` is what `installed` says of it.

    A plugin that cannot be imported, hangs or crashes has a record too: FAILED, with the reason.
    """
    asked = ProbeQuestion(plugin=name, distribution=source[0], version=source[1])
    try:
        return await _ask(asked, on_log)
    except (PluginError, WorkerFailed) as problem:
        return PluginRecord(
            name=name,
            distribution=asked.distribution,
            version=asked.version,
            state=PluginState.FAILED,
            error=f"{problem.message} {problem.hint}".strip(),
        )


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
