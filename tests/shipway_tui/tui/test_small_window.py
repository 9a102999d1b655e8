"""In a window of 40 by 12 every place and every question can be used: no button is cut off."""

import pytest
from shipway_tui.tui.widgets.key_line import KeyLine
from shipway_tui.tui.widgets.status_line import StatusLine
from textual.widgets import Button
from tui_desk.store_options import StoreOptions
from tui_desk.waiting import settled, until

SMALL = (40, 12)

PLACES = ("1", "2", "3", "4", "5", "6", "0")
QUESTIONS = {
    "profile-new": ["n"],
    "profile-rename": ["R"],
    "profile-rules": ["e"],
    "profile-delete": ["D"],
    "review": ["p"],
    "version-notes": ["j", "enter", "n"],
    "version-reject": ["j", "enter", "x"],
    "version-delete": ["j", "enter", "D"],
    "environment-add": ["2", "a"],
    "environment-remove": ["2", "D"],
    "job-cancel": ["3", "x"],
    "folder-add": ["6", "a"],
    "folder-remove": ["6", "D"],
    "inbox-file": ["6", "i", "f"],
    "inbox-drop": ["6", "i", "D"],
    "daemon-stop": ["0", "X"],
    "add-files": ["A"],
}


@pytest.fixture
def world(full):
    """Something in every place."""
    full.add_job()
    full.add_folder("/home/ada/shop/build/outputs", ingested=12)
    full.hold("till.apk")
    full.add_plugin("store", StoreOptions)
    full.tell("profile.created", "local/bank")
    return full


async def press(pilot, keys) -> None:
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


def cut_off(pilot) -> list[str]:
    """The buttons of which something is not seen."""
    screen = pilot.app.screen
    return [
        str(button.label)
        for button in screen.query(Button)
        if not screen.region.contains_region(button.region)
        or any(
            screen.get_widget_at(x, button.region.y)[0] is not button
            for x in (button.region.x, button.region.right - 1)
        )
    ]


async def test_every_place_shows_its_rows_and_both_lines_below_them(world, opened):
    async with opened(world, SMALL) as pilot:
        for place in PLACES:
            await press(pilot, [place])
            screen = pilot.app.screen
            assert screen.query_one(StatusLine).region.y == 10
            assert screen.query_one(KeyLine).region.y == 11
            assert screen.query_one("#body").region.height >= 8
            line = screen.query_one(StatusLine).render().plain
            assert len(line) <= 40
            assert screen.HEADING in line


async def test_a_window_that_grows_and_shrinks_keeps_the_row_and_the_place(world, opened):
    async with opened(world, (120, 40)) as pilot:
        await press(pilot, ["j"])
        for size in (SMALL, (80, 24), SMALL, (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            screen = pilot.app.screen
            assert screen.table.cursor_key == "local/shop"
            assert screen.query_one(KeyLine).region.y == size[1] - 1
            assert sum(screen.table.columns.values()) < size[0]


@pytest.mark.e2e
@pytest.mark.parametrize("name", QUESTIONS)
async def test_every_question_shows_its_buttons_whole(world, opened, name):
    async with opened(world, SMALL) as pilot:
        await press(pilot, QUESTIONS[name][:-1])
        behind = pilot.app.screen
        await pilot.press(QUESTIONS[name][-1])
        await until(pilot, lambda: pilot.app.screen is not behind)
        await until(pilot, lambda: bool(pilot.app.screen.query(Button)))
        await until(pilot, lambda: cut_off(pilot) == [])
