"""The forms, the plugins and the inbox against a real daemon: nothing here answers but it."""

import shutil

import pytest
from shipway_client.wire import PublishStatus
from shipway_tui.tui.app import ShipwayApp
from shipway_tui.tui.guide.first_version import VersionStep
from shipway_tui.tui.guide.publishing import PublishStep
from shipway_tui.tui.screens.add_files import AddScreen
from shipway_tui.tui.screens.backup import BackupScreen
from shipway_tui.tui.screens.doctor import DoctorScreen
from shipway_tui.tui.screens.environment_form import AddEnvironmentForm, ChangeEnvironmentForm
from shipway_tui.tui.screens.environments import EnvironmentsScreen
from shipway_tui.tui.screens.file_prompt import NEW, FilePrompt
from shipway_tui.tui.screens.folder_form import AddFolderForm, ChangeFolderForm
from shipway_tui.tui.screens.folders import FoldersScreen
from shipway_tui.tui.screens.guide import GuideScreen
from shipway_tui.tui.screens.inspect import InspectPrompt, InspectScreen
from shipway_tui.tui.screens.plugins import PluginsScreen
from shipway_tui.tui.screens.profiles import ProfilesScreen
from shipway_tui.tui.screens.prompts import ChoosePrompt
from shipway_tui.tui.screens.unmatched import UnmatchedScreen
from shipway_tui.tui.widgets.path_picker import PathPicker
from support.binaries import SAMPLE_APK
from support.daemon import running_daemon
from textual.widgets import OptionList
from tui_desk.waiting import until

pytestmark = pytest.mark.e2e

SECONDS = 90.0
SIZE = (80, 24)
#: Nobody listens there.
SERVER = "https://127.0.0.1:9"


async def there(pilot, kind):
    """Wait for a screen of a kind."""
    await until(pilot, lambda: isinstance(pilot.app.screen, kind), SECONDS)
    await pilot.pause()
    return pilot.app.screen


def fill(form, **texts: str) -> None:
    for name, text in texts.items():
        form.rows[name].query_one("Input").value = text


async def select(pilot, screen, key: str) -> None:
    """Wait for a row, and put the cursor on it."""
    await until(pilot, lambda: key in screen.table.keys, SECONDS)
    screen.table.move_cursor(row=screen.table.get_row_index(key))
    await until(pilot, lambda: screen.table.cursor_key == key and screen.selected is not None)


async def choose(pilot, kind: str) -> None:
    """Choose the adapter of a kind among those that are offered."""
    options = (await there(pilot, ChoosePrompt)).query_one(OptionList)
    texts = [str(option.prompt) for option in options.options]
    options.highlighted = next(n for n, text in enumerate(texts) if text.endswith(f"({kind})"))
    await pilot.press("enter")


async def test_an_environment_is_added_changed_and_loses_its_plugin():
    async with running_daemon() as daemon:
        environments = daemon.client.environments
        app = ShipwayApp(daemon.client)
        async with app.run_test(size=SIZE) as pilot:
            await until(pilot, lambda: app.desk.connected, SECONDS)
            await pilot.press("2")
            listed = await there(pilot, EnvironmentsScreen)
            await pilot.press("a")
            await choose(pilot, "http_management")

            form = await there(pilot, AddEnvironmentForm)
            fill(form, name="mdm", server=SERVER, token="env:SHIPWAY_TEST_NOWHERE")
            await pilot.press("ctrl+s")
            await until(pilot, lambda: form.marked, SECONDS)
            assert "SHIPWAY_TEST_NOWHERE" in form.rows["token"].error
            assert form.rows["server"].raw == SERVER
            fill(form, token="env:PATH")
            await pilot.press("ctrl+s")
            assert await there(pilot, EnvironmentsScreen) is listed
            await select(pilot, listed, "mdm")
            made = await environments.show("mdm")
            assert made.settings == {"server": SERVER, "token": "env:PATH"}

            await pilot.press("e")
            form = await there(pilot, ChangeEnvironmentForm)
            fill(form, timeout="5")
            await pilot.press("ctrl+s")
            await there(pilot, EnvironmentsScreen)
            assert (await environments.show("mdm")).settings["timeout"] == 5

            await pilot.press("5")
            plugins = await there(pilot, PluginsScreen)
            await select(pilot, plugins, "http_management")
            await until(pilot, lambda: plugins.selected.environments == ["mdm"], SECONDS)
            await pilot.press("d")
            await until(pilot, lambda: pilot.app.screen.query(".question"))
            assert "mdm" in str(pilot.app.screen.query_one(".question").content)
            await pilot.press("tab", "enter")
            state = lambda: plugins.table.get_cell("http_management", "state").plain  # noqa: E731
            await until(pilot, lambda: state() == "○ Disabled", SECONDS)

            await pilot.press("2")
            shown = listed.query_one("#detail-text")
            await until(pilot, lambda: "disabled" in shown.text.lower(), SECONDS)
            assert listed.table.get_cell("mdm", "status").plain == "○ Unknown"


def said(screen, name: str) -> str:
    """What stands beside a field of the form."""
    return screen.rows[name].error


async def test_a_folder_that_holds_what_it_does_not_know_fills_the_inbox(tmp_path):
    root = tmp_path / "out"
    root.mkdir()
    shutil.copy(SAMPLE_APK, root / "shop.apk")
    async with running_daemon() as daemon:
        app = ShipwayApp(daemon.client)
        async with app.run_test(size=SIZE) as pilot:
            await until(pilot, lambda: app.desk.connected, SECONDS)
            await pilot.press("6")
            folders = await there(pilot, FoldersScreen)
            await pilot.press("a")
            form = await there(pilot, AddFolderForm)
            fill(form, path=str(tmp_path / "absent"), pattern="App.zip", quiet="0.2")
            form.rows["unknown"].query_one("Select").value = "hold"
            await pilot.press("ctrl+s")
            await until(pilot, lambda: said(form, "pattern"), SECONDS)
            fill(form, pattern="")
            await pilot.press("ctrl+s")
            await until(pilot, lambda: "is no folder" in said(form, "path"), SECONDS)
            fill(form, path=str(root))
            await pilot.press("ctrl+s")
            assert await there(pilot, FoldersScreen) is folders
            count = lambda: folders.table.get_cell("1", "unmatched").plain  # noqa: E731
            await until(pilot, lambda: folders.table.row_count == 1 and count() == "1", SECONDS)
            subtitle = folders.query_one("#list-pane")
            await until(pilot, lambda: "1 unmatched (i)" in str(subtitle.border_subtitle), SECONDS)

            await pilot.press("i")
            inbox = await there(pilot, UnmatchedScreen)
            await until(pilot, lambda: inbox.selected is not None, SECONDS)
            assert inbox.selected.file_name == "shop.apk"
            await pilot.press("f")
            prompt = await there(pilot, FilePrompt)
            profiles = prompt.query_one(OptionList)
            await until(pilot, lambda: profiles.option_count == 1, SECONDS)
            assert profiles.options[0].id == NEW
            await pilot.press("enter")
            assert await there(pilot, UnmatchedScreen) is inbox
            await until(pilot, lambda: inbox.has_class("-empty"), SECONDS)
            [profile] = (await daemon.client.profiles.list()).items
            assert profile.latest == 1

            await pilot.press("escape")
            await until(pilot, lambda: folders.is_current and count() == "–", SECONDS)
            await pilot.press("e")
            form = await there(pilot, ChangeFolderForm)
            fill(form, keep_last="0")
            await pilot.press("ctrl+s")
            await until(pilot, lambda: "number of versions" in said(form, "keep_last"), SECONDS)
            fill(form, keep_last="5", glob="*.apk")
            await pilot.press("ctrl+s")
            await there(pilot, FoldersScreen)
            [folder] = (await daemon.client.folders.list()).items
            assert (folder.glob, folder.retention.keep_last) == ("*.apk", 5)
            await until(pilot, lambda: "the newest 5" in shown_text(folders), SECONDS)


def shown_text(screen) -> str:
    return screen.query_one("#detail-text").text


async def test_a_new_user_goes_from_an_empty_home_to_a_published_app(tmp_path):
    """What is wrong on the way is told, and the way goes on: an unknown folder, a half file."""
    out = tmp_path / "out"
    out.mkdir()
    async with running_daemon() as daemon:
        app = ShipwayApp(daemon.client, welcome=True)
        async with app.run_test(size=SIZE) as pilot:
            guide = await there(pilot, GuideScreen)
            picker = guide.query_one(PathPicker)
            picker.drop([str(tmp_path / "nowhere")])
            await until(pilot, lambda: "No such file" in picker.problem, SECONDS)
            picker.drop([str(out)])
            await until(pilot, lambda: bool(guide.query(VersionStep)), SECONDS)
            (out / "half.apk").write_bytes(SAMPLE_APK.read_bytes()[:2000])
            found = guide.query_one("#found")
            await until(pilot, lambda: "It is not whole" in found.text, SECONDS)
            shutil.copy(SAMPLE_APK, out / "shop.apk")
            button = guide.query_one("#do")
            await until(pilot, lambda: not button.disabled, SECONDS)
            await pilot.press("ctrl+s")
            await until(pilot, lambda: bool(guide.query(PublishStep)), SECONDS)
            ready = lambda: str(button.label) == "Publish" and not button.disabled  # noqa: E731
            await until(pilot, ready, SECONDS)
            await pilot.press("ctrl+s")
            await until(pilot, lambda: str(button.label) == "Done", SECONDS)
            await pilot.press("ctrl+s")
            listed = await there(pilot, ProfilesScreen)
            await until(pilot, lambda: listed.table.row_count == 1, SECONDS)
        assert (daemon.locations.home / "guide-seen").exists()
        [publication] = (await daemon.client.environments.publications()).items
        assert publication.status is PublishStatus.PUBLISHED


async def test_files_are_added_inspected_and_looked_after_beside_a_daemon(tmp_path):
    """A text is refused beside a binary that is taken; doctor and backup run as processes."""
    (tmp_path / "notes.apk").write_text("no binary")
    async with running_daemon() as daemon:
        app = ShipwayApp(daemon.client)
        async with app.run_test(size=SIZE) as pilot:
            await until(pilot, lambda: app.desk.connected, SECONDS)
            await pilot.press("A")
            adding = await there(pilot, AddScreen)
            adding.query_one(PathPicker).drop([str(tmp_path / "notes.apk"), str(SAMPLE_APK)])
            await until(pilot, lambda: len(adding.chosen) == 2, SECONDS)
            await pilot.press("ctrl+s")
            await until(pilot, lambda: adding.run_of_files.ended, SECONDS)
            assert [file.error is None for file in adding.chosen] == [False, True]
            await pilot.press("enter", "I")
            (await there(pilot, InspectPrompt)).query_one(PathPicker).drop([str(SAMPLE_APK)])
            inspected = await there(pilot, InspectScreen)
            await until(pilot, lambda: bool(inspected.told), SECONDS)
            assert inspected.told["platform"] == "android"
            await app.push_screen(DoctorScreen(app.desk))
            doctor = await there(pilot, DoctorScreen)
            await until(pilot, lambda: doctor.report is not None, SECONDS)
            assert doctor.report.ok
            await app.push_screen(BackupScreen(app.desk, tmp_path / "backups"))
            backup = await there(pilot, BackupScreen)
            await until(pilot, lambda: backup.report is not None, SECONDS)
            assert backup.report.manifest.versions == 1
