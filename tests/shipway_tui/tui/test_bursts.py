"""Many changes at once: one reading for a burst, and none for what is not looked at."""

import asyncio

from shipway_tui.tui.screens.paging import MOST_ROWS
from tui_desk.waiting import settled, until


def asked(api, path: str) -> int:
    return len(api.asked("GET", path))


async def test_a_list_that_is_not_seen_reads_nothing_until_it_is_seen_again(full, opened):
    async with opened(full) as pilot:
        profiles = pilot.app.screen
        await pilot.press("2")
        await settled(pilot)
        full.calls.clear()
        for number in range(30):
            full.add_profile(f"local/new-{number:02}")
            full.tell("profile.created", f"local/new-{number:02}")
        full.change_profile("local/shop", candidate=2)
        full.tell("version.candidate", "local/shop@2")
        await pilot.pause(0.2)
        await settled(pilot)
        assert not [path for _, path, _, _ in full.calls if path.startswith("/v1/profiles")]
        await pilot.press("1")
        await until(pilot, lambda: profiles.table.row_count == 33)
        assert profiles.table.get_cell("local/shop", "candidate").plain == "★ @2"


async def test_few_changes_of_a_list_that_is_not_seen_are_read_row_by_row(full, opened):
    async with opened(full) as pilot:
        profiles = pilot.app.screen
        await pilot.press("2")
        await settled(pilot)
        full.calls.clear()
        full.change_profile("local/shop", candidate=3)
        full.tell("version.candidate", "local/shop@3")
        await pilot.pause(0.1)
        await pilot.press("1")
        cell = lambda: profiles.table.get_cell("local/shop", "candidate").plain  # noqa: E731
        await until(pilot, lambda: cell() == "★ @3")
        assert asked(full, "/v1/profiles") == 0
        assert asked(full, "/v1/profiles/local/shop") == 1


async def test_a_burst_never_breaks_off_the_reading_that_it_began(full, opened):
    async with opened(full) as pilot:
        profiles = pilot.app.screen
        full.calls.clear()
        gate = full.gates["/v1/profiles"] = asyncio.Event()
        for burst in range(4):
            for number in range(25):
                full.add_profile(f"local/new-{burst}-{number:02}")
                full.tell("profile.created", f"local/new-{burst}-{number:02}")
            await pilot.pause(0.3)
        assert asked(full, "/v1/profiles") <= 1
        gate.set()
        await until(pilot, lambda: profiles.table.row_count >= 50)
        await pilot.press("G")
        await until(pilot, lambda: profiles.table.row_count >= 100)


async def test_activity_keeps_the_newest_and_never_more_than_it_shows(full, opened):
    full.tell("profile.created", "local/shop")
    async with opened(full) as pilot:
        await pilot.press("4")
        await settled(pilot)
        screen = pilot.app.screen
        full.calls.clear()
        for _ in range(4):
            for number in range(200):
                full.tell("version.added", f"local/shop@{number}")
            newest = str(full.seq)
            await until(pilot, lambda newest=newest: screen.table.keys[0] == newest)
        assert screen.table.row_count == len(screen.things) == MOST_ROWS
        assert screen.table.keys == [str(full.seq - back) for back in range(MOST_ROWS)]
        assert asked(full, "/v1/events") == 0


async def test_activity_adds_what_came_while_something_else_was_looked_at(full, opened):
    full.tell("profile.created", "local/shop")
    async with opened(full) as pilot:
        await pilot.press("4")
        await settled(pilot)
        screen = pilot.app.screen
        await pilot.press("1")
        full.calls.clear()
        full.tell("profile.changed", "local/shop")
        await pilot.pause(0.1)
        assert screen.table.keys == ["1"]
        await pilot.press("4")
        await until(pilot, lambda: screen.table.keys == ["2", "1"])
        assert asked(full, "/v1/events") == 0


async def test_activity_reads_afresh_where_more_came_than_it_keeps(full, opened):
    full.tell("profile.created", "local/shop")
    async with opened(full) as pilot:
        await pilot.press("4")
        await settled(pilot)
        screen = pilot.app.screen
        await pilot.press("1")
        full.calls.clear()
        for number in range(MOST_ROWS + 50):
            full.tell("version.added", f"local/shop@{number}")
        await pilot.pause(0.1)
        await pilot.press("4")
        await until(pilot, lambda: screen.table.keys[0] == str(full.seq))
        assert asked(full, "/v1/events") >= 1
