"""The plugins: how each stands, what is wrong with it, and switching it off and on."""

import msgspec
import pytest
from shipway_client.errors import Refused
from shipway_plugins.words import PluginState
from shipway_tui.tui.screens.plugins import PluginsScreen
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from tui_desk.sizes import SIZES
from tui_desk.store_options import StoreOptions
from tui_desk.waiting import settled, until

ERROR = "The plugin cannot be imported.\nTraceback:\n  line 3\nModuleNotFoundError: gone_sdk"


@pytest.fixture
def plugged(full):
    full.add_plugin("formats", None, formats=["apk", "ipa"])
    full.add_plugin("gone", None, state=PluginState.FAILED, error=ERROR)
    full.add_plugin("store", StoreOptions, environments=["mdm", "test"])
    return full


async def plugins(pilot) -> PluginsScreen:
    await pilot.press("5")
    await settled(pilot)
    assert isinstance(pilot.app.screen, PluginsScreen)
    return pilot.app.screen


def cell(screen, key: str, column: str) -> str:
    return screen.table.get_cell(key, column).plain


def detail(screen) -> str:
    return screen.query_one("#detail-text").text


@pytest.mark.parametrize("size", SIZES)
async def test_each_plugin_shows_its_state_and_what_it_brings(plugged, opened, size):
    async with opened(plugged, size) as pilot:
        screen = await plugins(pilot)
        assert screen.table.keys == ["formats", "gone", "store"]
        assert cell(screen, "store", "state") == "● Enabled"
        assert cell(screen, "store", "version") == "1.2.3"
        assert cell(screen, "store", "brings") == "adapter store"
        assert cell(screen, "formats", "brings") == "formats apk ipa"
        assert cell(screen, "gone", "state") == "✘ Failed to load"


@pytest.mark.parametrize("size", SIZES)
async def test_the_error_stands_whole_in_the_detail(plugged, opened, size):
    async with opened(plugged, size) as pilot:
        screen = await plugins(pilot)
        await pilot.press("j")
        await until(pilot, lambda: ERROR in detail(screen))
        await pilot.press("j")
        await until(pilot, lambda: "mdm, test" in detail(screen))


async def test_disabling_names_the_environments_and_stands_on_cancel(plugged, opened):
    async with opened(plugged) as pilot:
        screen = await plugins(pilot)
        await pilot.press("G", "d")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmPrompt))
        question = str(pilot.app.screen.query_one(".question").content)
        assert question.startswith("Disable store?\n")
        assert "mdm, test" in question
        await pilot.press("enter")
        await settled(pilot)
        assert not plugged.asked("POST", "/v1/plugins/store/disable")
        await pilot.press("d", "tab", "enter")
        await until(pilot, lambda: cell(screen, "store", "state") == "○ Disabled")
        await pilot.press("d")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmPrompt))
        await pilot.press("tab", "enter")
        await until(pilot, lambda: cell(screen, "store", "state") == "● Enabled")
        assert plugged.asked("POST", "/v1/plugins/store/enable")


async def test_a_plugin_that_was_mended_is_probed_again(plugged, opened):
    async with opened(plugged) as pilot:
        screen = await plugins(pilot)
        await pilot.press("j", "s")
        await until(pilot, lambda: cell(screen, "gone", "state") == "● Enabled")
        assert plugged.asked("POST", "/v1/plugins/gone/enable")
        await pilot.press("d", "tab", "enter")
        await until(pilot, lambda: cell(screen, "gone", "state") == "○ Disabled")
        assert screen.why_not("probe") == "gone is disabled."


async def test_a_refusal_becomes_a_notice(plugged, opened):
    plugged.errors["POST /v1/plugins/formats/disable"] = Refused("A job needs it.")
    async with opened(plugged) as pilot:
        await plugins(pilot)
        await pilot.press("d", "tab", "enter")
        await until(pilot, lambda: len(pilot.app._notifications) == 1)
        assert [n.message for n in pilot.app._notifications] == ["A job needs it."]


async def test_what_the_daemon_tells_of_a_plugin_changes_its_row(plugged, opened):
    async with opened(plugged) as pilot:
        screen = await plugins(pilot)
        plugged.plugins["gone"] = msgspec.structs.replace(
            plugged.plugins["gone"], state=PluginState.ENABLED, error=""
        )
        plugged.tell("plugin.probed", "gone")
        await until(pilot, lambda: cell(screen, "gone", "state") == "● Enabled")
        del plugged.plugins["formats"]
        plugged.tell("plugin.removed", "formats")
        await until(pilot, lambda: screen.table.keys == ["gone", "store"])


async def test_switching_rests_when_opened_read_only(plugged, opened):
    async with opened(plugged, read_only=True) as pilot:
        screen = await plugins(pilot)
        assert screen.why_not("switch") == "Shipway was opened read-only."


async def test_an_installation_without_plugins_says_so(full, opened):
    async with opened(full) as pilot:
        screen = await plugins(pilot)
        empty = str(screen.query_one("#empty").content)
        assert empty.startswith("No plugin is installed. Install one beside Shipway, and it is ")
