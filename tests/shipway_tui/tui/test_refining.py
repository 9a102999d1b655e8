"""Filters with fields, hints under the line, the daemon's complaints, and the order of a list."""

import pytest
from shipway_client.wire import VersionState
from shipway_client.wire.queries import JOBS, VERSIONS
from shipway_plugins.words import EnvironmentStatus
from shipway_tui.tui.completing import Completer, offers, unfinished
from shipway_tui.tui.screens.prompts import ChoosePrompt
from textual.widgets import Input, Static
from tui_desk.waiting import settled, until


def hints(screen) -> str:
    return str(screen.query_one("#filter-hints", Static).content)


def problem(screen) -> str:
    return str(screen.query_one("#filter-problem", Static).content)


def line(screen) -> str:
    return screen.query_one("#filter", Input).value


async def place(pilot, key: str):
    await pilot.press(key)
    await settled(pilot)
    return pilot.app.screen


async def versions(pilot):
    await pilot.press("j", "enter")
    await until(pilot, lambda: pilot.app.screen.NOUN == "version")
    await settled(pilot)
    return pilot.app.screen


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("out", ["outcome:"]),
        ("shop -ou", ["-outcome:"]),
        ("outcome:", [f"outcome:{one}" for one in JOBS.field("outcome").values]),
        ("outcome:verified", []),
        ("-outcome:unv", ["-outcome:unverified"]),
        ("app:", []),
        ("nothing:x", []),
        ('app:"my out', []),
    ],
)
def test_the_word_that_is_typed_may_become_a_field_or_a_value(text, offered):
    assert offers(text, JOBS) == offered


def test_each_tab_writes_the_next_offer_and_a_sole_value_ends_with_a_space():
    completer = Completer(VERSIONS)
    first = completer.complete("shop candidate:")
    assert first == "shop candidate:yes"
    assert completer.complete(first) == "shop candidate:no"
    assert completer.complete("state:inc") == "state:incomplete "
    assert completer.complete("zzz") == "zzz"


def test_a_value_that_is_only_begun_is_not_asked_for_yet():
    assert unfinished("state:inc", VERSIONS)
    assert unfinished("shop channel:", VERSIONS)
    assert not unfinished("state:incomplete", VERSIONS)
    assert not unfinished("platform:ios", VERSIONS)  # though there is ios-simulator as well
    assert not unfinished("shop", VERSIONS)


async def test_fields_are_offered_completed_and_sent_to_the_daemon(full, opened):
    full.add_environment("other", status=EnvironmentStatus.BUSY)
    async with opened(full) as pilot:
        screen = await place(pilot, "2")
        await pilot.press("slash")
        await until(pilot, lambda: screen.query_one("#filter-hints").region.height > 0)
        assert hints(screen) == "status:  adapter:  plugin:"
        await pilot.press("s", "tab", "b")
        assert line(screen) == "status:b"
        assert hints(screen) == "status:busy"
        assert not any(
            "q" in query for query, _ in full.asked("GET", "/v1/environments") if query["q"]
        )
        await pilot.press("tab", "enter")
        await until(pilot, lambda: screen.table.keys == ["other"])
        assert full.asked("GET", "/v1/environments")[-1][0]["q"] == "status:busy"
        assert pilot.app.focused is screen.table
        await until(pilot, lambda: not screen.query_one("#filter-hints").display)
        full.environments["other"] = full.add_environment("other")
        full.tell("environment.changed", "other")
        await until(pilot, lambda: not screen.table.keys)
        await pilot.press("escape")
        await until(pilot, lambda: screen.table.row_count == 2)


async def test_what_the_daemon_does_not_understand_stands_beneath_the_line(full, opened):
    async with opened(full) as pilot:
        screen = pilot.app.screen
        await pilot.press("slash", *"stat:x", "enter")
        await until(pilot, lambda: problem(screen))
        assert problem(screen) == "There is no field stat. Did you mean state?"
        assert not pilot.app._notifications
        assert screen.table.row_count == 3
        await pilot.press("escape")
        await until(pilot, lambda: not problem(screen))
        await settled(pilot)
        assert not screen.filter_text


async def test_a_list_is_sorted_by_the_daemon_and_the_same_column_turns_round(full, opened):
    full.add_version("local/shop", 4, size=1)
    async with opened(full) as pilot:
        screen = await versions(pilot)
        assert screen.table.sorted_by == "-created"
        await pilot.press("S")
        await until(pilot, lambda: isinstance(pilot.app.screen, ChoosePrompt))
        await pilot.press("down", "down", "down", "enter")
        await until(pilot, lambda: screen.table.keys[-1] == "local/shop@4")
        assert full.asked("GET", "/v1/versions")[-1][0]["sort"] == "-size"
        assert screen.table.sorted_by == "-size"
        screen.sort_by("size")
        await until(pilot, lambda: screen.table.keys[0] == "local/shop@4")
        assert screen.table.sorted_by == "size"


async def test_an_order_that_no_column_shows_stands_under_the_list(full, opened):
    async with opened(full) as pilot:
        screen = pilot.app.screen
        pane = screen.query_one("#list-pane")
        screen.sort_by("app")
        await until(pilot, lambda: "App ↑" in str(pane.border_subtitle))
        screen.sort_by("channel")
        await until(pilot, lambda: "↑" not in str(pane.border_subtitle))


async def test_in_a_sorted_list_a_changed_row_goes_where_the_daemon_says(full, opened):
    async with opened(full) as pilot:
        screen = await versions(pilot)
        screen.sort_by("created")
        await until(pilot, lambda: screen.table.keys[0] == "local/shop@1")
        full.add_version("local/shop", 4)
        full.tell("version.added", "local/shop@4")
        await until(pilot, lambda: screen.table.keys[-1] == "local/shop@4")
        full.add_version("local/shop", 2, state=VersionState.REJECTED)
        full.tell("version.rejected", "local/shop@2")
        await until(
            pilot, lambda: screen.table.get_cell("local/shop@2", "state").plain == "✘ Rejected"
        )
        await settled(pilot)
        assert screen.table.keys == [f"local/shop@{number}" for number in (1, 2, 3, 4)]
