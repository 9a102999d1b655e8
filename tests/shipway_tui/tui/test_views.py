"""Saved views: built in or one's own; chosen by key or palette, kept in a file of the config."""

import stat

import pytest
from shipway_client.errors import WrongUsage
from shipway_client.locations import Locations
from shipway_client.wire.queries import QUERYABLE
from shipway_tui.tui.screens.view_prompts import SaveViewPrompt, ViewsPrompt
from shipway_tui.tui.views import BUILT_IN, View, ViewFile
from textual.widgets import OptionList, Static
from tui_desk.waiting import settled, until

ASKED = {"versions": "version", "environments": "environment", "jobs": "job", "folders": "folder"}


@pytest.fixture
def file(tmp_path) -> ViewFile:
    return ViewFile(tmp_path / "config" / "views.json")


@pytest.fixture
def at_home(opened, monkeypatch, tmp_path):
    """The application with a home of its own, where views can be kept."""
    home = Locations(home=tmp_path, config=tmp_path, runtime=tmp_path / "run")
    monkeypatch.setattr("tui_desk.fake_api.Locations", lambda **_: home)
    return opened


def said(pilot) -> list[str]:
    return [notice.message for notice in pilot.app._notifications]


def prompt_text(pilot, selector: str) -> str:
    return str(pilot.app.screen.query_one(selector, Static).content)


@pytest.mark.parametrize("view", BUILT_IN, ids=lambda view: view.name)
def test_what_a_built_in_view_asks_for_the_daemon_knows(view):
    queryable = QUERYABLE[ASKED[view.place]]
    assert not view.sort or view.sort.removeprefix("-") in queryable.sorts
    for term in view.query.split():
        name, _, value = term.removeprefix("-").partition(":")
        assert value in queryable.field(name).values


def test_views_are_kept_for_the_owner_alone_and_a_name_is_kept_once(file, tmp_path):
    assert file.read() == []
    assert not file.save(View(name="Mine", place="jobs", query="actor:ada"))
    assert file.save(View(name="mine", place="jobs", sort="-created"))
    path = tmp_path / "config" / "views.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [path] == list(path.parent.iterdir())
    [kept] = ViewFile(path).read()
    assert kept == View(name="mine", place="jobs", sort="-created")
    file.delete("MINE")
    assert file.read() == []


def test_a_file_that_holds_something_else_is_never_overwritten(file, tmp_path):
    path = tmp_path / "config" / "views.json"
    path.parent.mkdir()
    path.write_text('[{"name": "x", "place": "nowhere"}]')
    for act in (file.read, lambda: file.save(View(name="y", place="jobs"))):
        with pytest.raises(WrongUsage, match="cannot be read"):
            act()
    assert "nowhere" in path.read_text()


def test_a_built_in_name_cannot_be_taken(file):
    with pytest.raises(WrongUsage, match="always there"):
        file.save(View(name="failed JOBS", place="jobs"))


async def test_a_view_is_saved_under_a_name_chosen_again_and_deleted(full, at_home):
    async with at_home(full) as pilot:
        screen = pilot.app.screen
        await pilot.press("slash", *"shop", "enter")
        await until(pilot, lambda: screen.table.keys == ["local/shop"])
        await pilot.press("V")
        await until(pilot, lambda: isinstance(pilot.app.screen, SaveViewPrompt))
        assert prompt_text(pilot, ".hint") == "profiles · shop"
        await pilot.press(*"My shop", "ctrl+s")
        await until(pilot, lambda: "My shop is saved." in said(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: screen.table.row_count == 3)
        await pilot.press("v")
        await until(pilot, lambda: isinstance(pilot.app.screen, ViewsPrompt))
        await pilot.press("enter")
        await until(pilot, lambda: screen.table.keys == ["local/shop"])
        await pilot.press("v")
        await until(pilot, lambda: isinstance(pilot.app.screen, ViewsPrompt))
        options = pilot.app.screen.query_one(OptionList)
        before = options.option_count
        await pilot.press("D")
        await until(pilot, lambda: options.option_count == before - 1)
        await pilot.press("D")
        await until(pilot, lambda: "is always there" in prompt_text(pilot, "#error"))
        await pilot.press("escape")
        assert pilot.app.screen is screen


async def test_a_view_of_another_place_leads_there(full, at_home):
    for outcome in ("failed", "verified"):
        full.add_job(outcome=outcome, state="done")
    async with at_home(full) as pilot:
        offered = {command.title async for command in _found(pilot, "Failed")}
        assert offered == {"view: Failed jobs"}
        await pilot.press("v")
        await until(pilot, lambda: isinstance(pilot.app.screen, ViewsPrompt))
        names = [view.name for view in pilot.app.screen._views]
        await pilot.press(*["down"] * names.index("Failed jobs"), "enter")
        await until(pilot, lambda: pilot.app.screen.HEADING == "Jobs")
        await until(pilot, lambda: pilot.app.screen.table.keys == ["1"])
        assert full.asked("GET", "/v1/jobs")[-1][0]["q"] == "outcome:failed"


async def test_the_candidates_of_all_profiles_are_one_view(full, at_home):
    full.add_version("local/bank", 7, candidate=True, current=True)
    async with at_home(full, (120, 40)) as pilot:
        await pilot.press("v")
        await until(pilot, lambda: isinstance(pilot.app.screen, ViewsPrompt))
        names = [view.name for view in pilot.app.screen._views]
        await pilot.press(*["down"] * names.index("All versions"), "enter")
        await until(pilot, lambda: pilot.app.screen.NOUN == "version")
        screen = pilot.app.screen
        await until(pilot, lambda: screen.table.row_count == 4)
        await settled(pilot)
        assert screen.table.get_cell("local/bank@7", "profile").plain == "local/bank"
        assert str(screen.query_one("#list-pane").border_title) == "Profiles › all versions"
        full._mark(full.versions["local/shop@1"], marked=True)
        cell = screen.table.get_cell
        await until(pilot, lambda: cell("local/shop@1", "candidate").plain == "★ Current")


async def _found(pilot, text: str):
    from shipway_tui.tui.view_palette import ViewProvider

    async for hit in ViewProvider(pilot.app.screen).search(text):
        hit.title = str(hit.text)
        yield hit
