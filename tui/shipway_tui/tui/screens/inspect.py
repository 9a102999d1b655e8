"""What a file is, without taking it in: a question for the file, then the answer."""

from pathlib import Path
from typing import Any, ClassVar

import msgspec
from shipway_client.errors import Failed, Refused, ShipwayError
from shipway_plugins.words import Finding
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from shipway_tui.tui.desk import Connection, Desk
from shipway_tui.tui.programs import run_shipwayd
from shipway_tui.tui.screens.place import READ_ONLY_TEXT
from shipway_tui.tui.screens.prompts import ESCAPE
from shipway_tui.tui.screens.text_place import TextPlace
from shipway_tui.tui.widgets.detail import fact, finding_lines, heading, lines
from shipway_tui.tui.widgets.path_picker import PathPicker
from shipway_tui.tui.widgets.status_line import short_path
from shipway_tui.tui.words import size_text

#: A file of many gigabytes is read whole for its digest.
DEADLINE_SECONDS = 600.0
_NOT_READ = "not read"


class InspectPrompt(ModalScreen[None]):
    """Asks for a file; what it is comes on a screen of its own."""

    BINDINGS: ClassVar[list[BindingType]] = ESCAPE

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def compose(self) -> ComposeResult:
        """The question and the picker."""
        with Vertical(classes="prompt"):
            yield Static("Inspect which file?", classes="question")
            yield PathPicker(f"{short_path(Path.cwd())}/")

    def on_mount(self) -> None:
        """Typing is what one came for."""
        self.query_one(PathPicker).line.focus()

    @on(PathPicker.Taken)
    def _taken(self, message: PathPicker.Taken) -> None:
        self.dismiss(None)
        self.app.push_screen(InspectScreen(self._desk, message.path))

    def action_cancel(self) -> None:
        """Inspect nothing."""
        self.dismiss(None)


class InspectScreen(TextPlace):
    """Asks `shipwayd inspect`, as the command does; needs no daemon."""

    HEADING = "Inspect"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "Add it", id="inspect.add", tooltip="Take this file in"),
        Binding("y", "copy", "Copy", id="inspect.copy", tooltip="Copy the identifier"),
    ]

    def __init__(self, desk: Desk, path: Path) -> None:
        super().__init__(desk)
        self._path = path
        self.told: dict[str, Any] = {}

    def on_mount(self) -> None:
        """Ask at once."""
        self.query_one("#text-pane").border_title = Content(f"Inspect › {self._path.name}")
        self._inspect()

    def _linked(self, connection: Connection) -> None:
        """What is shown is not the daemon's word, so that it never fades."""
        del connection

    def why_not(self, action: str) -> str:
        """There must be an identifier to copy."""
        if action == "copy" and not self.told.get("identifier"):
            return "No identifier was read."
        if action == "add" and self.desk.read_only:
            return READ_ONLY_TEXT
        return super().why_not(action)

    @work(exclusive=True, group="inspect")
    async def _inspect(self) -> None:
        self.stand("reading")
        try:
            self.told = await self._ask()
        except ShipwayError as error:
            self.stand("not taken for a binary" if isinstance(error, Refused) else "failed")
            self.detail.show(lines([heading(str(self._path)), Content(""),
                                    Content(error.message), Content(error.hint)]))  # fmt: skip
        else:
            self.stand("nothing was taken in")
            self.detail.show(told_text(self._path, self.told))
        self.refresh_keys()

    async def _ask(self) -> dict[str, Any]:
        _, written = await run_shipwayd(
            self.desk.client.locations, "inspect", "--json", "--", str(self._path),
            seconds=DEADLINE_SECONDS,
        )  # fmt: skip
        try:
            told: dict[str, Any] = msgspec.json.decode(written, type=dict[str, Any])
        except msgspec.MsgspecError as error:
            raise Failed(f"The inspection said what cannot be read: {error}") from error
        if refused := told.get("error"):
            raise Refused(str(refused.get("message", "")), str(refused.get("hint", "")))
        return told

    def action_add(self) -> None:
        """Open `Add files` with this one."""
        from shipway_tui.tui.screens.add_files import AddScreen

        self.app.push_screen(AddScreen(self.desk, [self._path]))

    def action_copy(self) -> None:
        """Copy the identifier."""
        if identifier := self.told.get("identifier"):
            self.copy(str(identifier))


def told_text(path: Path, told: dict[str, Any]) -> Content:
    """Write all that was read, the groups under their names, then the findings."""
    parts = [heading(str(path))]
    groups = []
    for name, value in told.items():
        if name in {"path", "findings"}:
            continue
        if isinstance(value, dict):
            groups += [Content(""), heading(_label(name))]
            groups += [fact(_label(key), _value(key, held)) for key, held in value.items()]
        else:
            parts.append(fact(_label(name), _value(name, value)))
    findings = msgspec.convert(told.get("findings", []), type=list[Finding])
    if findings:
        groups += [Content(""), heading("Findings"), *finding_lines(findings)]
    return lines([*parts, *groups])


def _label(name: str) -> str:
    return name.replace("_", " ").replace(" os", " OS")


def _value(name: str, value: Any) -> str:
    if value is None:
        return _NOT_READ
    if name == "size" and isinstance(value, int):
        return f"{size_text(value)} ({value:,} bytes)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or "none"
    return str(value)
