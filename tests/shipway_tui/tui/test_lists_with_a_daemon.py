"""Every list asked by a real daemon: fields, sorts, views, and what it does not understand."""

import pytest
from shipway_client.wire import AddFile
from shipway_client.wire.queries import QUERYABLE
from shipway_tui.tui.app import ShipwayApp
from shipway_tui.tui.view_opening import open_view
from shipway_tui.tui.views import View
from support.binaries import SAMPLE_APK
from support.daemon import running_daemon
from textual.widgets import Static
from tui_desk.waiting import settled, until

pytestmark = pytest.mark.e2e

SECONDS = 90.0
WHERE = {
    "profiles": "profile", "versions": "version", "environments": "environment", "jobs": "job",
    "activity": "event", "folders": "folder", "inbox": "held binary", "uploads": "upload",
}  # fmt: skip


async def test_every_list_is_asked_by_all_of_its_fields_and_sorted(tmp_path):
    async with running_daemon() as daemon:
        await daemon.client.versions.add(AddFile(path=str(SAMPLE_APK)))
        app = ShipwayApp(daemon.client)
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: app.desk.connected, SECONDS)
            for where, noun in WHERE.items():
                asked = [
                    f"-{f.name}:{f.values[0] if f.values else 1}" for f in QUERYABLE[noun].fields
                ]
                sort = f"-{QUERYABLE[noun].sorts[-1]}"
                await show(pilot, View(name="x", place=where, query=" ".join(asked), sort=sort))


async def show(pilot, view: View) -> None:
    """Show a view, and see that the daemon understood it."""
    await open_view(pilot.app, pilot.app.desk, view)
    screen = pilot.app.screen
    await settled(pilot)
    await until(pilot, lambda: not screen._afresh or screen.has_class("-problem"), SECONDS)
    assert str(screen.query_one("#filter-problem", Static).content) == "", view
    assert (screen.filter_text, screen.sorted_by) == (view.query, view.sort)


async def test_a_filter_is_answered_and_one_that_makes_no_sense_explained():
    async with running_daemon() as daemon:
        await daemon.client.versions.add(AddFile(path=str(SAMPLE_APK)))
        app = ShipwayApp(daemon.client)
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: app.screen.has_class("-empty") or app.screen.things, SECONDS)
            await pilot.press("enter")
            await until(pilot, lambda: app.screen.NOUN == "version", SECONDS)
            screen = app.screen
            await until(pilot, lambda: screen.table.row_count == 1, SECONDS)
            await pilot.press("slash", *"state:rejected", "enter")
            await until(pilot, lambda: screen.table.row_count == 0, SECONDS)
            await pilot.press("slash", *" stat:x", "enter")
            problem = screen.query_one("#filter-problem", Static)
            await until(pilot, lambda: "state" in str(problem.content), SECONDS)
            await pilot.press("escape")
            await until(pilot, lambda: screen.table.row_count == 1, SECONDS)
            assert not app._notifications
