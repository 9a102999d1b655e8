"""What a file is, without taking it in: a question for the file, then the answer."""

from pathlib import Path
from typing import Any, ClassVar

import msgspec
from shipway_client.errors import Failed, Refused, ShipwayError
from shipway_plugins.words import Finding
from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.programs import run_shipwayd
from shipway_tui.tui.screens.place import READ_ONLY_TEXT
from shipway_tui.tui.screens.program_place import PathPrompt, ProgramPlace
from shipway_tui.tui.widgets.detail import fact, finding_lines, heading, lines
from shipway_tui.tui.widgets.path_picker import PathPicker
from shipway_tui.tui.widgets.status_line import short_path
from shipway_tui.tui.words import size_text

#: A file of many gigabytes is read whole for its digest.
DEADLINE_SECONDS = 600.0
_NOT_READ = "not read"


class InspectPrompt(PathPrompt):
    """Asks for a file."""

    QUESTION = "Inspect which file?"

    def picker(self) -> PathPicker:
        """Begin where one is."""
        return PathPicker(f"{short_path(Path.cwd())}/")

    def screen_of(self, path: Path) -> Screen[None]:
        """Say what the file is."""
        return InspectScreen(self.desk, path)


class InspectScreen(ProgramPlace):
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

    def title_text(self) -> str:
        """Name the file."""
        return f"{self.HEADING} › {self._path.name}"

    def on_mount(self) -> None:
        """Ask at once."""
        self._inspect()

    def why_not(self, action: str) -> str:
        """There must be an identifier to copy."""
        if action == "copy" and not self.told.get("identifier"):
            return "No identifier was read."
        if action == "add" and self.desk.read_only:
            return READ_ONLY_TEXT
        return super().why_not(action)

    @work(exclusive=True, group="inspect")
    async def _inspect(self) -> None:
        self.begin()
        try:
            self.told = await self._ask()
        except ShipwayError as error:
            self.stand("not taken for a binary" if isinstance(error, Refused) else "failed")
            self.detail.show(lines([heading(str(self._path)), Content(""),
                                    Content(error.message), Content(error.hint)]))  # fmt: skip
        else:
            self.stand("nothing was taken in")
            self.detail.show(told_text(self._path, self.told))
        finally:
            self.end()
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
