"""Adding environments and changing their settings in a form made from the adapter's options."""

import asyncio

import msgspec
import pytest
from shipway_client.errors import Refused, WrongUsage
from shipway_client.wire import AddEnvironment, ChangeEnvironment
from shipway_plugins.words import PluginState
from shipway_tui.tui.screens.environment_form import AddEnvironmentForm, ChangeEnvironmentForm
from shipway_tui.tui.screens.environments import EnvironmentsScreen
from shipway_tui.tui.screens.prompts import ChoosePrompt, ConfirmPrompt
from textual.widgets import Button, Checkbox, Input, Select, TextArea
from tui_desk.sizes import SIZES
from tui_desk.store_options import StoreOptions
from tui_desk.waiting import settled, until


@pytest.fixture
def stores(full):
    """A store with every kind of option, one environment of it, and a plugin that is disabled."""
    full.add_plugin("store", StoreOptions)
    full.add_plugin("asleep", StoreOptions, state=PluginState.DISABLED)
    full.add_environment(
        "mdm", adapter="store", plugin="store",
        settings={"server": "https://old.example.org", "token": "env:OLD", "retries": 7},
    )  # fmt: skip
    return full


async def add_form(pilot) -> AddEnvironmentForm:
    """Open the form of a new environment; only one plugin is enabled."""
    await pilot.press("2")
    await settled(pilot)
    await pilot.press("a")
    await until(pilot, lambda: isinstance(pilot.app.screen, AddEnvironmentForm))
    await pilot.pause()
    return pilot.app.screen


async def change_form(pilot) -> ChangeEnvironmentForm:
    """Open the form of mdm, the second of two environments."""
    await pilot.press("2")
    await settled(pilot)
    await pilot.press("j", "e")
    await until(pilot, lambda: isinstance(pilot.app.screen, ChangeEnvironmentForm))
    await pilot.pause()
    return pilot.app.screen


def editor(screen, name: str):
    return screen.rows[name].query_one("Input, Select, Checkbox, TextArea")


def wrong(screen) -> dict[str, str]:
    return {name: row.error for name, row in screen.rows.items() if row.error}


async def fill(screen) -> None:
    """Type what is required."""
    editor(screen, "name").value = "new"
    editor(screen, "server").value = "https://example.org"
    editor(screen, "token").value = "env:TOKEN"


@pytest.mark.parametrize("size", SIZES)
async def test_the_form_has_a_field_for_every_option_with_its_default(stores, opened, size):
    async with opened(stores, size) as pilot:
        screen = await add_form(pilot)
        assert list(screen.rows) == ["name", *StoreOptions.__struct_fields__]
        assert pilot.app.focused is editor(screen, "name")
        assert isinstance(editor(screen, "server"), Input)
        assert editor(screen, "retries").value == "3"
        assert isinstance(editor(screen, "verify"), Checkbox)
        assert editor(screen, "verify").value is True
        assert str(editor(screen, "verify").label) == "on"
        assert isinstance(editor(screen, "track"), Select)
        assert editor(screen, "track").value == "beta"
        assert isinstance(editor(screen, "groups"), TextArea)
        helps = [str(widget.content) for widget in screen.query(".help")]
        assert "Where the server is." in helps
        assert any("env:NAME, file:/path or keyring:service/user" in text for text in helps)
        assert "How often it is tried. From 0 to 10." in helps


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_typed_makes_an_environment(stores, opened, size):
    async with opened(stores, size) as pilot:
        screen = await add_form(pilot)
        await pilot.press(*"new", "enter", *"https", "enter", *"file:/t", "enter", "9", "tab")
        await pilot.press("space", "tab", "tab", *"a", "enter", *"b", "tab", *"x=1")
        assert wrong(screen) == {}
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, EnvironmentsScreen))
        [(_, asked)] = stores.asked("POST", "/v1/environments")
        assert asked == AddEnvironment(
            name="new", adapter="store",
            settings={
                "server": "https", "token": "file:/t", "retries": 39, "verify": False,
                "groups": ["a", "b"], "headers": {"x": "1"},
            },
        )  # fmt: skip
        await until(pilot, lambda: "new" in pilot.app.screen.table.keys)


@pytest.mark.parametrize("size", [*SIZES, (40, 10)])
async def test_the_buttons_of_the_form_are_seen_in_a_window_of_any_size(stores, opened, size):
    async with opened(stores, size) as pilot:
        screen = await add_form(pilot)
        await pilot.press("ctrl+s")
        await pilot.pause()
        for name in ("#cancel", "#do"):
            button = screen.query_one(name)
            assert button.region and screen.region.contains_region(button.region)
            assert screen.get_widget_at(*button.region.offset)[0] is button


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.e2e
async def test_every_field_is_in_sight_when_it_has_the_focus(stores, opened, size):
    async with opened(stores, size) as pilot:
        screen = await add_form(pilot)
        for row in screen.rows.values():
            row.go_to()
            await pilot.pause()
            seen = screen.query_one("#fields").content_region
            await until(pilot, lambda row=row, seen=seen: seen.contains_region(row.region))


@pytest.mark.e2e
async def test_nothing_is_asked_before_every_field_can_be_read(stores, opened):
    async with opened(stores) as pilot:
        screen = await add_form(pilot)
        editor(screen, "name").value = "new"
        editor(screen, "retries").value = "many"
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert wrong(screen) == {
            "server": "This is required.",
            "token": "This is required.",
            "retries": "Type a whole number.",
        }
        assert screen.problem == "3 fields are not right yet."
        assert pilot.app.focused is editor(screen, "server")
        assert not stores.asked("POST", "/v1/environments")
        await pilot.press(*"https")
        assert "server" not in wrong(screen), "typing takes back what was wrong"


async def test_a_secret_is_told_at_once_and_never_sent(stores, opened):
    async with opened(stores) as pilot:
        screen = await add_form(pilot)
        await fill(screen)
        screen.rows["token"].go_to()
        editor(screen, "token").value = ""
        await pilot.press(*"env")
        assert wrong(screen) == {}
        await pilot.press("x")
        assert "never the secret itself" in screen.rows["token"].error
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert not stores.asked("POST", "/v1/environments")


@pytest.mark.parametrize("size", SIZES)
async def test_what_the_daemon_finds_wrong_stands_beside_each_field(stores, opened, size):
    stores.errors["POST /v1/environments"] = WrongUsage(
        "Two settings do not fit.", "See the fields.",
        fields={"retries": "Too many.", "headers.X": "Not that one.", "other": "What is it?"},
    )  # fmt: skip
    async with opened(stores, size) as pilot:
        screen = await add_form(pilot)
        await fill(screen)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: wrong(screen))
        assert wrong(screen) == {"retries": "Too many.", "headers": "X: Not that one."}
        assert screen.problem == "Two settings do not fit. See the fields.\nother: What is it?"
        await until(pilot, lambda: pilot.app.focused is editor(screen, "retries"))
        assert editor(screen, "server").value == "https://example.org"
        del stores.errors["POST /v1/environments"]
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, EnvironmentsScreen))


@pytest.mark.e2e
async def test_a_refusal_without_fields_goes_back_to_where_one_was(stores, opened):
    stores.errors["POST /v1/environments"] = Refused("There is an environment new already.")
    async with opened(stores) as pilot:
        screen = await add_form(pilot)
        await fill(screen)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: screen.problem == "There is an environment new already.")
        assert pilot.app.focused is editor(screen, "name")
        assert not screen.query_one("#do", Button).disabled


@pytest.mark.e2e
async def test_a_daemon_at_work_is_shown_and_need_not_be_waited_for(stores, opened):
    async with opened(stores) as pilot:
        screen = await add_form(pilot)
        await fill(screen)
        stores.gates["/v1/environments"] = asyncio.Event()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: screen.at_work)
        assert screen.query_one("#do", Button).disabled
        await until(pilot, lambda: "s so far" in screen.problem)
        await pilot.press("escape")
        await until(pilot, lambda: not screen.at_work)
        assert screen.problem.startswith("No longer waiting.")
        assert editor(screen, "server").value == "https://example.org"
        assert pilot.app.screen is screen


@pytest.mark.e2e
async def test_a_lost_connection_takes_nothing_away(stores, opened):
    async with opened(stores) as pilot:
        screen = await add_form(pilot)
        await fill(screen)
        stores.fall()
        await until(pilot, lambda: "What you typed stays here." in screen.problem)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not screen.at_work)
        assert "What you typed stays here." in screen.problem
        stores.up = True
        await until(pilot, lambda: pilot.app.desk.connected)
        await until(pilot, lambda: not screen.problem)
        assert pilot.app.screen is screen
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, EnvironmentsScreen))
        assert "new" in stores.environments


async def test_escape_leaves_at_once_where_nothing_was_typed(stores, opened):
    async with opened(stores) as pilot:
        await add_form(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, EnvironmentsScreen))


@pytest.mark.e2e
async def test_escape_asks_where_something_was_typed(stores, opened):
    async with opened(stores) as pilot:
        screen = await add_form(pilot)
        await pilot.press(*"new", "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmPrompt))
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is screen)
        assert editor(screen, "name").value == "new"
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmPrompt))
        await pilot.press("tab", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, EnvironmentsScreen))


@pytest.mark.e2e
async def test_which_adapter_is_asked_where_there_are_several(stores, opened):
    stores.add_plugin("another", StoreOptions)
    async with opened(stores) as pilot:
        await pilot.press("2")
        await settled(pilot)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, ChoosePrompt))
        offered = pilot.app.screen.query_one("OptionList")
        assert [str(option.prompt) for option in offered.options] == [
            "Another  (another)",
            "Store  (store)",
        ]
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, AddEnvironmentForm))
        await fill(pilot.app.screen)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "new" in stores.environments)
        assert stores.environments["new"].adapter == "store"


@pytest.mark.e2e
async def test_without_an_adapter_there_is_nothing_to_add(full, opened):
    async with opened(full) as pilot:
        await pilot.press("2")
        await settled(pilot)
        await pilot.press("a")
        await until(pilot, lambda: len(pilot.app._notifications) == 1)
        [notice] = pilot.app._notifications
        assert notice.message.startswith("No enabled plugin brings an adapter.")


@pytest.mark.parametrize("size", SIZES)
async def test_only_what_was_changed_is_sent(stores, opened, size):
    async with opened(stores, size) as pilot:
        screen = await change_form(pilot)
        assert list(screen.rows) == list(StoreOptions.__struct_fields__)
        assert editor(screen, "server").value == "https://old.example.org"
        assert editor(screen, "retries").value == "7"
        editor(screen, "token").value = "env:NEW"
        editor(screen, "retries").value = "3"
        editor(screen, "track").value = "alpha"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, EnvironmentsScreen))
        [(_, asked)] = stores.asked("PATCH", "/v1/environments/mdm")
        assert asked == ChangeEnvironment(
            settings={"token": "env:NEW", "track": "alpha"}, unset=["retries"]
        )
        detail = pilot.app.screen.query_one("#detail-text")
        await until(pilot, lambda: "env:NEW" in detail.text)


@pytest.mark.e2e
async def test_settings_that_the_adapter_does_not_take_are_marked_from_the_start(stores, opened):
    stores.environments["mdm"] = msgspec.structs.replace(
        stores.environments["mdm"],
        settings={"server": "x", "token": "env:OLD", "gone": 1},
        bad_settings={"server": "x is no URL.", "gone": "It is no option.", "": "They clash."},
    )
    async with opened(stores) as pilot:
        screen = await change_form(pilot)
        await until(pilot, lambda: wrong(screen) == {"server": "x is no URL."})
        assert screen.problem == "They clash."
        introduction = str(screen.query_one("#introduction").content)
        assert "Not taken any more, and left out on saving: gone." in introduction
        editor(screen, "server").value = "https://example.org"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: stores.asked("PATCH", "/v1/environments/mdm"))
        [(_, asked)] = stores.asked("PATCH", "/v1/environments/mdm")
        assert asked.unset == ["gone"]


@pytest.mark.e2e
async def test_nothing_is_sent_where_nothing_was_changed(stores, opened):
    async with opened(stores) as pilot:
        screen = await change_form(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: screen.problem == "Nothing was changed.")
        assert not stores.asked("PATCH", "/v1/environments/mdm")


@pytest.mark.e2e
async def test_an_environment_without_its_plugin_cannot_be_edited(stores, opened):
    stores.plugins["store"] = msgspec.structs.replace(
        stores.plugins["store"], state=PluginState.DISABLED
    )
    async with opened(stores) as pilot:
        await pilot.press("2")
        await settled(pilot)
        await pilot.press("j", "e")
        await until(pilot, lambda: len(pilot.app._notifications) == 1)
        [notice] = pilot.app._notifications
        assert notice.message.startswith("No enabled plugin brings the adapter store.")


async def test_removing_needs_the_typed_name(stores, opened):
    async with opened(stores) as pilot:
        await pilot.press("2")
        await settled(pilot)
        screen = pilot.app.screen
        await pilot.press("j", "D")
        await until(pilot, lambda: pilot.app.screen.query("#typed"))
        await pilot.press(*"md", "enter")
        assert not stores.asked("DELETE", "/v1/environments/mdm")
        await pilot.press("m", "enter")
        await until(pilot, lambda: screen.table.keys == ["enterprise-store"])
        assert stores.asked("DELETE", "/v1/environments/mdm")


@pytest.mark.e2e
async def test_a_refused_removal_says_why(stores, opened):
    stores.errors["DELETE /v1/environments/mdm"] = Refused("Job 3 is at work there.")
    async with opened(stores) as pilot:
        await pilot.press("2")
        await settled(pilot)
        await pilot.press("j", "D")
        await until(pilot, lambda: pilot.app.screen.query("#typed"))
        await pilot.press(*"mdm", "enter")
        await until(pilot, lambda: len(pilot.app._notifications) == 1)
        assert [n.message for n in pilot.app._notifications] == ["Job 3 is at work there."]
        assert "mdm" in pilot.app.screen.table.keys
