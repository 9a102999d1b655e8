"""The second step: the first version as it comes in, and its mark as candidate."""

from shipway_client.errors import ShipwayError
from shipway_client.wire import Event, IngestProgress, Version, VersionState, WaitingFile
from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.guide.step import Step, Way
from shipway_tui.tui.screens.folder_text import FOLDER_STATES, path_text
from shipway_tui.tui.widgets.detail import fact, finding_lines, heading, lines, muted, toned
from shipway_tui.tui.widgets.hanging import HangingText
from shipway_tui.tui.words import VERSION_STATES, numbers, plain, size_text

#: Which files wait, and for what, is no event.
LOOK_SECONDS = 1.0
_SHOWN = 5
WAITING = (
    "Waiting for the first binary. Start a build, or put a finished file there: it comes up here a "
    "few seconds after its last byte. Files that are no binaries are passed over."
)
CANNOT = (
    "A first binary came, and it cannot be published as it is. The next one that can be takes its "
    "place here."
)
CANDIDATE = (
    "That is your first version. Marked as release candidate, it is the one that may be published "
    "next. Nothing leaves this machine yet."
)


class VersionStep(Step):
    """Shows what waits and what was refused until a version is there that can be published."""

    NAME = "First version"

    def __init__(self, desk: Desk, way: Way) -> None:
        super().__init__(desk, way)
        self._waiting: list[WaitingFile] = []
        self._refused: list[Event] = []
        self._coming: IngestProgress | None = None

    def compose(self) -> ComposeResult:
        """What this step is for, and what is found."""
        yield Static(WAITING, classes="told", markup=False)
        with VerticalScroll(can_focus=False):
            yield HangingText(id="found")

    def on_mount(self) -> None:
        """Look at once, and as long as nothing came."""
        self.desk.ingesting.subscribe(self, self._ingesting)
        self.set_interval(LOOK_SECONDS, self._look_again)
        self._look()

    @property
    def do(self) -> str:
        """Mark the version, or go on where it bears the mark."""
        version = self.way.version
        return "Go on" if version and version.candidate else "Mark as candidate"

    @property
    def why_not(self) -> str:
        """A version has to be there that may be published."""
        version = self.way.version
        if version is None:
            return "No version yet."
        if version.state is not VersionState.READY:
            return f"This version is {version.state}: it cannot be published."
        return ""

    def hear(self, events: tuple[Event, ...]) -> None:
        """A version may have come."""
        if any(event.kind.partition(".")[0] in {"version", "file"} for event in events):
            self._look()

    def _ingesting(self, told: IngestProgress) -> None:
        self._coming = told
        self._show()

    def _look_again(self) -> None:
        if self.why_not and self.desk.connected:
            self._look()

    @work(exclusive=True, group="form")
    async def _look(self) -> None:
        """Read what came, what waits, and what was not taken."""
        client, folder = self.desk.client, self.way.folder
        try:
            self.way.version = await self._first()
            if folder is not None and self.way.version is None:
                self.way.folder = await client.folders.show(folder.id)
                self._waiting = (await client.folders.waiting(folder.id))[:_SHOWN]
                refused = await client.history.events(kind="file.refused", limit=_SHOWN)
                self._refused = refused.items
        except ShipwayError as error:
            self.fail(error)
            return
        self._show()
        self.tell()

    async def _first(self) -> Version | None:
        """The version that was added, else the newest that can be published, else the newest."""
        versions = self.desk.client.versions
        if self.way.version is not None and self.way.version.state is VersionState.READY:
            return await versions.show(self.way.version.address)
        found = (await versions.list(limit=50)).items
        ready = [version for version in found if version.state is VersionState.READY]
        return next(iter(ready or found), None)

    def _show(self) -> None:
        version = self.way.version
        parts = self._standing() if version is None else _version_lines(version)
        self.query_one(".told", Static).update(_introduction(version))
        self.query_one("#found", HangingText).update(lines(parts))

    def _standing(self) -> list[Content]:
        parts: list[Content] = []
        if folder := self.way.folder:
            state = Content.assemble(
                toned(FOLDER_STATES[folder.state]), f"  {plain(folder.reason)}"
            )
            parts += [fact("folder", path_text(folder.path)), fact("state", state)]
            if folder.unmatched:
                parts.append(fact("held", f"{folder.unmatched}: no profile has their identifier"))
        if (coming := self._coming) and coming.progress.total > coming.progress.done:
            share = 100 * coming.progress.done // coming.progress.total
            parts.append(fact("coming in", f"{share} % of {plain(coming.file_name)}"))
        for file in self._waiting:
            parts += [fact("waits", path_text(file.path)), muted(f"            {file.why}")]
        for event in self._refused:
            parts += [fact("not taken", plain(event.subject))]
            parts += [muted(f"            {event.data.get('reason', '')}")]
        return parts

    def act(self) -> object:
        """Mark it, then go on."""
        version = self.way.version
        if version is not None and version.candidate:
            return self.post_message(self.Ended())
        return self._mark(version) if version else None

    @work(exclusive=True, group="form")
    async def _mark(self, version: Version) -> None:
        try:
            self.way.version = await self.desk.client.versions.mark_candidate(version.address)
        except ShipwayError as error:
            self.fail(error)
            return
        self.post_message(self.Ended())


def _introduction(version: Version | None) -> str:
    if version is None:
        return WAITING
    return CANDIDATE if version.state is VersionState.READY else CANNOT


def _version_lines(version: Version) -> list[Content]:
    parts = [
        heading(version.address),
        fact("state", VERSION_STATES[version.state]),
        fact("version", numbers(version.version, version.build)),
        fact("identifier", version.identifier),
        fact("name", version.name),
        fact("channel", version.channel),
        fact("file", f"{plain(version.file_name)} ({version.format}, {size_text(version.size)})"),
    ]
    if version.findings:
        parts += [Content(""), *finding_lines(version.findings)]
    return parts
