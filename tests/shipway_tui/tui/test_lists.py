"""The lists: what they load, how they follow events, what they send to the daemon."""

import asyncio

import msgspec
import pytest
from shipway_plugins.words import EnvironmentStatus
from shipway_tui.tui.screens.environments import EnvironmentsScreen
from shipway_tui.tui.screens.versions import VersionsScreen
from shipway_tui.tui.widgets.status_line import StatusLine
from textual.widgets import Static
from tui_desk.sizes import SIZES
from tui_desk.waiting import settled, until


def cell(screen, key: str, column: str) -> str:
    return screen.table.get_cell(key, column).plain


def subtitle(screen) -> str:
    return str(screen.query_one("#list-pane").border_subtitle)


async def versions(pilot) -> VersionsScreen:
    """Open the versions of local/shop, the second of three profiles."""
    await pilot.press("j", "enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, VersionsScreen))
    await settled(pilot)
    return pilot.app.screen


@pytest.mark.parametrize("size", SIZES)
async def test_the_first_page_is_there_at_the_start(full, opened, size):
    async with opened(full, size) as pilot:
        screen = pilot.app.screen
        assert screen.table.keys == ["local/bank", "local/shop", "local/wallet"]
        assert cell(screen, "local/shop", "latest") == "1.3.0 (103)"
        assert subtitle(screen) == "3 profiles"


@pytest.mark.parametrize("size", SIZES)
async def test_enter_opens_the_versions_newest_first_and_escape_goes_back(full, opened, size):
    async with opened(full, size) as pilot:
        screen = await versions(pilot)
        assert screen.table.keys == ["local/shop@3", "local/shop@2", "local/shop@1"]
        assert cell(screen, "local/shop@3", "state") == "● Ready"
        await pilot.press("escape")
        assert pilot.app.screen.HEADING == "Profiles"
        await pilot.press("escape")
        assert pilot.app.is_running


@pytest.mark.parametrize("size", SIZES)
async def test_marking_a_candidate_asks_the_daemon_and_the_event_changes_the_cell(
    full, opened, size
):
    async with opened(full, size) as pilot:
        screen = await versions(pilot)
        await pilot.press("j", "c")
        await until(pilot, lambda: cell(screen, "local/shop@2", "candidate") == "★ Current")
        assert full.asked("PUT", "/v1/profiles/local/shop/versions/2/candidate")
        await pilot.press("k", "c")
        await until(pilot, lambda: cell(screen, "local/shop@3", "candidate") == "★ Current")
        await until(pilot, lambda: cell(screen, "local/shop@2", "candidate") == "☆ Candidate")


async def test_a_mark_made_elsewhere_reaches_both_screens(full, opened):
    async with opened(full) as pilot:
        screen = await versions(pilot)
        full._mark(full.versions["local/shop@1"], marked=True)
        await until(pilot, lambda: cell(screen, "local/shop@1", "candidate") == "★ Current")
        await pilot.press("escape")
        await until(pilot, lambda: cell(pilot.app.screen, "local/shop", "candidate") == "★ @1")


@pytest.mark.parametrize("size", SIZES)
async def test_a_new_version_appears_without_a_key_and_the_cursor_stays(full, opened, size):
    async with opened(full, size) as pilot:
        screen = await versions(pilot)
        await pilot.press("j")
        full.add_version("local/shop", 4)
        full.tell("version.created", "local/shop@4")
        await until(pilot, lambda: screen.table.row_count == 4)
        assert screen.table.keys[0] == "local/shop@4"
        assert screen.table.cursor_key == "local/shop@2"


async def test_a_burst_of_events_is_read_as_a_page(full, opened):
    async with opened(full) as pilot:
        screen = await versions(pilot)
        full.calls.clear()
        for number in range(4, 44):
            full.add_version("local/shop", number)
            full.tell("version.created", f"local/shop@{number}")
        await until(pilot, lambda: screen.table.row_count == 43)
        await settled(pilot)
        single = [path for _, path, _, _ in full.calls if "/versions/" in path]
        assert len(single) <= 20


async def test_a_deleted_profile_leaves_the_list(full, opened):
    async with opened(full) as pilot:
        del full.profiles["local/bank"]
        full.tell("profile.deleted", "local/bank")
        await until(pilot, lambda: pilot.app.screen.table.row_count == 2)
        assert subtitle(pilot.app.screen) == "2 profiles"


@pytest.mark.parametrize("size", SIZES)
async def test_the_filter_goes_to_the_daemon_and_escape_clears_it(full, opened, size):
    async with opened(full, size) as pilot:
        screen = pilot.app.screen
        await pilot.press("slash", *"sho")
        await until(pilot, lambda: subtitle(screen) == "1 profile matching “sho”")
        assert screen.table.keys == ["local/shop"]
        assert full.asked("GET", "/v1/profiles")[-1][0]["q"] == "sho"
        await pilot.press("escape")
        await until(pilot, lambda: screen.table.row_count == 3)
        await until(pilot, lambda: pilot.app.focused is screen.table)


async def test_a_filter_without_a_hit_says_so(full, opened):
    async with opened(full) as pilot:
        await pilot.press("slash", *"zzz")
        empty = pilot.app.screen.query_one("#empty", Static)
        await until(pilot, lambda: "Nothing matches “zzz”" in str(empty.content))


async def test_the_next_page_is_read_at_the_end_and_never_more_than_five_hundred(api, opened):
    for number in range(620):
        api.add_profile(f"local/app-{number:03d}")
    async with opened(api) as pilot:
        table = pilot.app.screen.table
        assert table.row_count == 50
        assert subtitle(pilot.app.screen) == "50 profiles and more"
        for wanted in range(100, 501, 50):
            await pilot.press("G")
            await until(pilot, lambda wanted=wanted: table.row_count == wanted)
            await settled(pilot)
        await pilot.press("G")
        await settled(pilot)
        assert table.row_count == 500
        assert "500 profiles of more: refine with /" in subtitle(pilot.app.screen)


@pytest.mark.parametrize(
    ("place", "step"),
    [
        ("1", "No watched folder. Press a to add one"),
        ("2", "No environment."),
        ("3", "No job yet."),
        ("4", "Nothing has happened yet."),
        ("6", "No watched folder. Press a to add one"),
    ],
)
async def test_an_empty_place_says_the_next_step(api, opened, place, step):
    async with opened(api) as pilot:
        await pilot.press(place)
        await settled(pilot)
        empty = pilot.app.screen.query_one("#empty", Static)
        await until(pilot, lambda: step in str(empty.content))
        assert empty.display
        assert "{" not in str(empty.content)


async def test_an_empty_place_names_the_keys_as_they_were_moved(api, opened):
    async with opened(api) as pilot:
        pilot.app.set_keymap({"app.add": "ctrl+y", "app.guide": "f7"})
        await pilot.press("r")
        empty = pilot.app.screen.query_one("#empty", Static)
        await until(pilot, lambda: "^y to add files by hand, or f7" in str(empty.content))


async def test_the_first_row_takes_the_place_of_the_empty_text(api, opened):
    async with opened(api) as pilot:
        api.add_profile("local/new")
        api.tell("profile.created", "local/new")
        await until(pilot, lambda: pilot.app.screen.table.keys == ["local/new"])
        assert not pilot.app.screen.query_one("#empty").display


@pytest.mark.parametrize("size", [*SIZES, (40, 10)])
async def test_wide_characters_and_hostile_names_do_not_break_the_layout(api, opened, size):
    name = "local/商店-🚀-" + "很长的名字" * 12
    api.add_profile(name, identifier="org.\x1b[31mred\u202e[bold]x[/bold]")
    api.add_version(name, 1, notes="[red]\x1b]0;x\x07" * 40, file_name="🚀" * 200)
    async with opened(api, size) as pilot:
        table = pilot.app.screen.table
        widths = list(table.columns.values())
        cells = [text.cell_len for text in table.get_row(name)]
        assert all(used <= width for used, width in zip(cells, widths, strict=True))
        assert "\x1b" not in "".join(text.plain for text in table.get_row(name))
        await pilot.press("enter")
        await settled(pilot)
        assert pilot.app.screen.table.keys == [f"{name}@1"]


async def test_environments_show_their_status_and_what_they_hold(full, opened):
    async with opened(full) as pilot:
        await pilot.press("2")
        await settled(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, EnvironmentsScreen)
        assert cell(screen, "enterprise-store", "status") == "● Available"
        assert screen.why_not("unpublish") == "Nothing is published to enterprise-store."


async def test_events_appear_in_activity_as_they_come(full, opened):
    async with opened(full) as pilot:
        full.tell("profile.created", "local/bank")
        await pilot.press("4")
        await until(pilot, lambda: pilot.app.screen.table.row_count == 1)
        full.tell("profile.changed", "local/bank")
        await until(pilot, lambda: pilot.app.screen.table.keys == ["2", "1"])


async def test_a_resting_key_says_why(full, opened):
    async with opened(full, read_only=True) as pilot:
        await pilot.press("p")
        await until(pilot, lambda: len(pilot.app._notifications) == 1)
        assert [n.message for n in pilot.app._notifications] == ["Shipway was opened read-only."]


async def test_an_error_becomes_a_notice(full, opened):
    from shipway_client.errors import Refused

    full.errors["PUT /v1/profiles/local/shop/versions/3/candidate"] = Refused(
        "It was rejected.", "Choose another version."
    )
    async with opened(full) as pilot:
        await versions(pilot)
        await pilot.press("c")
        await until(pilot, lambda: len(pilot.app._notifications) == 1)
        messages = [n.message for n in pilot.app._notifications]
        assert messages == ["It was rejected.\nChoose another version."]


async def test_the_status_line_tells_of_another_version_of_the_daemon(full, opened):
    full.daemon_version = "9.9.9"
    async with opened(full, (120, 40)) as pilot:
        line = pilot.app.screen.query_one(StatusLine).render().plain
        assert "● Connected" in line
        assert "daemon 9.9.9" in line


async def test_the_key_of_a_place_leads_to_its_list_and_keeps_the_others_as_they_were(full, opened):
    async with opened(full) as pilot:
        screen = await versions(pilot)
        await pilot.press("3")
        await settled(pilot)
        assert pilot.app.screen.HEADING == "Jobs"
        await pilot.press("1")
        await until(pilot, lambda: pilot.app.screen is screen)
        await pilot.press("1")
        await until(pilot, lambda: pilot.app.screen.HEADING == "Profiles")


async def test_what_changes_while_a_page_is_on_its_way_is_not_lost(full, opened):
    async with opened(full) as pilot:
        screen = pilot.app.screen
        gate = full.gates["/v1/profiles"] = asyncio.Event()
        full.calls.clear()
        await pilot.press("r")
        await until(pilot, lambda: full.asked("GET", "/v1/profiles"))
        full.add_profile("local/late")
        full.tell("profile.created", "local/late")
        await until(pilot, lambda: "local/late" in screen.table.keys)
        gate.set()
        await settled(pilot)
        assert "local/late" in screen.table.keys


async def test_an_environment_turns_busy_and_available_again_by_itself(full, opened):
    async with opened(full) as pilot:
        await pilot.press("2")
        await settled(pilot)
        screen = pilot.app.screen
        for status, shown in (("busy", "◐ Busy"), ("available", "● Available")):
            known = full.environments["enterprise-store"]
            changed = msgspec.structs.replace(known, status=EnvironmentStatus(status))
            full.environments["enterprise-store"] = changed
            full.tell("job.started", "1", environment="enterprise-store")
            await until(
                pilot,
                lambda shown=shown: cell(screen, "enterprise-store", "status") == shown,
            )
