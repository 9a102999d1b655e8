"""What is done to a profile as a whole: made, renamed, deleted."""

import pytest
from shipway_client.errors import Refused
from shipway_client.wire import LiveVersion, Publication, PublishStatus
from shipway_plugins.words import Copy, PublishState
from shipway_tui.tui.screens.new_profile import NewProfileForm, RenameForm
from shipway_tui.tui.screens.profiles import ProfilesScreen
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from shipway_tui.tui.screens.versions import VersionsScreen
from textual.widgets import Button, Input, Select, Static
from tui_desk.fake_api import AT
from tui_desk.waiting import settled, until


async def shown(pilot, kind):
    await until(pilot, lambda: isinstance(pilot.app.screen, kind))
    return pilot.app.screen


async def test_a_profile_is_made_in_a_form(full, opened):
    """What the daemon says of a field stands beside it; the help of a field only where one is."""
    async with opened(full) as pilot:
        screen = pilot.app.screen
        await pilot.press("n")
        form = await shown(pilot, NewProfileForm)
        helps = form.query(".help")
        await until(pilot, lambda: [one.display for one in helps] == [True, False, False, False])
        await pilot.press("tab")
        await until(pilot, lambda: [one.display for one in helps] == [False, True, False, False])
        form.rows["name"].query_one(Input).value = "acme/till"
        form.rows["channel"].query_one(Select).value = "ios-phone"
        taken = Refused("There is one.", fields={"name": "It is taken."})
        full.errors["POST /v1/profiles"] = taken
        await pilot.press("ctrl+s")
        await until(pilot, lambda: form.rows["name"].error == "It is taken.")
        del full.errors["POST /v1/profiles"]
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "acme/till" in screen.table.keys)
        (_, asked) = full.asked("POST", "/v1/profiles")[-1]
        assert (asked.owner, asked.name, asked.channel) == ("acme", "till", "ios-phone")
        assert (asked.identifier, asked.app) == (None, None)


async def test_a_renamed_profile_keeps_its_place_and_can_be_called_as_before(full, opened):
    async with opened(full) as pilot:
        screen = pilot.app.screen
        await pilot.press("j", "R")
        form = await shown(pilot, RenameForm)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Its name already." in form.rows["name"].error)
        form.rows["name"].query_one(Input).value = "store"
        await pilot.press("enter")
        await until(
            pilot, lambda: screen.table.keys == ["local/bank", "local/store", "local/wallet"]
        )
        await settled(pilot)
        await pilot.press("z")
        await until(
            pilot, lambda: screen.table.keys == ["local/bank", "local/shop", "local/wallet"]
        )


async def test_the_versions_of_a_profile_that_is_renamed_stay_in_sight(full, opened):
    async with opened(full) as pilot:
        await pilot.press("j", "enter")
        screen = await shown(pilot, VersionsScreen)
        await settled(pilot)
        full._rename(full.profiles["local/shop"], "local/store")
        full.add_version("local/store", 4)
        await until(pilot, lambda: "local/store@4" in screen.table.keys)


@pytest.mark.parametrize("versions", [True, False])
async def test_a_profile_with_versions_is_deleted_by_its_typed_address(full, opened, versions):
    """Where it is live is named; one without versions only needs a yes."""
    if not versions:
        full.change_profile("local/shop", latest=None)
    live = LiveVersion(
        channel="android-phone", copy=Copy.PRODUCTION, state=PublishState.ACTIVE, digest="x",
        version="1", build="1", version_address="local/shop@1", targets=[],
    )  # fmt: skip
    full.publications = [
        Publication(
            environment="store", app="local/shop", status=PublishStatus.PUBLISHED, live=[live],
            read_at=AT, last_attempt=None,
        )
    ]  # fmt: skip
    async with opened(full) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, ProfilesScreen)
        await pilot.press("j", "D")
        prompt = await shown(pilot, ConfirmPrompt)
        assert "Live in store" in str(prompt.query_one(".question", Static).content)
        assert prompt.query_one("#do", Button).disabled is versions
        await pilot.press(*("local/shop" if versions else ()), *(() if versions else ("tab",)))
        await pilot.press("enter")
        await until(pilot, lambda: screen.table.keys == ["local/bank", "local/wallet"])
        ((query, _),) = full.asked("DELETE", "/v1/profiles/local/shop")
        assert query["confirm"] == ("local/shop" if versions else None)
