"""The inbox: what is held is shown, counted, filed and dropped."""

import asyncio

import pytest
from shipway_client.errors import Refused
from shipway_plugins.words import BuildFacts, Finding, Severity
from shipway_tui.tui.screens.file_prompt import NEW, FilePrompt
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from shipway_tui.tui.screens.unmatched import UnmatchedScreen
from textual.widgets import OptionList, Static
from tui_desk.waiting import settled, until

WIDE = (120, 40)
FACTS = BuildFacts(
    branch="main", commit="0123456789abcdef0123456789abcdef01234567",
    message="Mend the basket\n\nIt lost things.", run_url="https://ci.example/1", variant="release",
)  # fmt: skip
FACT_LINES = [
    "branch      main",
    "commit      0123456  0123456789abcdef0123456789abcdef01234567",
    "message     Mend the basket",
    "variant     release",
    "run         https://ci.example/1",
]


@pytest.fixture
def holding(full):
    """Two binaries are held; of three profiles one is for another channel."""
    full.add_profile("local/app-for-ios", channel="ios-phone")
    full.hold("till.apk", facts=FACTS, findings=[
        Finding(severity=Severity.WARNING, rule="typed", sentence="It was typed otherwise."),
    ])  # fmt: skip
    full.hold("up.apk", identifier=None, version=None, build=None, source="upload:77")
    return full


async def inbox(pilot) -> UnmatchedScreen:
    """Open the inbox from the profiles."""
    await pilot.press("i")
    await until(pilot, lambda: isinstance(pilot.app.screen, UnmatchedScreen))
    await settled(pilot)
    return pilot.app.screen


async def there(pilot, kind):
    await until(pilot, lambda: isinstance(pilot.app.screen, kind))
    await settled(pilot)
    return pilot.app.screen


def subtitle(screen) -> str:
    return str(screen.query_one("#list-pane").border_subtitle)


def detail(screen) -> list[str]:
    return screen.query_one("#detail-text").text.splitlines()


def offered(prompt) -> list[str]:
    return [option.id for option in prompt.query_one(OptionList).options]


async def test_the_inbox_shows_what_is_held_and_drops_it_after_saying_what_is_lost(holding, opened):
    async with opened(holding) as pilot:
        profiles = pilot.app.screen
        await until(pilot, lambda: "2 unmatched (i)" in subtitle(profiles))
        screen = await inbox(pilot)
        assert screen.table.keys == ["2", "1"]
        assert subtitle(screen) == "2 unmatched binaries"
        assert "source      upload:77" in detail(screen)
        await pilot.resize_terminal(*WIDE)
        await until(pilot, lambda: "folder" in screen.table.columns)
        folders = [screen.table.get_cell(key, "folder").plain for key in screen.table.keys]
        assert folders == ["upload", "/srv/app/build/outputs"]
        await pilot.press("j")
        shown = detail(screen)
        assert "source      /srv/app/build/outputs/till.apk" in shown
        at = shown.index(FACT_LINES[0])
        assert shown[at : at + 5] == FACT_LINES
        assert shown[-1].startswith("▲ warning  It was typed otherwise.")

        holding.hold("new.apk")
        await until(pilot, lambda: screen.table.keys == ["3", "2", "1"])
        await pilot.press("D")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmPrompt))
        prompt = pilot.app.screen
        await pilot.pause()
        question = str(prompt.query_one(".question").content)
        assert question.startswith("Drop till.apk?\nThe 4.2 MB")
        assert "/srv/app/build/outputs/till.apk stays where it is, and" in question
        await pilot.press("tab", "enter")
        await until(pilot, lambda: screen.table.keys == ["3", "2"])
        assert holding.asked("DELETE", "/v1/unmatched/1")

        holding.unmatched.clear()
        holding.tell("file.dropped", "new.apk")
        await until(pilot, lambda: screen.has_class("-empty"))
        assert "Nothing is held." in str(screen.query_one("#empty", Static).content)
        await pilot.press("escape")
        await until(pilot, lambda: subtitle(profiles) == "4 profiles")


async def test_a_binary_is_filed_under_a_profile_that_is_typed_or_under_a_new_one(holding, opened):
    async with opened(holding) as pilot:
        screen = await inbox(pilot)
        await pilot.press("j", "f")
        prompt = await there(pilot, FilePrompt)
        others = ["local/app-for-ios", "local/bank", "local/shop", "local/wallet"]
        assert offered(prompt) == [NEW, *others], "enter alone makes no mismatch"
        for name in ("#cancel", "#do"):
            button = prompt.query_one(name)
            assert button.region and prompt.region.contains_region(button.region)

        gate = holding.gates["/v1/profiles"] = asyncio.Event()
        await pilot.press("w", "enter")
        error = prompt.query_one("#error", Static)
        await until(pilot, lambda: "Still looking" in str(error.content))
        assert not holding.asked("POST", "/v1/unmatched/1/file")
        gate.set()
        await until(pilot, lambda: offered(prompt) == ["local/wallet", NEW])

        holding.errors["POST /v1/unmatched/1/file"] = Refused("It is for others.", "Choose again.")
        await pilot.press("enter")
        await until(pilot, lambda: "It is for others. Choose again." in str(error.content))

        del holding.errors["POST /v1/unmatched/1/file"]
        await pilot.press("down", "enter")
        await until(pilot, lambda: pilot.app.screen is screen)
        assert holding.asked("POST", "/v1/unmatched/1/file")[-1][1].profile is None
        await until(pilot, lambda: screen.table.keys == ["2"])
        said = [notice.message for notice in pilot.app._notifications]
        assert said == ["till.apk is local/pos@1."]
        await pilot.press("f")
        await there(pilot, FilePrompt)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen)


async def test_a_desk_that_only_reads_files_and_drops_nothing(holding, opened):
    async with opened(holding, read_only=True) as pilot:
        await pilot.press("2")
        await settled(pilot)
        offers = {one.title: one for one in pilot.app.get_system_commands(pilot.app.screen)}
        await pilot.press("1")
        screen = await inbox(pilot)
        titles = [one.title for one in pilot.app.get_system_commands(screen)]
        assert "inbox: Inbox" in offers and "inbox: Inbox" not in titles
        assert "inbox: Drop" not in titles
        for action in ("file", "drop"):
            assert screen.check_action(action, ()) is None
        holding.fall()
        await until(pilot, lambda: screen.has_class("-stale"))
        assert screen.table.keys == ["2", "1"]


async def test_build_facts_stand_in_the_detail_of_a_version(full, opened):
    full.add_version("local/shop", 4, facts=FACTS)
    async with opened(full) as pilot:
        await pilot.press("j", "enter")
        await settled(pilot)
        shown = detail(pilot.app.screen)
        at = shown.index(FACT_LINES[0])
        assert shown[at : at + 5] == FACT_LINES
        await pilot.press("slash")
        assert "build facts" in pilot.app.screen.query_one("#filter").placeholder
