"""The versions of one profile: the list that opens each of them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

import msgspec
from shipway_client.wire import Event, Page, Profile, Version
from textual.binding import Binding, BindingType
from textual.content import Content

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.next_steps import with_keys
from shipway_tui.tui.screens.list_keys import LIST_KEYS
from shipway_tui.tui.screens.listing import ListScreen, newest_first
from shipway_tui.tui.screens.many import do_each
from shipway_tui.tui.screens.version_acts import VersionActs
from shipway_tui.tui.screens.version_text import (
    INFORMATION,
    OVERVIEW,
    copy_texts,
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

if TYPE_CHECKING:
    from shipway_tui.tui.views import Where


class VersionsScreen(VersionActs, ListScreen[Version]):
    """Versions, newest first: of one profile, or of all (screens.all_versions)."""

    NOUN = "version"
    ASKED = "version"
    ON_ROW = VersionActs.ON_VERSION | {"open", "information"}
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("number", "No.", 6),
        Column("version", "Version (build)", sort="version"),
        Column("state", "State", 12),
        Column("candidate", "Candidate", 11),
        Column("size", "Size", 8, wide=66, sort="size"),
        Column("findings", "Find.", 5, wide=60),
        Column("age", "Age", 6, sort="created"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="version.open", tooltip="All that is known of it"),
        Binding("i", "information", "Binary", show=False, id="version.information",
                tooltip="All that was read from the binary"),
        *LIST_KEYS,
    ]  # fmt: skip

    def __init__(self, desk: Desk, profile: Profile | None) -> None:
        super().__init__(desk)
        self._profile = profile

    def title_text(self) -> str:
        """Name the profile."""
        return f"Profiles › {plain(self._profile.address) if self._profile else 'all versions'}"

    async def read_page(self, after: str | None) -> Page[Version]:
        """Read this profile's versions, matching the filter."""
        return await self.desk.client.versions.list(
            profile=self._profile.address if self._profile else None,
            query=self.filter_text or None,
            sort=self.sorted_by or None,
            after=after,
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
            "profile": thing.profile,
            "version": numbers(thing.version, thing.build),
            "state": VERSION_STATES[thing.state],
            "candidate": candidate_word(thing),
            "size": size_text(thing.size),
            "findings": findings_word(thing.findings),
            "age": age_text(thing.created_at, self.desk.now()),
        }
        return Row(thing.address, newest_first(thing.number if self._profile else thing.id), cells)

    def describe(self, thing: Version) -> Content:
        """Write all fields, then what is to be said of it."""
        return lines([*fact_lines(thing), *remark_lines(thing)])

    def touched(self, event: Event) -> set[str]:
        """A new mark takes the old one's place as the current, so the profile's rows change."""
        self._follow_rename(event)
        if self._profile and event.subject.partition("@")[0] != self._profile.address:
            return set()
        if not event.kind.startswith("version."):
            return set()
        current = {key for key, version in self.things.items() if version.current}
        return {event.subject} | (current if "candidate" in event.kind else set())

    def _follow_rename(self, event: Event) -> None:
        known = self._profile
        if known and event.kind == "profile.renamed" and event.subject == known.address:
            self._profile = msgspec.structs.replace(known, address=event.data["address"])
            self.show_title()
            self.load()

    def copies(self, thing: Version) -> dict[str, str | None]:
        """A version is named by its address."""
        return copy_texts(thing)

    def link_of(self, thing: Version) -> str | None:
        """The page of the run that built it."""
        return thing.facts.run_url

    @property
    def place(self) -> "tuple[Where, str]":
        """A view of one profile's versions is one of all, narrowed to it."""
        return "versions", f"profile:{self._profile.address}" if self._profile else ""

    async def empty_text(self) -> str:
        """Say how versions come in."""
        return with_keys(
            self.table,
            "No version yet. Put a binary with this identifier into a watched folder, or press "
            "{app.add} to add one.",
        )

    @property
    def acted_on(self) -> Version | None:
        """The selected version."""
        return self.selected

    @property
    def meant(self) -> list[Version]:
        """What is marked, else the selected version."""
        return sorted(self.chosen, key=lambda version: version.number)

    async def each(
        self, versions: Sequence[Version], doing: str, do: Callable[[Version], Awaitable[object]]
    ) -> bool:
        """One that is refused does not stop the others."""
        return await do_each(self, versions, doing, do)

    def acted(self, address: str) -> None:
        """A new mark takes the old one's place as the current."""
        self.changed({address} | {key for key, one in self.things.items() if one.current})

    def compared(self) -> tuple[str, str | None] | None:
        """Two that are marked with each other, else the selected one with the one before."""
        if len(self.marked) == 2:
            one, other = self.marked
            return one, other
        return super().compared()

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
        """Review a publish of the selected version's app."""
        from shipway_tui.tui.screens.review import ReviewScreen

        if self._profile is None:
            super().action_publish()
            return
        version = self.selected.address if self.selected else None
        self.app.push_screen(ReviewScreen(self.desk, app=self._profile.app, version=version))
