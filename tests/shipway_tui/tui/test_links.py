"""Links: where words lead, from a shell and from the palette."""

import click
import pytest
from shipway_client.errors import WrongUsage
from shipway_tui.commands.links import OpenHere
from shipway_tui.commands.root import shipway as root
from shipway_tui.tui.links import Goal, Link, parse
from shipway_tui.tui.screens.job import JobScreen
from shipway_tui.tui.screens.unmatched import UnmatchedScreen
from shipway_tui.tui.screens.version import VersionScreen
from shipway_tui.tui.screens.versions import VersionsScreen
from textual.widgets import Input
from tui_desk.waiting import settled, until


@pytest.mark.parametrize(
    ("words", "link"),
    [
        ("profile local/shop", Link(Goal.PROFILE, "local/shop")),
        ("version local/shop@3", Link(Goal.VERSION, "local/shop@3")),
        ("env mdm", Link(Goal.ENVIRONMENT, "mdm")),
        ("job 7", Link(Goal.JOB, "7")),
        ("activity", Link(Goal.ACTIVITY)),
        ("folders", Link(Goal.FOLDERS)),
        ("daemon", Link(Goal.DAEMON)),
    ],
)
def test_words_lead_somewhere(words, link):
    assert parse(words.split()) == link


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("", "Try profile owner/name"),
        ("profile shop", "Write profile owner/name."),
        ("version local/shop", "Write version owner/name@N."),
        ("job seven", "Write job N."),
        ("jobs 7", "Try profile"),
        ("nowhere", "inbox"),
    ],
)
def test_words_that_lead_nowhere_say_what_would(words, hint):
    with pytest.raises(WrongUsage) as refused:
        parse(words.split())
    assert hint in refused.value.hint


def resolved(*words: str) -> click.Command | None:
    with click.Context(root, info_name="shipway") as context:
        return root.resolve_command(context, list(words))[1]


def test_a_command_is_never_taken_for_a_link():
    assert isinstance(resolved("profile", "local/shop"), OpenHere)
    assert isinstance(resolved("env", "mdm"), OpenHere)
    assert isinstance(resolved("folder", "/srv/builds"), OpenHere)
    assert isinstance(resolved("activity"), OpenHere)
    for words in (("profile", "list"), ("env", "shwo"), ("job", "--help"), ("job",), ("daemon",)):
        assert not isinstance(resolved(*words), OpenHere)


@pytest.mark.parametrize(
    ("words", "mode", "row"),
    [
        ("profile local/shop", "profiles", "local/shop@3"),
        ("env mdm", "environments", "mdm"),
        ("folder /srv/builds", "folders", "1"),
        ("activity", "activity", None),
    ],
)
async def test_the_application_opens_where_a_link_leads(full, opened, words, mode, row):
    full.add_environment("mdm")
    full.add_folder("/srv/builds")
    async with opened(full, link=parse(words.split())) as pilot:
        await until(pilot, lambda: pilot.app.current_mode == mode)
        await until(pilot, lambda: pilot.app.screen.table.cursor_key == row)


async def test_a_link_to_a_job_opens_the_job(full, opened):
    full.add_job()
    async with opened(full, link=parse(["job", "1"])) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, JobScreen))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen.HEADING == "Jobs")


async def test_a_link_to_a_version_opens_it_over_those_of_its_profile(full, opened):
    async with opened(full, link=parse(["version", "local/shop@2"])) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, VersionScreen))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, VersionsScreen))
        await until(pilot, lambda: pilot.app.screen.table.cursor_key == "local/shop@2")


async def test_a_link_to_what_is_not_there_says_so_and_shows_the_place(full, opened):
    async with opened(full, link=parse(["env", "nowhere"])) as pilot:
        await until(pilot, lambda: len(pilot.app._notifications) == 1)
        assert "no environment nowhere" in next(iter(pilot.app._notifications)).message
        assert pilot.app.current_mode == "environments"


async def test_the_palette_takes_the_same_words(full, opened):
    full.add_job()
    async with opened(full) as pilot:
        await pilot.press("colon")
        await until(pilot, lambda: pilot.app.screen.query(Input))
        await pilot.press(*"inbox", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, UnmatchedScreen))
        await settled(pilot)
