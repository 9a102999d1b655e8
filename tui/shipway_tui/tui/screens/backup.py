"""A backup of the home: a question for the place, then how far it is and what it came to."""

from pathlib import Path
from time import monotonic
from typing import ClassVar

import msgspec
from shipway_client.errors import ShipwayError
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from shipway_tui.tui.desk import Connection, Desk
from shipway_tui.tui.programs import ask_shipwayd
from shipway_tui.tui.screens.prompts import ESCAPE, ConfirmPrompt
from shipway_tui.tui.screens.text_place import TextPlace
from shipway_tui.tui.widgets.detail import fact, lines, toned
from shipway_tui.tui.widgets.path_picker import PathPicker, Takes
from shipway_tui.tui.words import Tone, Word, bar_text, size_text

DEADLINE_SECONDS = 24 * 3600.0
_TICK_SECONDS = 1.0
_BAR_CELLS = 20
_DONE = Word("✔", "Backed up", Tone.GOOD)
_LOST = Word("✘", "Backed up, but for bytes that the home itself has lost", Tone.BAD)


class Manifest(msgspec.Struct, frozen=True):
    """What a backup holds, as `shipwayd backup --json` tells it."""

    profiles: int
    versions: int
    blobs: int
    files: int
    size: int
    lost: list[str] = []


class BackupReport(msgspec.Struct, frozen=True):
    """What a backup came to: where it lies, what is in it, and how much was copied for it."""

    backup: str
    manifest: Manifest
    copied: int
    copied_size: int


class BackupPrompt(ModalScreen[None]):
    """Asks for a folder of backups; it may have to be made."""

    BINDINGS: ClassVar[list[BindingType]] = ESCAPE

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def compose(self) -> ComposeResult:
        """The question and the picker."""
        with Vertical(classes="prompt"):
            yield Static("Back the home up into which folder?", classes="question")
            yield PathPicker("~/", takes=Takes.DESTINATION)

    def on_mount(self) -> None:
        """Typing is what one came for."""
        self.query_one(PathPicker).line.focus()

    @on(PathPicker.Taken)
    def _taken(self, message: PathPicker.Taken) -> None:
        self.dismiss(None)
        self.app.push_screen(BackupScreen(self._desk, message.path))

    def action_cancel(self) -> None:
        """Back nothing up."""
        self.dismiss(None)


class BackupScreen(TextPlace):
    """Runs `shipwayd backup`, as the command does, beside the daemon."""

    HEADING = "Backup"

    def __init__(self, desk: Desk, target: Path) -> None:
        super().__init__(desk)
        self._target = target
        self._began: float | None = None
        self._copied: tuple[int, int] | None = None
        self.report: BackupReport | None = None

    def on_mount(self) -> None:
        """Begin at once."""
        self.query_one("#text-pane").border_title = Content(f"Backup › {self._target}")
        self.set_interval(_TICK_SECONDS, self._tell_time)
        self._back_up()

    def _linked(self, connection: Connection) -> None:
        """What is shown is not the daemon's word, so that it never fades."""
        del connection

    @work(exclusive=True, group="backup")
    async def _back_up(self) -> None:
        self._began = monotonic()
        self._tell_time()
        self.detail.show(Content("The daemon works on meanwhile."))
        try:
            self.report = await ask_shipwayd(
                self.desk.client.locations, BackupReport,
                "backup", "--json", "--progress", "--", str(self._target),
                seconds=DEADLINE_SECONDS, progressed=self._copy_so_far,
            )  # fmt: skip
        except ShipwayError as error:
            self.stand("not backed up")
            self.detail.show(lines([Content(error.message), Content(error.hint)]))
        else:
            self.stand("done")
            self.detail.show(report_text(self.report))
        finally:
            self._began = None

    def _copy_so_far(self, done: int, total: int) -> None:
        self._copied = done, total

    def _tell_time(self) -> None:
        if self._began is None:
            return
        told = f"{monotonic() - self._began:.0f} s"
        if self._copied is not None:
            done, total = self._copied
            share = f"{bar_text(done, total, _BAR_CELLS)} {100 * done // total} %"
            told = f"{share} of {size_text(total)}, {told}"
        self.stand(told)

    def action_back(self) -> None:
        """Go back; a backup that is being made is given up only after a confirmation."""
        if self._began is None:
            super().action_back()
        else:
            self._give_up()

    @work(exclusive=True, group="leave")
    async def _give_up(self) -> None:
        question = "Give the backup up? What was copied so far is no backup."
        if await self.app.push_screen_wait(ConfirmPrompt(question, "Give it up")):
            self.app.pop_screen()


def report_text(report: BackupReport) -> Content:
    """Write where the backup lies and what is in it."""
    held = report.manifest
    parts = [
        toned(_LOST if held.lost else _DONE),
        fact("folder", report.backup),
        fact("holds", f"{held.profiles} profiles, {held.versions} versions, {held.blobs} blobs"),
        fact("size", f"{size_text(held.size)}, of which {size_text(report.copied_size)} are new"),
    ]
    if held.lost:
        parts.append(fact("lost", f"{len(held.lost)}: the doctor's scrub names them"))
    return lines(parts)
