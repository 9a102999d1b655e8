"""Settings are tried on before they are stored, and what does not fit is named field by field."""

import pytest
from shipway_client.errors import NotFound, Refused, WrongUsage
from shipway_client.wire import AddEnvironment, ChangeEnvironment
from shipway_plugins.words import EnvironmentStatus, PluginState
from support.daemon import running_daemon, short_folder
from support.made_plugins import PluginFolder
from support.waiting import wait_for

SECRET = "correct-horse-battery"

#: A store that says in its status what it was made of, and dislikes one name.
SOURCE = """
import msgspec
from typing import Literal
from shipway_plugins import Adapter, hook
from shipway_plugins.credentials import Credential
from shipway_plugins.errors import BadSettings, StoreUnreachable
from shipway_plugins.words import *

class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    server: str
    {more}
    port: int = 80
    channels: list[str] = []
    mode: Literal["fast", "slow"] = "fast"
    token: Credential | None = None

class Picky(Adapter):
    kind = "picky"
    title = "Picky Store"
    options_type = Options
    def status(self):
        told = self.options
        if told.server == "nobody":
            raise StoreUnreachable("Nobody picks up.", "Call again.")
        if told.server == "hated":
            raise BadSettings("It is hated.", "Take another.", fields={{"server": "Not it."}})
        has = "with" if told.token == "{secret}" else "without"
        reason = f"{{told.server}}:{{told.port}} {{','.join(told.channels)}} {{has}} token"
        return StatusReport(status=EnvironmentStatus.AVAILABLE, reason=reason)
    def publish(self, plan, report):
        raise NotImplementedError
    def live(self, app):
        return LiveState(app=app)

@hook
def shipway_adapters(register):
    register(Picky)
"""


def source(more: str = "") -> str:
    return SOURCE.format(more=more, secret=SECRET)


@pytest.fixture
async def daemon():
    with short_folder() as folder:
        plugins = PluginFolder(folder)
        plugins.install("picky", source())
        variables = {"PICKY_TOKEN": SECRET}
        async with running_daemon(plugins=folder, environment=variables) as made:
            made.made_plugins = plugins

            async def ready():
                page = await made.client.plugins.list()
                return "picky" in {plugin.name for plugin in page.items}

            await wait_for(ready, 60)
            yield made


async def add(daemon, name="mine", **settings):
    request = AddEnvironment(name=name, adapter="picky", settings=settings)
    return await daemon.client.environments.add(request)


async def change(daemon, name="mine", unset=(), **settings):
    request = ChangeEnvironment(settings=settings, unset=list(unset))
    return await daemon.client.environments.change(name, request)


async def names(daemon):
    return [one.name for one in (await daemon.client.environments.list()).items]


async def test_text_becomes_what_the_adapter_asks_for(daemon):
    """And a credential stays a reference in every answer, while the store has its value."""
    made = await add(
        daemon,
        server="8080",
        port="81",
        channels="ios-phone,android-phone",
        token="env:PICKY_TOKEN",
    )
    assert made.reason == "8080:81 ios-phone,android-phone with token"
    assert made.settings == {
        "server": "8080",
        "port": 81,
        "channels": ["ios-phone", "android-phone"],
        "token": "env:PICKY_TOKEN",
    }
    assert made.credentials == ["token"]


@pytest.mark.e2e
async def test_every_wrong_setting_is_named_and_nothing_is_kept(daemon):
    """Plain credentials too, whose value nobody repeats."""
    with pytest.raises(WrongUsage) as error:
        await add(daemon, port="many", mode="quick", prot=1, token=SECRET)
    fields = error.value.fields
    assert fields.keys() == {"server", "port", "mode", "prot", "token"}
    assert fields["server"] == "It is missing, and has no default."
    assert fields["port"] == "Expected a whole number, got text."
    assert fields["prot"] == "There is no such setting. Did you mean port?"
    assert "env:NAME" in fields["token"]
    assert SECRET not in str(fields) + error.value.message + error.value.hint + daemon.log
    assert await names(daemon) == ["enterprise-store"]
    assert [path.name for path in daemon.locations.lanes.glob("trial-*")] == []
    assert [path.name for path in daemon.locations.environments.glob("trial-*")] == []


@pytest.mark.e2e
async def test_the_command_line_has_a_line_for_each(daemon):
    """The whole way: from `--set` to what the adapter's own options say."""
    wrong = ("--set", "prot=1", "--set", f"token={SECRET}")
    ran = await daemon.shipway("env", "add", "mine", "--adapter", "picky", *wrong)
    assert ran.code == 2
    lines = ran.err.splitlines()
    assert "  server: It is missing, and has no default." in lines
    assert "  prot: There is no such setting. Did you mean port?" in lines
    assert SECRET not in ran.err + ran.out


@pytest.mark.e2e
async def test_what_the_adapter_itself_refuses_is_refused(daemon):
    """A credential that is not there as well; but a store that is silent now is taken."""
    with pytest.raises(WrongUsage, match="Not it") as error:
        await add(daemon, server="hated")
    assert error.value.fields == {"server": "Not it."}
    with pytest.raises(WrongUsage, match="token") as error:
        await add(daemon, server="a", token="env:NO_SUCH_TOKEN")
    assert error.value.fields.keys() == {"token"}
    silent = await add(daemon, server="nobody")
    assert (silent.status, silent.reason) == (EnvironmentStatus.UNKNOWN, "Nobody picks up.")
    assert silent.remedy == "Call again."


@pytest.mark.e2e
async def test_a_name_that_is_taken_is_refused(daemon):
    """Before anything is tried."""
    await add(daemon, server="a")
    with pytest.raises(Refused, match="already"):
        await add(daemon)


async def test_a_change_is_tried_on_before_it_is_stored(daemon):
    """What does not fit leaves everything as it was."""
    await add(daemon, server="a", port=81)
    with pytest.raises(WrongUsage) as error:
        await change(daemon, port="many", server="b")
    assert error.value.fields.keys() == {"port"}
    assert (await daemon.client.environments.show("mine")).settings == {"server": "a", "port": 81}

    changed = await change(daemon, server="b", unset=["port"])
    assert changed.settings == {"server": "b"}
    assert changed.reason == "b:80  without token"
    event = (await daemon.client.history.events(kind="environment.changed")).items[0]
    assert event.data == {"settings": ["port", "server"]}


@pytest.mark.e2e
async def test_a_change_that_makes_no_sense_is_refused(daemon):
    """Unsetting what there is not, setting and unsetting at once, and nobody's settings."""
    await add(daemon, server="a")
    with pytest.raises(WrongUsage) as error:
        await change(daemon, unset=["prot", "port"], port=3)
    assert error.value.fields.keys() == {"prot", "port"}
    with pytest.raises(WrongUsage) as error:
        await change(daemon, unset=["server"])
    assert error.value.fields == {"server": "It is missing, and has no default."}
    with pytest.raises(NotFound):
        await change(daemon, "nowhere", server="b")


@pytest.mark.e2e
async def test_settings_that_fit_no_more_are_named_after_an_update(daemon):
    """The plugin wants more than it did: its environment says what, and how to mend it."""
    await add(daemon, server="a")
    daemon.made_plugins.install("picky", source("region: str"), version="2.0")
    await wait_for(lambda: has_version(daemon, "2.0"), 60)
    seen = await daemon.client.environments.check("mine")
    assert (seen.status, seen.plugin_state) == (
        EnvironmentStatus.UNKNOWN,
        PluginState.BAD_SETTINGS,
    )
    assert seen.bad_settings == {"region": "It is missing, and has no default."}
    assert "shipway env set mine --set region=..." in seen.remedy
    mended = await change(daemon, region="here")
    assert (mended.status, mended.plugin_state) == (
        EnvironmentStatus.AVAILABLE,
        PluginState.ENABLED,
    )
    assert mended.bad_settings == {}


@pytest.mark.e2e
async def test_what_became_a_credential_is_hidden(daemon):
    """A newer plugin calls a credential what was plain text when it was set."""
    daemon.made_plugins.install("picky", source("region: str = ''"), version="1.5")
    await wait_for(lambda: has_version(daemon, "1.5"), 60)
    await add(daemon, server="a", region=SECRET)
    daemon.made_plugins.install("picky", source("region: Credential = ''"), version="2.0")
    await wait_for(lambda: has_version(daemon, "2.0"), 60)
    seen = await daemon.client.environments.check("mine")
    assert seen.settings == {"server": "a", "region": "(not shown)"}
    assert seen.plugin_state is PluginState.BAD_SETTINGS
    assert "env:NAME" in seen.bad_settings["region"]
    assert SECRET not in seen.reason + seen.remedy


async def has_version(daemon, version):
    page = await daemon.client.plugins.list()
    return version in {plugin.version for plugin in page.items if plugin.name == "picky"}


@pytest.mark.e2e
async def test_a_job_at_work_keeps_what_it_began_with(desk):
    """The change is taken at once, and holds from the next call on."""
    made = await desk.environment("eventual", reads=1)
    store = desk.store(made)
    store.hold("upload")
    job = await desk.publish("eventual", desk.newer)
    await store.waiting_at("upload")
    request = ChangeEnvironment(settings={"reads": "2"})
    changed = await desk.client.environments.change("eventual", request)
    assert (changed.status, changed.settings) == (EnvironmentStatus.BUSY, {"reads": 2})
    store.release()
    assert (await desk.ended(job)).outcome == "verified"
