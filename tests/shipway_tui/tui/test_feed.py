"""The feed: what happens when it breaks, and that nothing is missed."""

from shipway_tui.tui.desk import Link
from shipway_tui.tui.widgets.status_line import StatusLine
from tui_desk.waiting import settled, until


async def test_a_fallen_daemon_is_shown_and_the_data_stays(full, opened):
    async with opened(full) as pilot:
        app = pilot.app
        full.fall()
        await until(pilot, lambda: app.desk.connection.link is Link.RECONNECTING)
        await pilot.pause()
        told = app.screen.query_one(StatusLine).render().plain
        assert "Reconnecting" in told
        assert told.endswith("0 Daemon starts one.")
        assert app.screen.has_class("-stale")
        assert app.screen.table.row_count == 3
        assert app.screen.why_not("publish") == "The daemon does not answer now."


async def test_it_comes_back_by_itself_with_a_fresh_snapshot(full, opened):
    async with opened(full) as pilot:
        app = pilot.app
        full.fall()
        await until(pilot, lambda: app.desk.connection.link is Link.RECONNECTING)
        full.add_profile("local/added-while-away")
        full.up = True
        await until(pilot, lambda: app.desk.connection.link is Link.CONNECTED)
        await until(pilot, lambda: "local/added-while-away" in app.screen.table.keys)
        await settled(pilot)
        assert not app.screen.has_class("-stale")


async def test_it_opens_without_a_daemon_and_waits_for_it(full, make_app):
    full.up = False
    app = make_app(full)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.desk.connection.link is Link.RECONNECTING)
        full.up = True
        await until(pilot, lambda: app.screen.table.row_count == 3)


async def test_leaving_closes_the_feed(full, opened):
    async with opened(full) as pilot:
        assert len(full.followers) == 1
        await pilot.press("q")
    assert full.followers == []
