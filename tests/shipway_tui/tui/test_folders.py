"""The watched folders: how each is shown, followed, added, changed and removed."""

import msgspec
import pytest
from shipway_client.errors import WrongUsage
from shipway_client.wire import (
    AddFolder,
    ChangeFolder,
    ChangeProfile,
    Duplicates,
    FolderState,
    Preset,
    ProfileSettings,
    Retention,
    UnknownBinary,
    WaitingFile,
)
from shipway_plugins.words import Severity
from shipway_tui.tui.screens.folder_form import AddFolderForm, ChangeFolderForm
from shipway_tui.tui.screens.folders import FoldersScreen
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from textual.widgets import Select, Static
from tui_desk.fake_api import AT
from tui_desk.waiting import settled, until

WIDE = (120, 40)


@pytest.fixture
def watched(full):
    """One folder that works, one that is on a mount without leases, one that is gone."""
    full.add_folder("/home/ada/app/build/outputs", ingested=12, waiting=2, unreadable=1)
    full.add_folder(
        "/mnt/builds", state=FolderState.SCANNING, weaker=True, refused=3, unmatched=4,
        reason="The limit of watches is reached.", preset=Preset.ANDROID, glob="*-release.apk",
        pattern="App-{version}-{build}.zip", unknown=UnknownBinary.HOLD, candidate=True,
        retention=Retention(keep_last=5, keep_days=30.0),
    )  # fmt: skip
    full.add_folder("/srv/gone", state=FolderState.MISSING, last_scan_at=None)
    full.waiting[1] = [
        WaitingFile(
            path="/home/ada/app/build/outputs/apk/app.apk", size=5_000_000, since=AT,
            why="Someone has it open for writing.",
        ),
        WaitingFile(
            path="/home/ada/app/build/outputs/secret.apk", size=10, since=AT,
            why="It cannot be read: permission denied.",
        ),
    ]  # fmt: skip
    return full


async def folders(pilot) -> FoldersScreen:
    await pilot.press("6")
    await until(pilot, lambda: isinstance(pilot.app.screen, FoldersScreen))
    await settled(pilot)
    return pilot.app.screen


async def there(pilot, kind):
    await until(pilot, lambda: isinstance(pilot.app.screen, kind))
    await pilot.pause()
    return pilot.app.screen


def cell(screen, key: str, column: str) -> str:
    return screen.table.get_cell(key, column).plain


def detail(screen) -> list[str]:
    return screen.query_one("#detail-text").text.splitlines()


def editor(form, name: str):
    return form.rows[name].query_one("Input, Select, Checkbox")


async def test_the_list_and_the_detail_say_how_a_folder_is_watched(watched, opened):
    async with opened(watched) as pilot:
        screen = await folders(pilot)
        row = {name: cell(screen, "1", name) for name in ("path", "state", "scan", "waiting")}
        assert row["state"] == "● Watching"
        assert row["path"].startswith("~/app")
        assert (row["scan"], row["waiting"]) == ("5 min", "2")
        assert [cell(screen, key, "state") for key in ("2", "3")] == ["◐ Scanning", "○ Missing"]
        assert [cell(screen, "2", name) for name in ("refused", "unmatched")] == ["3", "4"]
        await pilot.resize_terminal(*WIDE)
        await until(pilot, lambda: "guarantee" in screen.table.columns)
        assert cell(screen, "2", "guarantee") == "▲ weaker guarantee"
        assert [cell(screen, key, "guarantee") for key in ("1", "3")] == ["full", "–"]
        assert cell(screen, "1", "unreadable") == "1"

        shown = detail(screen)
        assert "files       12 in, 2 waiting (1 unreadable), 0 refused, 0 unmatched" in shown
        at = shown.index("Waiting")
        assert shown[at + 1 : at + 5] == [
            "apk/app.apk  5.0 MB, 5 min ago",
            "  Someone has it open for writing.",
            "secret.apk  10 B, 5 min ago",
            "  It cannot be read: permission denied.",
        ]
        await pilot.press("j")
        await settled(pilot)
        shown = detail(screen)
        assert shown[:3] == [
            "/mnt/builds",
            "state       ◐ Scanning",
            "reason      The limit of watches is reached.",
        ]
        assert "weaker guarantee" in shown[3]
        asked = shown[shown.index("Asked for") + 1 :]
        assert "preset      android" in asked
        assert "only like   *-release.apk" in asked
        assert "pattern     App-{version}-{build}.zip" in asked
        assert "unknown     held in the inbox" in asked
        assert "retention   the newest 5, all of 30 days, candidates, what is published" in asked


async def test_counts_and_states_move_with_the_events_and_a_burst_is_read_once(watched, opened):
    async with opened(watched) as pilot:
        screen = await folders(pilot)
        watched.calls.clear()
        for count in range(13, 63):
            watched.change_folder(1, ingested=count, waiting=0)
        await until(pilot, lambda: cell(screen, "1", "ingested") == "62")
        assert len(watched.asked("GET", "/v1/folders")) < 10
        assert "Waiting" not in detail(screen)
        watched.change_folder(1, state=FolderState.SILENT, reason="It does not answer.")
        await until(pilot, lambda: cell(screen, "1", "state") == "◌ Silent")

        await pilot.press("1")
        await settled(pilot)
        watched.calls.clear()
        watched.change_folder(1, state=FolderState.WATCHING)
        watched.change_folder(3, state=FolderState.WATCHING)
        await settled(pilot)
        assert not watched.asked("GET", "/v1/folders")
        await folders(pilot)
        await until(pilot, lambda: cell(screen, "1", "state") == "● Watching")


async def test_a_folder_is_added_in_a_form_that_keeps_what_is_wrong_beside_its_field(api, opened):
    async with opened(api) as pilot:
        await pilot.press("a")
        form = await there(pilot, AddFolderForm)
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert form.rows["path"].error == "This is required."
        api.errors["POST /v1/folders"] = WrongUsage(
            "Some of it makes no sense.",
            fields={"pattern": "It names no {version}.", "retention.keep_last": "At least 1."},
        )
        await pilot.press(*"/srv/out")
        editor(form, "preset").value = "android"
        editor(form, "unknown").value = "hold"
        editor(form, "pattern").value = "App-{build}.zip"
        editor(form, "keep_last").value = "0"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: form.marked)
        wrong = {name: row.error for name, row in form.rows.items() if row.error}
        assert wrong == {"pattern": "It names no {version}.", "keep_last": "At least 1."}
        for size in ((80, 24), WIDE):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            for name in ("#cancel", "#do"):
                button = form.query_one(name)
                assert button.region and form.region.contains_region(button.region)

        del api.errors["POST /v1/folders"]
        editor(form, "pattern").value = "App-{version}.zip"
        editor(form, "keep_last").value = "3"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: pilot.app.screen is not form)
        _, asked = api.asked("POST", "/v1/folders")[-1]
        assert asked == AddFolder(
            path="/srv/out", preset=Preset.ANDROID, unknown=UnknownBinary.HOLD,
            pattern="App-{version}.zip", retention=Retention(keep_last=3),
        )  # fmt: skip
        empty = pilot.app.screen.query_one("#empty", Static)
        await until(pilot, lambda: "/srv/out" in str(empty.content))


@pytest.mark.e2e
async def test_a_change_sends_only_what_differs_and_a_removal_asks_first(watched, opened):
    async with opened(watched) as pilot:
        screen = await folders(pilot)
        await pilot.press("j", "e")
        form = await there(pilot, ChangeFolderForm)
        assert editor(form, "glob").value == "*-release.apk"
        assert editor(form, "keep_days").value == "30.0"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: form.problem == "Nothing was changed.")
        editor(form, "glob").value = ""
        editor(form, "quiet").value = "5"
        editor(form, "keep_candidates").value = False
        await pilot.press("ctrl+s")
        await until(pilot, lambda: pilot.app.screen is screen)
        [(_, asked)] = watched.asked("PATCH", "/v1/folders/2")
        kept = Retention(keep_last=5, keep_days=30.0, keep_candidates=False)
        assert asked == ChangeFolder(glob=None, quiet=5.0, retention=kept)

        await pilot.press("D")
        prompt = await there(pilot, ConfirmPrompt)
        assert "/mnt/builds" in str(prompt.query_one(".question").content)
        await pilot.press("enter")  # on Cancel
        await until(pilot, lambda: pilot.app.screen is screen)
        assert len(watched.folders) == 3
        await pilot.press("D")
        await there(pilot, ConfirmPrompt)
        await pilot.press("tab", "enter")
        await until(pilot, lambda: screen.table.keys == ["1", "3"])


async def test_the_keys_rest_where_nothing_may_be_changed_and_an_empty_list_says_the_next_step(
    watched, api, opened
):
    async with opened(watched, read_only=True) as pilot:
        screen = await folders(pilot)
        for action in ("add", "edit", "remove"):
            assert screen.check_action(action, ()) is None
        watched.folders.clear()
        await pilot.press("r")
        await settled(pilot)
        empty = str(screen.query_one("#empty", Static).content)
        assert empty.startswith("No watched folder. Press a to add one")
        watched.fall()
        await until(pilot, lambda: screen.has_class("-stale"))


async def test_the_rules_of_a_profile_are_changed_in_a_form(full, opened):
    strict = ProfileSettings(require_newer_build=Severity.ERROR)
    bank = msgspec.structs.replace(full.profiles["local/bank"], settings=strict)
    full.profiles["local/bank"] = bank
    async with opened(full) as pilot:
        assert "retention   all is kept" in detail(pilot.app.screen)
        screen = pilot.app.screen
        await pilot.press("e")
        await until(pilot, lambda: pilot.app.screen is not screen)
        await pilot.pause()
        form = pilot.app.screen
        editor(form, "duplicates").value = "refuse"
        editor(form, "require_newer_build").value = Select.NULL
        editor(form, "keep_last").value = "10"
        editor(form, "keep_published").value = False
        await pilot.press("ctrl+s")
        await until(pilot, lambda: pilot.app.screen is screen)
        [(_, asked)] = full.asked("PATCH", "/v1/profiles/local/bank")
        assert asked == ChangeProfile(
            duplicates=Duplicates.REFUSE,
            require_newer_build=None,
            retention=Retention(keep_last=10, keep_published=False),
        )
        await until(pilot, lambda: "retention   the newest 10, candidates" in detail(screen))
