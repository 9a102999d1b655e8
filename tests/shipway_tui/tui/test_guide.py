"""The guide of the first run: three steps, live, skippable, and never by itself again."""

import msgspec
import pytest
from shipway_client.errors import Refused
from shipway_client.locations import Locations
from shipway_client.wire import JobOutcome, JobState, VersionState, WaitingFile
from shipway_plugins.words import Finding, Severity
from shipway_tui.tui.app import ShipwayApp
from shipway_tui.tui.guide.first_version import VersionStep
from shipway_tui.tui.guide.publishing import PublishStep
from shipway_tui.tui.guide.source import SourceStep
from shipway_tui.tui.screens.guide import GuideScreen
from shipway_tui.tui.widgets.path_picker import PathPicker
from textual.widgets import Button, Select
from tui_desk.fake_api import AT, fake_client
from tui_desk.sizes import SIZES
from tui_desk.waiting import settled, until


@pytest.fixture
def home(tmp_path):
    """A home that can be written to, and a folder beside it where builds come out."""
    (tmp_path / "home").mkdir()
    (tmp_path / "out").mkdir()
    return tmp_path / "home"


@pytest.fixture
def welcomed(api, home):
    """The application as `shipway` opens it, on an empty home with its own store."""
    api.add_environment()

    def make(**options) -> ShipwayApp:
        client = fake_client(api)
        client.locations = Locations(home=home, config=home, runtime=home / "run")
        return ShipwayApp(client, welcome=True, **options)

    return make


async def guide(pilot) -> GuideScreen:
    await until(pilot, lambda: isinstance(pilot.app.screen, GuideScreen))
    await settled(pilot)
    return pilot.app.screen


def found(screen) -> str:
    return screen.query_one("#found").text


def button(screen) -> tuple[str, bool]:
    do = screen.query_one("#do", Button)
    return str(do.label), not do.disabled


async def at(pilot, screen, step) -> None:
    await until(pilot, lambda: bool(screen.query(step)))
    await pilot.pause()


@pytest.mark.parametrize("size", SIZES)
async def test_from_an_empty_home_to_a_published_app(api, welcomed, home, size):
    app = welcomed()
    async with app.run_test(size=size) as pilot:
        screen = await guide(pilot)
        out = home.parent / "out"
        picker = screen.query_one(PathPicker)
        await pilot.press("enter")
        await until(pilot, lambda: "Type a path" in picker.problem)
        picker.line.value = f"{out}x"
        await pilot.press("enter")
        await until(pilot, lambda: "No such file" in picker.problem)
        picker.line.value = str(out)
        screen.query_one("#preset", Select).value = "android"
        await until(pilot, lambda: picker._listed == str(out))
        await pilot.press("ctrl+s")
        await at(pilot, screen, VersionStep)
        [(_, asked)] = api.asked("POST", "/v1/folders")
        assert (asked.path, asked.preset) == (str(out), "android")
        assert button(screen) == ("Mark as candidate", False)

        api.waiting[1] = [
            WaitingFile(path=f"{out}/half.apk", size=1, since=AT, why="It is not whole.")
        ]
        api.tell("file.refused", "bad.apk", reason="It is no binary.")
        await until(pilot, lambda: "It is not whole." in found(screen))
        await until(pilot, lambda: "It is no binary." in found(screen))

        api.add_profile("local/shop")
        api.add_version("local/shop", 1)
        api.tell("version.added", "local/shop@1")
        await until(pilot, lambda: button(screen) == ("Mark as candidate", True))
        await until(pilot, lambda: not screen.query_one("#do").has_class("-active"))
        assert "local/shop@1" in found(screen)
        await pilot.press("enter")
        await at(pilot, screen, PublishStep)
        assert screen.focused is None or screen.focused.id == "do"  # a second enter leaves nothing
        assert api.versions["local/shop@1"].candidate

        await until(pilot, lambda: button(screen) == ("Publish", True))
        # Textual passes over a second press of a button that still shows the first.
        await until(pilot, lambda: not screen.query_one("#do").has_class("-active"))
        assert "enterprise-store" in found(screen)
        assert not api.asked("POST", "/v1/publish")
        await pilot.press("enter")
        await until(pilot, lambda: bool(api.jobs))
        await until(pilot, lambda: "Stages" in found(screen))
        assert not button(screen)[1]
        api.jobs[1] = msgspec.structs.replace(
            api.jobs[1], state=JobState.DONE, outcome=JobOutcome.VERIFIED
        )
        api.tell("job.finished", "1")
        await until(pilot, lambda: button(screen) == ("Done", True))
        await until(pilot, lambda: not screen.query_one("#do").has_class("-active"))
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is not screen)
        assert (home / "guide-seen").exists()


async def test_once_skipped_it_comes_by_its_key_only(api, welcomed, home):
    app = welcomed()
    async with app.run_test(size=(80, 24)) as pilot:
        await guide(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: (home / "guide-seen").exists())
        await until(pilot, lambda: not isinstance(pilot.app.screen, GuideScreen))
    again = welcomed()
    async with again.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: again.desk.connected)
        await settled(pilot)
        assert not isinstance(again.screen, GuideScreen)
        await pilot.press("f2")
        assert isinstance(await guide(pilot), GuideScreen)


@pytest.mark.parametrize("used", ["profile", "folder", "read-only"])
async def test_it_does_not_open_where_something_is_already(api, welcomed, used):
    if used == "profile":
        api.add_profile()
    elif used == "folder":
        api.add_folder()
    app = welcomed(read_only=used == "read-only")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.desk.connected)
        await settled(pilot)
        assert not isinstance(app.screen, GuideScreen)


async def test_a_file_is_taken_in_at_once_and_one_that_is_refused_says_why(api, welcomed, home):
    binary = home.parent / "shop.apk"
    binary.write_bytes(b"x")
    api.refusals["shop.apk"] = Refused("shop.apk is no binary.", "Choose an APK.")
    app = welcomed()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await guide(pilot)
        screen.query_one(PathPicker).drop([str(binary)])
        problem = screen.query_one("#problem")
        await until(pilot, lambda: "shop.apk is no binary." in str(problem.content))
        assert screen.query(SourceStep)
        await pilot.press("x")  # another path: the refusal was of the one before
        await until(pilot, lambda: not str(problem.content))
        screen.query_one(PathPicker).drop([str(binary)])
        await at(pilot, screen, VersionStep)
        await until(pilot, lambda: "local/shop@1" in found(screen))
        await pilot.press("f3")
        await at(pilot, screen, SourceStep)


async def test_what_stands_against_the_version_or_its_publish_is_said(api, welcomed, home):
    out = home.parent / "out"
    app = welcomed()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await guide(pilot)
        screen.query_one(PathPicker).drop([str(out)])
        await at(pilot, screen, VersionStep)
        api.add_profile("local/shop")
        api.add_version("local/shop", 1, state=VersionState.INCOMPLETE)
        problem = screen.query_one("#problem")
        await until(pilot, lambda: "incomplete" in str(problem.content))
        api.findings = [
            Finding(severity=Severity.ERROR, rule="no", sentence="The store wants an icon.")
        ]
        api.add_version("local/shop", 2)
        await until(pilot, lambda: button(screen)[1])
        await pilot.press("ctrl+s")
        await at(pilot, screen, PublishStep)
        await until(pilot, lambda: "The store wants an icon." in str(problem.content))
        assert not button(screen)[1]
