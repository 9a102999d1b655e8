"""Adding and inspecting files from the terminal: chosen, typed, pasted, dropped."""

import json

import pytest
from shipway_client.errors import NotFound, Refused
from shipway_client.wire import FeedLine, IngestProgress, VersionState
from shipway_plugins.words import Progress
from shipway_tui.tui.adding.run import Chosen
from shipway_tui.tui.screens import inspect as inspect_module
from shipway_tui.tui.screens.add_files import AddScreen
from shipway_tui.tui.screens.inspect import InspectPrompt, InspectScreen
from shipway_tui.tui.widgets.path_picker import PathPicker
from textual import events
from textual.widgets import Button, Input
from tui_desk.sizes import SIZES
from tui_desk.waiting import settled, until


@pytest.fixture
def builds(tmp_path, monkeypatch):
    """A folder to stand in, with two binaries and a text."""
    for name in ("shop release.apk", "bank.apk", "notes.txt"):
        (tmp_path / name).write_bytes(b"x" * 100)
    (tmp_path / "outputs").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def add_screen(pilot) -> AddScreen:
    await pilot.press("A")
    await until(pilot, lambda: isinstance(pilot.app.screen, AddScreen))
    await settled(pilot)
    return pilot.app.screen


def shown(screen) -> str:
    return str(screen.query_one("#listed").content)


def names(screen) -> list[str]:
    return [file.path.name for file in screen.chosen]


@pytest.mark.parametrize("size", SIZES)
async def test_a_typed_path_is_completed_and_the_file_is_added(full, opened, builds, size):
    async with opened(full, size) as pilot:
        screen = await add_screen(pilot)
        picker = screen.query_one(PathPicker)
        await pilot.press("b")
        await until(pilot, lambda: picker._listed.endswith("/b"))
        await pilot.press("tab")
        assert picker.line.value.endswith("/bank.apk")
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: names(screen) == ["bank.apk"])
        assert not full.asked("POST", "/v1/versions")
        screen.query_one("#notes", Input).value = "first"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: screen.run_of_files and screen.run_of_files.ended)
        [(_, asked)] = full.asked("POST", "/v1/versions")
        assert (asked.path, asked.notes, asked.candidate) == (
            str(builds / "bank.apk"),
            "first",
            False,
        )
        assert "Ready" in shown(screen)
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is not screen)


async def test_files_that_are_dropped_on_a_list_are_to_be_added(full, opened, builds):
    async with opened(full) as pilot:
        text = f"'{builds / 'shop release.apk'}' {builds / 'bank.apk'} "
        pilot.app.post_message(events.Paste(text))
        await until(pilot, lambda: isinstance(pilot.app.screen, AddScreen))
        screen = pilot.app.screen
        await until(pilot, lambda: names(screen) == ["shop release.apk", "bank.apk"])
        picker = screen.query_one(PathPicker)
        pilot.app.post_message(events.Paste(f"file://{builds}/none.apk"))
        await until(pilot, lambda: "No such file" in picker.problem)
        assert str(screen.query_one("#do", Button).label) == "Add 2 files"


async def test_what_is_wrong_with_one_file_does_not_keep_the_others(full, opened, builds):
    full.refusals = {"notes.txt": Refused("notes.txt is no binary.", "Add an APK.")}
    full.incoming = {"bank.apk": {"state": VersionState.INCOMPLETE, "version": None}}
    async with opened(full) as pilot:
        screen = await add_screen(pilot)
        screen.query_one(PathPicker).drop([str(builds / n) for n in ("notes.txt", "bank.apk")])
        await until(pilot, lambda: len(screen.chosen) == 2)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: screen.run_of_files and screen.run_of_files.ended)
        assert "notes.txt is no binary. Add an APK." in shown(screen)
        assert "Incomplete" in shown(screen)
        assert "1 added, 1 not taken" in str(screen.query_one("#add").border_title)


async def test_leaving_lets_it_go_on_and_the_key_comes_back_to_it(full, opened, builds):
    gate = full.hold_answers("/v1/versions")
    async with opened(full) as pilot:
        screen = await add_screen(pilot)
        screen.query_one(PathPicker).drop([str(builds / "bank.apk")])
        await until(pilot, lambda: len(screen.chosen) == 1)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: full.asked("POST", "/v1/versions"))
        half = IngestProgress(
            file_name="bank.apk", source=f"add:{builds / 'bank.apk'}",
            progress=Progress(stage="copy", done=50, total=100, unit="bytes"),
        )  # fmt: skip
        full.send(FeedLine(ingest=half))
        await until(pilot, lambda: "50 %" in shown(screen))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is not screen)
        again = await _come_back(pilot)
        assert again.run_of_files is screen.run_of_files
        await pilot.press("escape")
        gate.set()
        await until(pilot, lambda: pilot.app.desk.adding is None)
        await settled(pilot)
        assert any(note.message == "1 added." for note in pilot.app._notifications)


async def _come_back(pilot) -> AddScreen:
    await pilot.press("A")
    await until(pilot, lambda: isinstance(pilot.app.screen, AddScreen))
    await pilot.pause()
    return pilot.app.screen


async def test_what_the_daemon_cannot_read_is_uploaded(full, opened, builds, monkeypatch):
    sent = []

    async def send(client, path, said, report):
        sent.append((path, said.profile))
        report(100, 100)
        return await client.versions.add(said)

    monkeypatch.setattr("shipway_client.sending.send_file", send)
    full.refusals = {"bank.apk": NotFound("The daemon sees no such file.")}
    async with opened(full) as pilot:
        screen = await add_screen(pilot)
        screen.query_one(PathPicker).drop([str(builds / "bank.apk")])
        await until(pilot, lambda: len(screen.chosen) == 1)
        screen.query_one("#profile", Input).value = "local/bank"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bool(sent))
        assert sent == [(builds / "bank.apk", "local/bank")]


async def test_a_read_only_desk_adds_nothing(full, opened, builds):
    async with opened(full, read_only=True) as pilot:
        place = pilot.app.screen
        await pilot.press("A")
        await settled(pilot)
        pilot.app.post_message(events.Paste(str(builds / "bank.apk")))
        await settled(pilot)
        assert pilot.app.screen is place


TOLD = {
    "path": "x", "platform": "android", "format": "apk", "identifier": "org.example.bank",
    "version": None, "size": 100, "signing": {"state": "unverified"},
    "findings": [{"severity": "warning", "rule": "debuggable", "sentence": "It is debuggable.",
                  "remedy": "Build a release."}],
}  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
async def test_a_file_is_inspected_without_taking_it_in(full, opened, builds, monkeypatch, size):
    asked = []

    async def run(locations, *arguments, seconds):
        asked.append(arguments)
        return 0, json.dumps(TOLD).encode()

    monkeypatch.setattr(inspect_module, "run_shipwayd", run)
    async with opened(full, size) as pilot:
        await pilot.press("I")
        await until(pilot, lambda: isinstance(pilot.app.screen, InspectPrompt))
        pilot.app.screen.query_one(PathPicker).drop([str(builds / "bank.apk")])
        await until(pilot, lambda: isinstance(pilot.app.screen, InspectScreen))
        await settled(pilot)
        screen = pilot.app.screen
        text = screen.query_one("#detail-text").text
        assert str(screen.query_one("#text-pane").border_title) == "Inspect › bank.apk"
        assert asked == [("inspect", "--json", "--", str(builds / "bank.apk"))]
        assert "org.example.bank" in text
        assert "not read" in text
        assert "Build a release." in text
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, AddScreen))
        await until(pilot, lambda: names(pilot.app.screen) == ["bank.apk"])
        assert pilot.app.screen.chosen == [Chosen(builds / "bank.apk", 100)]
