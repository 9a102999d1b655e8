"""What the records say together."""

import msgspec
from shipway_client.wire import Plugin
from shipway_daemon.plugins import choosing
from shipway_plugins.words import AdapterRecord, Capabilities, PluginRecord, PluginState


def record(name, *kinds, state=PluginState.ENABLED, distribution="theirs", version="1.0"):
    adapters = [
        AdapterRecord(kind=kind, title=kind, options={}, capabilities=Capabilities())
        for kind in kinds
    ]
    return PluginRecord(
        name=name, distribution=distribution, version=version, state=state, adapters=adapters
    )


def plugin(name, **more):
    return Plugin(**msgspec.structs.asdict(record(name, **more)), probed_at="")


def test_what_is_not_known_to_be_good_is_probed_ours_first():
    """New, of another version, failed, or switched on again; never what is switched off."""
    installed = {
        "good": ("theirs", "1.0"),
        "newer": ("theirs", "2.0"),
        "failed": ("theirs", "1.0"),
        "back": ("theirs", "1.0"),
        "off": ("theirs", "1.0"),
        "ours": ("shipway", "1.0"),
    }
    known = {
        "good": plugin("good"),
        "newer": plugin("newer"),
        "failed": plugin("failed", state=PluginState.FAILED),
        "back": plugin("back", state=PluginState.DISABLED),
        "off": plugin("off", state=PluginState.DISABLED),
    }
    assert list(choosing.due(installed, known, {"off"})) == ["ours", "back", "failed", "newer"]


def states(records, before=()):
    settled = choosing.settle_clashes(records, {one.name: one for one in before})
    return {one.name: one.state for one in settled}


def test_a_kind_belongs_to_one_plugin():
    """Ours, else whoever had it before, else the first by name; the others say whose it is."""
    a, b = record("a", "kind"), record("b", "kind")
    assert states([b, a]) == {"a": PluginState.ENABLED, "b": PluginState.FAILED}
    assert states([b, a], [b]) == {"a": PluginState.FAILED, "b": PluginState.ENABLED}
    ours = record("z", "kind", distribution="shipway")
    assert states([a, ours], [a]) == {"a": PluginState.FAILED, "z": PluginState.ENABLED}
    failed = choosing.settle_clashes([a, ours], {})[1]
    assert failed.error == "The adapter kind is already brought by the plugin z."
    assert failed.adapters == []


def test_who_cannot_be_used_owns_nothing():
    """Its kinds are free for others."""
    off = record("a", "kind", state=PluginState.DISABLED)
    assert states([off, record("b", "kind")]) == {
        "a": PluginState.DISABLED,
        "b": PluginState.ENABLED,
    }


def test_a_failed_plugin_still_says_what_it_brought():
    """So that its environments can say whose they are."""
    before = record("a", "kind")
    failed = choosing.keep_what_it_brought(record("a", state=PluginState.FAILED), before)
    assert (failed.state, failed.adapters) == (PluginState.FAILED, before.adapters)
    assert choosing.keep_what_it_brought(record("a"), before).adapters == []
