"""A plugin that is switched off is not imported, and what stands on it says so."""

import pytest
from shipway_client.errors import NotFound, Refused
from shipway_client.wire import AddEnvironment, AddFile, JobOutcome, PublishRequest
from shipway_plugins.words import EnvironmentStatus, PluginState
from support.desk import OLDER, SAMPLES, desk_daemon
from support.made_plugins import store
from support.processes import children_of
from support.waiting import wait_for

#: Leaves a dot beside itself each time that it is imported.
NOTING = """
import pathlib
with pathlib.Path(__file__).with_name("imports").open("a") as file:
    file.write(".")
"""


@pytest.fixture
async def desk():
    """A running desk."""
    async with desk_daemon() as made:
        await made.daemon.start()
        yield made


async def status_of(daemon, name):
    return (await daemon.client.environments.show(name)).status


async def is_available(daemon, name):
    return await status_of(daemon, name) is EnvironmentStatus.AVAILABLE


async def test_its_environments_are_unknown_until_it_is_back(daemon, made):
    """They keep their settings, say why and what to do, and come back with the plugin."""
    made.install("maker", store())
    await daemon.start()
    client = daemon.client
    await wait_for(lambda: state_is(daemon, "maker", PluginState.ENABLED), 60)
    added = await client.environments.add(AddEnvironment(name="mine", adapter="made"))
    assert (added.status, added.plugin) == (EnvironmentStatus.AVAILABLE, "maker")
    assert added.plugin_state is PluginState.ENABLED

    answer = await client.plugins.disable("maker")
    assert (answer.state, answer.environments) == (PluginState.DISABLED, ["mine"])
    assert "nothing is published to mine" in answer.warning

    seen = await client.environments.show("mine")
    assert (seen.status, seen.plugin_state) == (EnvironmentStatus.UNKNOWN, PluginState.DISABLED)
    assert "The plugin maker, which brings the adapter made, is disabled." in seen.reason
    assert "shipway plugin enable maker" in seen.remedy
    with pytest.raises(NotFound, match="no adapter made"):
        await client.environments.add(AddEnvironment(name="more", adapter="made"))

    answer = await client.plugins.enable("maker")
    assert (answer.state, answer.warning) == (PluginState.ENABLED, "")
    await wait_for(lambda: is_available(daemon, "mine"), 60)

    kinds = [event.kind for event in (await client.history.events(limit=200)).items]
    assert {"plugin.disabled", "plugin.enabled"} <= set(kinds)


async def state_is(daemon, name, state):
    found = {plugin.name: plugin.state for plugin in (await daemon.client.plugins.list()).items}
    return found.get(name) is state


@pytest.mark.e2e
async def test_it_is_off_over_restarts_and_never_imported(daemon, made):
    """Not even to be described."""
    made.install("noting", NOTING)
    await daemon.start()
    await wait_for(lambda: state_is(daemon, "noting", PluginState.ENABLED), 60)
    imports = made.folder / "imports"
    assert imports.read_text() == "."

    await daemon.client.plugins.disable("noting")
    await daemon.restart()
    await daemon.client.plugins.list()
    assert await state_is(daemon, "noting", PluginState.DISABLED)
    assert imports.read_text() == "."

    await daemon.client.plugins.enable("noting")
    assert imports.read_text() == ".."


@pytest.mark.e2e
async def test_no_file_is_read_without_the_formats(daemon):
    """Ours may be switched off as well, and the answer warns of it."""
    await daemon.start()
    answer = await daemon.client.plugins.disable("formats")
    assert answer.warning.startswith("formats is a part of Shipway.")
    assert "apk" in answer.warning
    file = AddFile(path=str(SAMPLES / OLDER))
    with pytest.raises(Refused):
        await daemon.client.versions.add(file)
    await daemon.client.plugins.enable("formats")
    assert (await daemon.client.versions.add(file)).version.identifier == "dev.shipway.sample"


#: Vetoes every publish.
POLICY = """
from shipway_plugins import hook
from shipway_plugins.words import *

@hook
def shipway_findings(plan):
    return [Finding(severity=Severity.ERROR, rule="never", sentence="Not on my watch.")]
"""


@pytest.mark.e2e
async def test_a_policy_that_is_off_is_not_asked(daemon, made):
    """And is asked again as soon as it is on."""
    made.install("veto", POLICY)
    await daemon.start()
    client = daemon.client
    await wait_for(lambda: state_is(daemon, "veto", PluginState.ENABLED), 60)
    version = (await client.versions.add(AddFile(path=str(SAMPLES / OLDER)))).version
    await client.versions.mark_candidate(version.address)
    (app,) = (await client.profiles.apps()).items
    request = PublishRequest(app=app.address, environment="enterprise-store", selections=[])

    async def rules():
        return {finding.rule for finding in (await client.jobs.preview(request)).findings}

    assert "never" in await rules()
    await client.plugins.disable("veto")
    assert "never" not in await rules()
    await client.plugins.enable("veto")
    assert "never" in await rules()


@pytest.mark.e2e
async def test_a_job_at_work_goes_on_to_its_end(desk):
    """Its plugin is switched off under it; then its lane ends, and nothing more is published."""
    environment = await desk.client.environments.show("holding")
    store = desk.store(environment)
    store.hold("upload")
    job = await desk.publish("holding", desk.newer)
    await store.waiting_at("upload")

    await desk.client.plugins.disable(environment.plugin)
    assert (await desk.client.environments.show("holding")).job == job.id
    store.release()
    assert (await desk.ended(job)).outcome is JobOutcome.VERIFIED

    seen = await desk.client.environments.show("holding")
    assert (seen.status, seen.plugin_state) == (EnvironmentStatus.UNKNOWN, PluginState.DISABLED)
    await wait_for(lambda: "lane" not in children_of(desk.daemon.pid).values(), 60)
    with pytest.raises(Refused, match="is disabled"):
        await desk.publish("holding", desk.older)
    assert await desk.live("holding") == [desk.newer.sha256]


@pytest.mark.parametrize("verb", ["disable", "enable", "show"])
@pytest.mark.e2e
async def test_a_name_that_nobody_has_is_not_found(daemon, verb):
    """Also with characters that a path would not take."""
    await daemon.start()
    with pytest.raises(NotFound, match="plugin"):
        await getattr(daemon.client.plugins, verb)("no/such plugin")
