"""The help of a view, and notices: one of a kind at a time."""

import pytest
from shipway_tui.tui.screens.help import HelpScreen
from textual.widgets import Static
from tui_desk.sizes import SIZES
from tui_desk.waiting import until


async def helped(pilot) -> list[str]:
    """Open the help; answers its columns."""
    await pilot.press("question_mark")
    await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
    await pilot.pause()
    return [str(column.content) for column in pilot.app.screen.query(Static)]


@pytest.mark.parametrize("size", SIZES)
async def test_the_help_shows_the_views_own_keys_beside_those_of_lists_and_of_all(
    full, opened, size
):
    async with opened(full, size) as pilot:
        own, lists, everywhere = await helped(pilot)
        assert own.splitlines()[0] == "Profiles"
        assert "p         Publish" in own
        assert "/         Filter" in lists
        assert "↓ j       Down" in lists
        assert "1         Profiles" in everywhere
        for column in pilot.app.screen.query(Static):
            assert pilot.app.screen.region.contains_region(column.region)
        await pilot.press("question_mark")
        await until(pilot, lambda: pilot.app.screen.HEADING == "Profiles")


async def test_a_key_that_was_moved_is_shown_where_it_is(full, opened):
    from shipway_tui.config.settings import Settings

    async with opened(full, settings=Settings(keys={"profile.publish": "ctrl+l,f7"})) as pilot:
        own = (await helped(pilot))[0]
        assert "^l f7     Publish" in own


async def test_in_a_narrow_window_the_groups_stand_under_each_other(full, opened):
    async with opened(full, (40, 12)) as pilot:
        await helped(pilot)
        columns = list(pilot.app.screen.query(Static))
        assert len({column.region.x for column in columns}) == 1
        await pilot.press(*"jjj")
        await until(pilot, lambda: pilot.app.screen.query_one("#help").scroll_y == 3)


async def test_a_notice_takes_the_place_of_the_last_one_of_its_kind(full, opened):
    async with opened(full) as pilot:
        for text in ("one", "two", "three"):
            pilot.app.notify(text, title="Copied")
        pilot.app.notify("broken", severity="error")
        await until(pilot, lambda: len(pilot.app._notifications) == 2)
        assert [each.message for each in pilot.app._notifications] == ["three", "broken"]
