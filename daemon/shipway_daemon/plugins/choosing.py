"""What the records of plugins say together: which are to be probed, and which brings what."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from shipway_client.wire import Plugin
from shipway_plugins.words import PluginRecord, PluginState

from shipway_daemon.workers.probe import Installed

_POLICY = "shipway_findings"
#: The distribution whose plugins are Shipway's own.
_OWN = "shipway"


def due(
    installed: Installed, known: Mapping[str, Plugin], disabled: Iterable[str]
) -> dict[str, tuple[str, str]]:
    """Choose what is to be probed: all that is installed and not known to be good; ours first."""
    off = set(disabled)
    chosen = {
        name: source
        for name, source in installed.items()
        if name not in off and not _is_good(known.get(name), source)
    }
    return dict(sorted(chosen.items(), key=lambda one: (not is_own(one[1]), one[0])))


def _is_good(plugin: Plugin | None, source: tuple[str, str]) -> bool:
    return plugin is not None and enabled(plugin) and source_of(plugin) == source


def source_of(record: PluginRecord) -> tuple[str, str]:
    """The distribution and the version that a record is about."""
    return (record.distribution, record.version)


def is_own(source: tuple[str, str]) -> bool:
    """Tell whether a plugin is one of those that Shipway brings itself."""
    return source[0] == _OWN


def with_formats(records: Iterable[PluginRecord]) -> list[str]:
    """Name the enabled plugins that bring inspectors."""
    return [plugin.name for plugin in records if enabled(plugin) and plugin.formats]


def with_policy(records: Iterable[PluginRecord]) -> list[str]:
    """Name the enabled plugins that look at plans."""
    return [plugin.name for plugin in records if enabled(plugin) and _POLICY in plugin.hooks]


def enabled(plugin: PluginRecord) -> bool:
    """Tell whether a plugin may be used."""
    return plugin.state is PluginState.ENABLED


def off(record: PluginRecord) -> PluginRecord:
    """The record of a plugin that is switched off; it still says what the plugin would bring."""
    return msgspec.structs.replace(record, state=PluginState.DISABLED, error="")


def keep_what_it_brought(record: PluginRecord, before: PluginRecord | None) -> PluginRecord:
    """Let the record of a plugin that cannot be used say what it brought when it could."""
    if before is None or enabled(record):
        return record
    return msgspec.structs.replace(
        record, adapters=before.adapters, formats=before.formats, hooks=before.hooks
    )


def settle_clashes(
    records: Sequence[PluginRecord], before: Mapping[str, PluginRecord]
) -> list[PluginRecord]:
    """Give each kind of adapter to one plugin, and fail the others that bring it.

    Ours come first, then those that had it before, then the order of names.
    """
    owners: dict[str, str] = {}
    settled: list[PluginRecord] = []
    for record in sorted(records, key=lambda one: _rank(one, before.get(one.name))):
        if not enabled(record):
            settled.append(record)
            continue
        taken = [one.kind for one in record.adapters if one.kind in owners]
        owners.update({one.kind: record.name for one in record.adapters if not taken})
        settled.append(_clash(record, taken[0], owners[taken[0]]) if taken else record)
    return settled


def _rank(record: PluginRecord, before: PluginRecord | None) -> tuple[bool, bool, str]:
    was_there = before is not None and enabled(before)
    return (not is_own(source_of(record)), not was_there, record.name)


def _clash(record: PluginRecord, kind: str, owner: str) -> PluginRecord:
    error = f"The adapter {kind} is already brought by the plugin {owner}."
    return PluginRecord(
        name=record.name,
        distribution=record.distribution,
        version=record.version,
        state=PluginState.FAILED,
        error=error,
    )


def told(plugin: Plugin) -> Plugin:
    """Add to the record of a plugin that is switched off what does not work without it."""
    if plugin.state is not PluginState.DISABLED:
        return plugin
    lost = []
    if plugin.formats:
        lost.append(f"no file of these formats is read: {', '.join(plugin.formats)}")
    if plugin.environments:
        lost.append(f"nothing is published to {', '.join(plugin.environments)}")
    if not lost:
        return plugin
    whose = f"{plugin.name} is a part of Shipway. " if is_own(source_of(plugin)) else ""
    warning = f"{whose}Until it is enabled again, {', and '.join(lost)}."
    return msgspec.structs.replace(plugin, warning=warning)
