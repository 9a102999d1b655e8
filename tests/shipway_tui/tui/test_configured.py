"""What the user set is in effect; what cannot be obeyed is told, never a crash."""

import pytest
from shipway_tui.config.reading import parse
from textual.filter import Monochrome, NoColor
from textual.widgets import Input
from tui_desk.waiting import until


def configured(text: str) -> dict:
    settings, problems = parse(text)
    return {"settings": settings, "problems": problems}


def told(pilot) -> list[str]:
    return [notification.message for notification in pilot.app._notifications]


async def test_a_moved_key_acts_and_the_footer_and_the_texts_follow(api, opened):
    options = configured('[tui.keys]\n"folder.add" = "w"\n')
    async with opened(api, **options) as pilot:
        await until(pilot, lambda: "Press w" in str(pilot.app.screen.query_one("#empty").content))
        await pilot.press("w")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 2)


async def test_theme_and_read_only_come_from_the_file(full, opened):
    options = configured('[tui]\ntheme = "ansi-dark"\nread_only = true\nanimation = "basic"\n')
    async with opened(full, **options) as pilot:
        assert pilot.app.theme == "ansi-dark"
        assert pilot.app.desk.read_only
        assert pilot.app.animation_level == "basic"


async def test_what_is_wrong_in_the_file_is_told_once_at_the_start(full, opened):
    options = configured('[tui]\ntheme = "nrod"\nmoose = 1\n[tui.keys]\n"no.such" = "x"\n')
    async with opened(full, **options) as pilot:
        await until(pilot, lambda: told(pilot))
        assert "Line 3: There is no option `tui.moose`." in told(pilot)[0]
        assert "2 more: see `shipway config check`." in told(pilot)[0]
        assert pilot.app.theme == "textual-dark"


async def test_a_key_that_hides_another_is_told_of(full, opened):
    async with opened(full, **configured('[tui.keys]\n"version.notes" = "c"\n')) as pilot:
        await until(pilot, lambda: told(pilot))
        assert "also the key of `version.candidate` in Versions" in told(pilot)[0]


async def test_a_theme_is_chosen_by_name_and_how_to_keep_it_is_told(full, opened):
    async with opened(full) as pilot:
        await pilot.press("T")
        await until(pilot, lambda: pilot.app.screen.query(Input))
        await pilot.press(*"monochrome")
        await until(pilot, lambda: "monochrome" in pilot.app.screen.query_one(Input).value)
        await pilot.pause(0.3)
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.theme == "monochrome")
        await until(pilot, lambda: any('theme = "monochrome"' in text for text in told(pilot)))


@pytest.mark.parametrize(("value", "without"), [("", False), ("1", True)])
async def test_no_color_counts_when_it_is_not_empty(full, opened, monkeypatch, value, without):
    monkeypatch.setenv("NO_COLOR", value)
    async with opened(full) as pilot:
        assert pilot.app.no_color is without


async def test_without_colours_the_cursor_can_be_read_in_every_theme(full, opened, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(full) as pilot:
        for theme, takes_away in (("ansi-dark", NoColor), ("textual-light", Monochrome)):
            pilot.app.theme = theme
            await until(
                pilot, lambda kind=takes_away: type(pilot.app.get_line_filters()[-1]) is kind
            )
        style = pilot.app.screen.table.get_component_rich_style("list--cursor")
        assert style.color != style.bgcolor
        assert not style.reverse
