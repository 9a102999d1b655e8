"""A backup of the home: a question for the place, then how far it is and what it came to."""

from pathlib import Path

import msgspec
from shipway_client.errors import ShipwayError
from textual import work
from textual.content import Content
from textual.screen import Screen

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.programs import ask_shipwayd
from shipway_tui.tui.screens.program_place import PathPrompt, ProgramPlace
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from shipway_tui.tui.widgets.detail import fact, lines, toned
from shipway_tui.tui.widgets.path_picker import PathPicker, Takes
from shipway_tui.tui.words import Tone, Word, size_text

DEADLINE_SECONDS = 24 * 3600.0
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


class BackupPrompt(PathPrompt):
    """Asks for a folder of backups; it may have to be made."""

    QUESTION = "Back the home up into which folder?"

    def picker(self) -> PathPicker:
        """Begin at one's own folder."""
        return PathPicker("~/", takes=Takes.DESTINATION)

    def screen_of(self, path: Path) -> Screen[None]:
        """Make the backup there."""
        return BackupScreen(self.desk, path)


class BackupScreen(ProgramPlace):
    """Runs `shipwayd backup`, as the command does, beside the daemon."""

    HEADING = "Backup"

    def __init__(self, desk: Desk, target: Path) -> None:
        super().__init__(desk)
        self._target = target
        self.report: BackupReport | None = None

    def title_text(self) -> str:
        """Say where it goes."""
        return f"{self.HEADING} › {self._target}"

    def on_mount(self) -> None:
        """Begin at once."""
        self._back_up()

    @work(exclusive=True, group="backup")
    async def _back_up(self) -> None:
        self.begin()
        self.detail.show(Content("The daemon works on meanwhile."))
        try:
            self.report = await ask_shipwayd(
                self.desk.client.locations, BackupReport,
                "backup", "--json", "--progress", "--", str(self._target),
                seconds=DEADLINE_SECONDS, progressed=self.progressed,
            )  # fmt: skip
        except ShipwayError as error:
            self.stand("not backed up")
            self.detail.show(lines([Content(error.message), Content(error.hint)]))
        else:
            self.stand("done")
            self.detail.show(report_text(self.report))
        finally:
            self.end()

    def action_back(self) -> None:
        """Go back; a backup that is being made is given up only after a confirmation."""
        if self.at_work:
            self._give_up()
        else:
            super().action_back()

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
