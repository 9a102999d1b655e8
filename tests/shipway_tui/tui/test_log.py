"""The pager: the end first, back through old lines, search, follow."""

import msgspec
import pytest
from shipway_client.errors import Unavailable
from shipway_client.wire import JobState, LogLine
from shipway_tui.tui.screens.job import JobScreen
from shipway_tui.tui.screens.log import LogScreen
from shipway_tui.tui.screens.log_ends import LINES as LOG_LINES
from tui_desk.fake_api import AT
from tui_desk.sizes import SIZES
from tui_desk.waiting import settled, until

LINES = 1000


def line(number: int, text: str = "") -> LogLine:
    return LogLine(id=number, at=AT, line=text or f"line {number}")


@pytest.fixture
def logged(full):
    """A job that runs, with a thousand lines; two of them tell of an icon."""
    full.add_job()
    full.logs[1] = [line(number) for number in range(1, LINES + 1)]
    for number in (100, 900):
        full.logs[1][number - 1] = line(number, f"the icon of {number} is missing")
    return full


async def pager(pilot) -> LogScreen:
    await pilot.press("3")
    await settled(pilot)
    await pilot.press("L")
    await until(pilot, lambda: isinstance(pilot.app.screen, LogScreen))
    await settled(pilot)
    return pilot.app.screen


def here(screen) -> str:
    return screen.view.current.text


def subtitle(screen) -> str:
    return str(screen.query_one("#log-view").border_subtitle)


@pytest.mark.parametrize("size", SIZES)
async def test_it_opens_at_the_end_and_follows_until_one_moves_up(logged, opened, size):
    async with opened(logged, size) as pilot:
        screen = await pager(pilot)
        assert (here(screen), subtitle(screen)) == (f"line {LINES}", "following")
        assert len(screen.window.lines) == 200
        logged.logs[1].append(line(LINES + 1))
        await until(pilot, lambda: here(screen) == f"line {LINES + 1}")
        await pilot.press("k")
        assert (here(screen), subtitle(screen)) == (f"line {LINES}", "paused")
        logged.logs[1].append(line(LINES + 2))
        await pilot.press("G")
        await until(pilot, lambda: here(screen) == f"line {LINES + 2}")
        assert subtitle(screen) == "following"


async def test_old_lines_come_by_pages_and_the_cursor_stays_on_its_line(logged, opened):
    async with opened(logged) as pilot:
        screen = await pager(pilot)
        for _ in range(10):
            await pilot.press("pageup")
        await settled(pilot)
        before = int(here(screen).split()[1])
        assert before < LINES - 150
        await until(pilot, lambda: len(screen.window.lines) > 200)
        assert int(here(screen).split()[1]) == before
        await pilot.press("g")
        await until(pilot, lambda: here(screen) == "line 1")


async def test_a_search_goes_through_all_of_it_in_both_directions(logged, opened):
    async with opened(logged) as pilot:
        screen = await pager(pilot)
        await pilot.press("slash", *"ICON", "enter")
        await until(pilot, lambda: here(screen) == "the icon of 900 is missing")
        await pilot.press("N")
        await until(pilot, lambda: here(screen) == "the icon of 100 is missing")
        text = screen.view.render_line(screen.view.cursor - int(screen.view.scroll_offset.y)).text
        assert text.startswith("›")
        await pilot.press("N")
        await until(pilot, lambda: len(pilot.app._notifications) == 1)
        await pilot.press("n")
        await until(pilot, lambda: here(screen) == "the icon of 900 is missing")
        await pilot.press("escape")
        assert pilot.app.screen is screen
        assert screen.why_not("next") == "Nothing is searched for."
        await pilot.press("escape")
        assert pilot.app.screen is not screen


async def test_a_log_that_cannot_be_read_says_why_and_is_not_asked_again_and_again(logged, opened):
    logged.errors["GET /v1/jobs/1/log"] = Unavailable("The disk is broken.")
    async with opened(logged) as pilot:
        screen = await pager(pilot)
        await until(pilot, lambda: not screen.following)
        assert [n.message for n in pilot.app._notifications] == ["The disk is broken."]
        asked = len(logged.asked("GET", "/v1/jobs/1/log"))
        await settled(pilot)
        assert len(logged.asked("GET", "/v1/jobs/1/log")) == asked


async def test_the_job_itself_shows_the_last_lines_and_leads_to_all(logged, opened):
    logged.jobs[1] = msgspec.structs.replace(logged.jobs[1], state=JobState.DONE)
    async with opened(logged) as pilot:
        await pilot.press("3")
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, JobScreen))
        screen = pilot.app.screen
        await until(pilot, lambda: screen._last_line == LINES)
        tails = [query.get("tail") for query, _ in logged.asked("GET", "/v1/jobs/1/log")]
        read = [tail for tail in tails if tail != LOG_LINES]  # those the list shows of it
        assert read == [200, None]  # the last ones, and what came behind them meanwhile
        await pilot.press("L")
        await until(pilot, lambda: isinstance(pilot.app.screen, LogScreen))


async def test_the_log_of_the_daemon_is_read_without_the_daemon(full, opened, tmp_path):
    from shipway_client.locations import Locations

    (tmp_path / "daemon.log").write_text(
        '{"at": "2026-11-20T12:00:00Z", "level": "warning", "message": "The store is slow."}\n'
    )
    async with opened(full) as pilot:
        client = pilot.app.desk.client
        client.locations = Locations(home=tmp_path, config=tmp_path, runtime=tmp_path / "run")
        await pilot.press("0")
        await settled(pilot)
        full.fall()
        await pilot.press("L")
        await until(pilot, lambda: isinstance(pilot.app.screen, LogScreen))
        screen = pilot.app.screen
        await until(pilot, lambda: bool(screen.window.lines))
        assert here(screen) == "The store is slow."
        assert "▲" in screen.view.render_line(0).text
