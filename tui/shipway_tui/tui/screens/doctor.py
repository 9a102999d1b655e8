"""The doctor: what is wrong with the home, and what to do about it."""

from typing import ClassVar

import msgspec
from shipway_client.errors import ShipwayError
from shipway_plugins.words import Finding, Severity
from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.programs import ask_shipwayd
from shipway_tui.tui.screens.program_place import ProgramPlace
from shipway_tui.tui.widgets.detail import finding_lines, heading, lines, muted, toned
from shipway_tui.tui.words import SEVERITIES, Tone, Word

#: How long the checks may take, and how long all blobs may take to be read.
LOOK_SECONDS, SCRUB_SECONDS = 300.0, 24 * 3600.0
_WELL = Word("✔", "ok", Tone.GOOD)
_ORDER = (Severity.INFO, Severity.WARNING, Severity.ERROR)


class Checked(msgspec.Struct, frozen=True):
    """What one check found, as `shipwayd doctor --json` tells it."""

    name: str
    summary: str
    findings: list[Finding] = []


class Report(msgspec.Struct, frozen=True):
    """All that the doctor found."""

    home: str
    version: str
    ok: bool
    scrubbed: bool
    checks: list[Checked]


class DoctorScreen(ProgramPlace):
    """Looks as soon as it is opened; works without a daemon, and changes nothing."""

    HEADING = "Doctor"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "look", "Look again", id="doctor.look", tooltip="Look for what is wrong"),
        Binding("s", "scrub", "Scrub", id="doctor.scrub", tooltip="Also read and hash every blob"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.report: Report | None = None

    def on_mount(self) -> None:
        """Look at once."""
        self.action_look()

    def why_not(self, action: str) -> str:
        """Only one look at a time."""
        if action in {"look", "scrub"} and self.at_work:
            return "It is looking already."
        return super().why_not(action)

    def action_look(self) -> None:
        """Look for what is wrong."""
        self._examine(LOOK_SECONDS)

    def action_scrub(self) -> None:
        """Read and hash every blob as well."""
        self._examine(SCRUB_SECONDS, "--scrub", "--progress")

    @work(exclusive=True, group="examine")
    async def _examine(self, seconds: float, *switches: str) -> None:
        self.begin()
        self.refresh_keys()
        if self.report is None:
            self.detail.show(Content("Looking at the home."))
        try:
            self.report = await ask_shipwayd(
                self.desk.client.locations, Report, "doctor", "--json", *switches,
                seconds=seconds, progressed=self.progressed,
            )  # fmt: skip
        except ShipwayError as error:
            self.stand("not finished")
            self.complain(error)
        else:
            self.detail.show(report_text(self.report))
            self.stand(verdict(self.report))
        finally:
            self.end()
        self.refresh_keys()


def report_text(report: Report) -> Content:
    """Write each check with its summary, and beneath it its findings with their remedies."""
    parts = [muted(f"Shipway {report.version}, home {report.home}")]
    for checked in report.checks:
        worst = max((f.severity for f in checked.findings), key=_ORDER.index, default=None)
        word = SEVERITIES[worst] if worst else _WELL
        parts += [Content(""), Content.assemble(heading(checked.name), "  ", toned(word))]
        parts += [Content(f"  {checked.summary}"), *finding_lines(checked.findings)]
    return lines(parts)


def verdict(report: Report) -> str:
    """Say in a few words how the home is."""
    told = [finding.severity for checked in report.checks for finding in checked.findings]
    errors, warnings = told.count(Severity.ERROR), told.count(Severity.WARNING)
    well = "every blob is read" if report.scrubbed else "all is well"
    return f"errors {errors}, warnings {warnings}" if errors or warnings else well
