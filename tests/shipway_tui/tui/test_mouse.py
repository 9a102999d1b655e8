"""The mouse: places, rows and keys are clicked where they are shown."""

from shipway_tui.tui.screens.versions import VersionsScreen
from shipway_tui.tui.widgets.key_line import KeyLine
from shipway_tui.tui.widgets.status_line import StatusLine
from tui_desk.waiting import settled, until


async def click_text(pilot, kind, text: str) -> None:
    """Click the middle of a text in one of the two lines at the bottom."""
    line = pilot.app.screen.query_one(kind)
    shown = "".join(segment.text for segment in line.render_line(0))
    await pilot.click(line, offset=(shown.index(text) + len(text) // 2, 0))


async def test_the_places_and_the_keys_are_clicked(full, opened):
    async with opened(full, (120, 40)) as pilot:
        for place, mode in (("Jobs", "jobs"), ("Daemon", "daemon"), ("Profiles", "profiles")):
            await click_text(pilot, StatusLine, place)
            await until(pilot, lambda mode=mode: pilot.app.current_mode == mode)
            await settled(pilot)
        await click_text(pilot, KeyLine, "Versions")
        await until(pilot, lambda: isinstance(pilot.app.screen, VersionsScreen))
