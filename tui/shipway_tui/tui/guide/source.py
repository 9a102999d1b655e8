"""The first step: a folder to watch, or a single file to begin with."""

from pathlib import Path

from shipway_client.errors import ShipwayError
from shipway_client.wire import AddFile, AddFolder, Preset
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Label, Select, Static

from shipway_tui.tui.guide.step import Step
from shipway_tui.tui.widgets.path_picker import PathPicker, Takes

INTRODUCTION = (
    "Where do your builds come out? Choose the folder: every finished binary in it, and in the "
    "folders below it, becomes a version. Or choose one APK, IPA, AAB, PKG, MSIX ... to begin with."
)
_PRESETS = {
    Preset.ANDROID: "Android: Gradle's outputs, not its intermediates",
    Preset.XCODE: "Xcode: archives and exports",
    Preset.DOTNET: "dotnet: packages",
}


class SourceStep(Step):
    """Watches the folder that is chosen, or takes in the file that is."""

    NAME = "Your builds"

    def compose(self) -> ComposeResult:
        """What is asked, the picker, the build tool."""
        yield Static(INTRODUCTION, classes="told", markup=False)
        yield PathPicker(takes=Takes.BOTH)  # nothing is typed yet: enter alone watches nothing
        with Horizontal(classes="choice"):
            yield Label("Build tool")
            options = [(text, preset.value) for preset, text in _PRESETS.items()]
            yield Select(options, prompt="any: every finished binary", id="preset", compact=True)

    def on_mount(self) -> None:
        """Typing is what one came for."""
        self.query_one(PathPicker).line.focus()

    @property
    def do(self) -> str:
        """What is chosen is a folder, or a file."""
        return "Go on"

    def act(self) -> None:
        """Take what is typed."""
        self.query_one(PathPicker).take()

    @on(PathPicker.Edited)
    def _edited(self) -> None:
        if self.problem:
            self.tell()

    @on(PathPicker.Taken)
    def _taken(self, message: PathPicker.Taken) -> None:
        message.stop()
        if message.size is None:
            self._watch(message.path)
        else:
            self._add(message.path)

    @work(exclusive=True, group="form")
    async def _watch(self, path: Path) -> None:
        chosen = self.query_one("#preset", Select).value
        preset = Preset(chosen) if isinstance(chosen, str) else None
        self.tell("Asking the daemon to watch it.")
        try:
            folders = self.desk.client.folders
            self.way.folder = await folders.add(AddFolder(path=str(path), preset=preset))
        except ShipwayError as error:
            self.fail(error)
            return
        self.post_message(self.Ended())

    @work(exclusive=True, group="form")
    async def _add(self, path: Path) -> None:
        from shipway_client.sending import bring_in

        self.tell(f"Taking in {path.name}.")
        try:
            request = AddFile(path=str(path))
            ingested = await bring_in(self.desk.client, request, self._sent)
        except (ShipwayError, OSError) as error:
            self.tell(str(error) if isinstance(error, OSError) else
                      f"{error.message} {error.hint}".strip())  # fmt: skip
            return
        self.way.version = ingested.version
        self.post_message(self.Ended())

    def _sent(self, done: int, total: int) -> None:
        self.tell(f"Sending it: {100 * done // total} %." if total else "Sending it.")
