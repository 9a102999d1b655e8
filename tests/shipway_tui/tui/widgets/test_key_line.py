"""The line of keys: what has room, what rests, and what a click does."""

from shipway_tui.tui.widgets.key_line import KeyLine
from tui_desk.waiting import settled, until


def line(pilot) -> str:
    return pilot.app.screen.query_one(KeyLine).render().plain


async def test_it_shows_the_keys_of_what_has_the_focus(full, opened):
    async with opened(full) as pilot:
        assert "Versions" in line(pilot)
        await pilot.press("slash")
        await until(pilot, lambda: "Keep" in line(pilot))
        assert "Publish" not in line(pilot)


async def test_where_there_is_little_room_the_help_stays(full, opened):
    async with opened(full, (40, 20)) as pilot:
        assert len(line(pilot)) <= 40
        assert line(pilot).endswith("? Help")


async def test_a_click_presses_the_key_and_one_that_rests_says_why(full, opened):
    async with opened(full, read_only=True) as pilot:
        place = line(pilot).index("Publish")
        assert any("dim" in str(span.style) for span in _spans(pilot, place))
        await pilot.click(KeyLine, offset=(place, 0))
        await until(pilot, lambda: len(pilot.app._notifications) == 1)
        assert [n.message for n in pilot.app._notifications] == ["Shipway was opened read-only."]
        await pilot.click(KeyLine, offset=(line(pilot).index("Versions"), 0))
        await settled(pilot)
        assert pilot.app.screen.NOUN == "version"


async def test_the_mouse_over_a_key_tells_more(full, opened):
    async with opened(full) as pilot:
        keys = pilot.app.screen.query_one(KeyLine)
        await pilot.hover(KeyLine, offset=(line(pilot).index("Versions"), 0))
        await until(pilot, lambda: keys.tooltip == "Show its versions")


def _spans(pilot, at: int):
    content = pilot.app.screen.query_one(KeyLine).render()
    return [span for span in content.spans if span.start <= at < span.end]
