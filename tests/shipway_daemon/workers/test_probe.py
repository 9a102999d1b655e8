"""Every installed plugin has a record, whatever it does when it is imported."""

import sys

import pytest
from shipway_daemon.workers import probe as probe_module
from shipway_daemon.workers.probe import describe, installed
from shipway_plugins.words import PluginState

HEAD = "from shipway_plugins import Adapter, hook\n"


async def record_of(name: str):
    return await describe(name, installed()[name])


async def test_the_built_in_store_is_described():
    """The record has all that a form needs: title, capabilities, the schema of the options."""
    record = await record_of("enterprise_store")
    assert (record.state, record.error) == (PluginState.ENABLED, "")
    assert record.hooks == ["shipway_adapters"]
    (adapter,) = record.adapters
    assert (adapter.kind, adapter.title) == ("enterprise_store", "Enterprise Store")
    assert adapter.capabilities.unpublish
    assert "directory" in str(adapter.options)


async def test_the_daemon_does_not_import_a_plugin(plugin):
    """Finding and probing a plugin leaves its module outside."""
    plugin("quiet", HEAD)
    assert (await record_of("quiet")).state is PluginState.ENABLED
    assert "quiet_module" not in sys.modules


def test_installed_names_the_distribution(plugin):
    """The key of a cache: which plugin, from which distribution, of which version."""
    plugin("quiet", HEAD)
    assert installed()["quiet"] == ("quiet", "1.0")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("raise RuntimeError('no such luck')", "RuntimeError: no such luck"),
        ("import a_module_that_is_not_there", "ModuleNotFoundError"),
        ("def broken(:", "SyntaxError"),
        ("raise SystemExit(2)", "SystemExit: 2"),
        ("import os; os._exit(4)", "exit code 4"),
        (HEAD + "@hook\ndef shipway_adaptors(register): pass", "Did you mean shipway_adapters?"),
        (HEAD + "def shipway_adapters(register): pass", "lacks the mark @hook"),
        (HEAD + "@hook\ndef shipway_adapters(registers): pass", "registers"),
        (HEAD + "@hook\ndef shipway_adapters(register): register(7)", "no class of Adapter"),
        (
            HEAD + "class A(Adapter):\n kind = 'a'\n title = 'A'\n"
            "@hook\ndef shipway_adapters(register): register(A)",
            "does not implement live, publish, status",
        ),
        (
            HEAD + "class A(Adapter):\n kind = 'A b'\n title = 'A'\n"
            " def live(self): pass\n def publish(self): pass\n def status(self): pass\n"
            "@hook\ndef shipway_adapters(register): register(A)",
            "needs a `kind`",
        ),
    ],
)
async def test_a_plugin_that_cannot_be_used_says_why(plugin, source, said):
    """It is a record too: failed to load, with the reason."""
    plugin("bad", source)
    record = await record_of("bad")
    assert record.state is PluginState.FAILED
    assert said in record.error
    assert (record.distribution, record.version) == ("bad", "1.0")


async def test_a_plugin_that_hangs_at_import_fails(plugin, monkeypatch):
    """At its deadline, with a reason."""
    monkeypatch.setattr(probe_module, "PROBE_SECONDS", 1.0)
    plugin("slow", "import time; time.sleep(600)")
    record = await record_of("slow")
    assert record.state is PluginState.FAILED
    assert "did not answer in time" in record.error
