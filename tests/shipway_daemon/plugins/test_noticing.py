"""What is installed, changed, removed or mended is noticed; nothing of it holds up the door."""

import pytest
from shipway_client.wire import AddEnvironment
from shipway_plugins.words import EnvironmentStatus, PluginState
from support.made_plugins import store
from support.waiting import wait_for


async def plugin(daemon, name):
    found = {plugin.name: plugin for plugin in (await daemon.client.plugins.list()).items}
    return found.get(name)


async def state(daemon, name):
    found = await plugin(daemon, name)
    return found.state if found else None


@pytest.mark.e2e
async def test_a_plugin_that_hangs_does_not_hold_up_the_door(daemon, made):
    """A new home opens with Shipway's own plugins, while a stranger is still being probed."""
    made.install("slow", "import time; time.sleep(600)")
    await daemon.start()
    names = {one.name: one.state for one in (await daemon.client.plugins.list()).items}
    assert names["formats"] is names["enterprise_store"] is PluginState.ENABLED
    assert "slow" not in names
    told = (await daemon.client.history.events(kind="environment.status-changed")).items
    assert all("No installed plugin" not in event.data["reason"] for event in told)
    await wait_for(lambda: failed(daemon, "slow"), 60)
    assert "did not answer in time" in (await plugin(daemon, "slow")).error


async def failed(daemon, name):
    return await state(daemon, name) is PluginState.FAILED


async def enabled(daemon, name):
    return await state(daemon, name) is PluginState.ENABLED


@pytest.mark.e2e
async def test_what_is_installed_while_the_daemon_runs_is_noticed(daemon, made):
    """And so is another release of it, and that it is gone again."""
    await daemon.start()
    assert await state(daemon, "maker") is None
    made.install("maker", store("One"))
    await wait_for(lambda: enabled(daemon, "maker"), 60)
    await daemon.client.environments.add(AddEnvironment(name="mine", adapter="made"))

    made.install("maker", store("Two"), version="2.0")
    await wait_for(lambda: has_version(daemon, "2.0"), 60)
    assert (await daemon.client.environments.show("mine")).title == "Made Two"

    made.remove("maker")
    await wait_for(lambda: gone(daemon, "maker"), 60)
    seen = await daemon.client.environments.show("mine")
    assert (seen.status, seen.plugin_state) == (EnvironmentStatus.UNKNOWN, None)
    assert seen.reason == "No installed plugin brings the adapter made."


async def has_version(daemon, version):
    return (await plugin(daemon, "maker")).version == version


async def gone(daemon, name):
    return await state(daemon, name) is None


@pytest.mark.e2e
async def test_a_plugin_that_failed_is_probed_again_when_it_is_shown(daemon, made):
    """What was mended in place has no other version to be noticed by."""
    made.install("maker", "raise RuntimeError('no such luck')")
    await daemon.start()
    await wait_for(lambda: failed(daemon, "maker"), 60)
    assert "no such luck" in (await daemon.client.plugins.show("maker")).error
    made.install("maker", store())

    async def mended():
        return (await daemon.client.plugins.show("maker")).state is PluginState.ENABLED

    await wait_for(mended, 60)


@pytest.mark.e2e
async def test_environments_of_a_broken_release_say_so_and_come_back(daemon, made):
    """The plugin breaks between two daemons: its environment is kept, and says what is wrong."""
    made.install("maker", store())
    await daemon.start()
    await wait_for(lambda: enabled(daemon, "maker"), 60)
    await daemon.client.environments.add(AddEnvironment(name="mine", adapter="made"))
    await daemon.stop()
    made.install("maker", "raise RuntimeError('no such luck')", version="2.0")
    await daemon.start()
    await wait_for(lambda: failed(daemon, "maker"), 60)
    seen = await daemon.client.environments.show("mine")
    assert (seen.status, seen.plugin_state) == (EnvironmentStatus.UNKNOWN, PluginState.FAILED)
    assert "no such luck" in seen.plugin_error
    assert "no such luck" in seen.reason
    made.install("maker", store(), version="3.0")
    await wait_for(lambda: enabled(daemon, "maker"), 60)
    await wait_for(lambda: available(daemon, "mine"), 60)


async def available(daemon, name):
    return (await daemon.client.environments.show(name)).status is EnvironmentStatus.AVAILABLE
