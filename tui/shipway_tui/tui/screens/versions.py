"""The versions of one profile: the list that opens each of them."""

from typing import ClassVar

from shipway_client.wire import Event, Page, Profile, Version
from textual.binding import Binding, BindingType
from textual.content import Content

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.listing import ListScreen, newest_first
from shipway_tui.tui.screens.version_acts import VersionActs
from shipway_tui.tui.screens.version_text import (
    INFORMATION,
    OVERVIEW,
    fact_lines,
    remark_lines,
)
from shipway_tui.tui.widgets.detail import lines
from shipway_tui.tui.widgets.table import Cells, Column, Row
from shipway_tui.tui.words import (
    VERSION_STATES,
    age_text,
    candidate_word,
    findings_word,
    numbers,
    plain,
    size_text,
)


class VersionsScreen(VersionActs, ListScreen[Version]):
    """Versions, newest first."""

    NOUN = "version"
    FILTERED = True
    FILTER_HINT = "version, build, file, branch, commit or message"
    ON_ROW = frozenset(
        {"open", "candidate", "notes", "numbers", "reject", "delete", "save", "compare"}
        | {"copy_digest", "copy_address"}
    )
    COLUMNS = (
        Column("number", "No.", 6),
        Column("version", "Version (build)"),
        Column("state", "State", 12),
        Column("candidate", "Candidate", 11),
        Column("size", "Size", 8, wide=66),
        Column("findings", "Find.", 5, wide=60),
        Column("age", "Age", 6),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="version.open", tooltip="All that is known of it"),
        Binding("i", "information", "Binary", show=False, id="version.information",
                tooltip="All that was read from the binary"),
        Binding("y", "copy_address", "Copy", show=False, id="version.copy",
                tooltip="Copy the address"),
        Binding(
            "Y", "copy_digest", "Copy digest", show=False, id="version.copy_digest",
            tooltip="Copy the SHA-256",
        ),
        Binding("slash", "filter", "Filter", id="list.filter", tooltip="Filter the list"),
        Binding("r", "refresh", "Refresh", show=False, id="list.refresh", tooltip="Read afresh"),
        Binding("escape", "back", "Back", id="list.back", tooltip="Back to the profiles"),
    ]  # fmt: skip

    def __init__(self, desk: Desk, profile: Profile) -> None:
        super().__init__(desk)
        self._profile = profile

    def title_text(self) -> str:
        """Name the profile."""
        return f"Profiles › {plain(self._profile.address)}"

    async def read_page(self, after: str | None) -> Page[Version]:
        """Read this profile's versions, matching the filter."""
        return await self.desk.client.versions.list(
            profile=self._profile.address, query=self.filter_text or None, after=after
        )

    async def read_one(self, key: str) -> Version:
        """Read one version by its address."""
        return await self.desk.client.versions.show(key)

    def key_of(self, thing: Version) -> str:
        """A version's row is its address."""
        return thing.address

    def row_of(self, thing: Version) -> Row:
        """Write a version as a row."""
        cells: Cells = {
            "number": f"@{thing.number}",
            "version": numbers(thing.version, thing.build),
            "state": VERSION_STATES[thing.state],
            "candidate": candidate_word(thing),
            "size": size_text(thing.size),
            "findings": findings_word(thing.findings),
            "age": age_text(thing.created_at, self.desk.now()),
        }
        return Row(thing.address, newest_first(thing.number), cells)

    def describe(self, thing: Version) -> Content:
        """Write all fields, then what is to be said of it."""
        return lines([*fact_lines(thing), *remark_lines(thing)])

    def touched(self, event: Event) -> set[str]:
        """A new mark takes the old one's place as the current, so the profile's rows change."""
        if event.subject.partition("@")[0] != self._profile.address:
            return set()
        if not event.kind.startswith("version."):
            return set()
        current = {key for key, version in self.things.items() if version.current}
        return {event.subject} | (current if "candidate" in event.kind else set())

    async def empty_text(self) -> str:
        """Say how versions come in."""
        return "No version yet. Put a binary with this identifier into a watched folder."

    @property
    def acted_on(self) -> Version | None:
        """The selected version."""
        return self.selected

    def acted(self, address: str) -> None:
        """A new mark takes the old one's place as the current."""
        self.changed({address} | {key for key, one in self.things.items() if one.current})

    def action_open(self) -> None:
        """Show all that is known of the selected version."""
        self._open(OVERVIEW)

    def action_information(self) -> None:
        """Show what was read from the selected version's binary."""
        self._open(INFORMATION)

    def _open(self, tab: str) -> None:
        from shipway_tui.tui.screens.version import VersionScreen

        if version := self.selected:
            self.app.push_screen(VersionScreen(self.desk, version.address, tab))

    def action_publish(self) -> None:
        """Review a publish of this profile's app."""
        from shipway_tui.tui.screens.review import ReviewScreen

        version = self.selected.address if self.selected else None
        self.app.push_screen(ReviewScreen(self.desk, app=self._profile.app, version=version))

    def action_copy_address(self) -> None:
        """Copy the address of the selected version."""
        if version := self.selected:
            self.copy(version.address)

    def action_copy_digest(self) -> None:
        """Copy the digest of the selected version."""
        if version := self.selected:
            self.copy(version.sha256)
