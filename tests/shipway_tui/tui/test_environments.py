"""What is shown of an environment: its status with reason and remedy, its plugin, its settings."""

from datetime import timedelta

import msgspec
import pytest
from shipway_plugins.words import EnvironmentStatus, PluginState
from shipway_tui.tui.app import ShipwayApp
from tui_desk.fake_api import fake_client
from tui_desk.sizes import SIZES
from tui_desk.waiting import settled, until

from .conftest import NOW


@pytest.fixture
def troubled(api):
    api.add_environment(
        "mdm", status=EnvironmentStatus.UNKNOWN, reason="Connection refused.",
        remedy="See whether the server runs.", plugin="store", plugin_state=PluginState.FAILED,
        plugin_error="ModuleNotFoundError: sdk",
        settings={"server": "x", "token": "env:TOKEN", "groups": ["a", "b"]},
        bad_settings={"server": "x is no URL.", "realm": "It is required.", "": "They clash."},
    )  # fmt: skip
    return api


async def environments(pilot):
    await pilot.press("2")
    await settled(pilot)
    return pilot.app.screen


def detail(screen) -> list[str]:
    return screen.query_one("#detail-text").text.splitlines()


@pytest.mark.parametrize("size", SIZES)
async def test_all_that_is_known_of_an_environment_is_in_its_detail(troubled, opened, size):
    async with opened(troubled, size) as pilot:
        shown = detail(await environments(pilot))
        assert shown == [
            "mdm",
            "status      ○ Unknown",
            "reason      Connection refused.",
            "            See whether the server runs.",
            "read        5 min ago · Enterprise store",
            "plugin      ✘ Failed to load  store",
            "            ModuleNotFoundError: sdk",
            "",
            "Settings",
            "server      x",
            "            ✘ x is no URL.",
            "token       env:TOKEN",
            'groups      ["a","b"]',
            "realm       –",
            "            ✘ It is required.",
            "✘ They clash.",
            "",
            "It holds nothing yet.",
        ]


async def test_the_state_of_the_plugin_stands_beside_the_reason(troubled, opened):
    async with opened(troubled) as pilot:
        screen = await environments(pilot)
        reason = screen.row_of(screen.selected).cells["reason"]
        assert reason == "Failed to load. Connection refused."
        known = troubled.environments["mdm"]
        told = msgspec.structs.replace(known, reason="The plugin store failed to load.")
        assert screen.row_of(told).cells["reason"] == "The plugin store failed to load."


async def test_an_adapter_that_no_plugin_brings_is_said(troubled, opened):
    known = troubled.environments["mdm"]
    troubled.environments["mdm"] = msgspec.structs.replace(known, plugin=None, plugin_state=None)
    async with opened(troubled) as pilot:
        shown = detail(await environments(pilot))
        assert "plugin      no plugin that is installed brings enterprise_store" in shown


async def test_ages_go_by_without_asking_the_daemon(troubled):
    clock = [NOW]
    app = ShipwayApp(fake_client(troubled), now=lambda: clock[0])
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.desk.connected)
        await settled(pilot)
        screen = await environments(pilot)
        troubled.calls.clear()
        clock[0] += timedelta(minutes=2)
        screen._tell_ages()
        assert screen.table.get_cell("mdm", "age").plain == "7 min"
        assert "read        7 min ago · Enterprise store" in detail(screen)
        assert not troubled.calls


async def test_the_list_says_of_how_many_apps_an_environment_holds_anything(full, opened):
    full.add_environment("other", published=2)
    async with opened(full) as pilot:
        await pilot.press("2")
        await settled(pilot)
        cell = pilot.app.screen.table.get_cell
        assert cell("enterprise-store", "published").plain == "○ none"
        assert cell("other", "published").plain == "● 2 apps"
