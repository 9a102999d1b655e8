"""The versions of one profile: mark a candidate, edit notes, publish."""

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from shipway_client.wire import ChangeVersion, Event, Page, Profile, Version
from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.build_text import build_lines
from shipway_tui.tui.screens.list_keys import LIST_KEYS
from shipway_tui.tui.screens.listing import ListScreen, newest_first
from shipway_tui.tui.screens.many import do_each
from shipway_tui.tui.widgets.detail import fact, finding_lines, heading, lines, muted
from shipway_tui.tui.widgets.table import Cells, Column, Row
from shipway_tui.tui.words import (
    VERSION_STATES,
    age_text,
    candidate_word,
    clock_text,
    findings_word,
    numbers,
    plain,
    size_text,
)

if TYPE_CHECKING:
    from shipway_tui.tui.undo import Back


class VersionsScreen(ListScreen[Version]):
    """Versions, newest first."""

    NOUN = "version"
    ASKED = "version"
    ACTING = frozenset({"candidate", "publish", "notes"})
    ON_ROW = frozenset({"candidate", "notes"})
    COLUMNS = (
        Column("number", "No.", 6),
        Column("version", "Version (build)", sort="version"),
        Column("state", "State", 12),
        Column("candidate", "Candidate", 11),
        Column("size", "Size", 8, wide=66, sort="size"),
        Column("findings", "Find.", 5, wide=60),
        Column("age", "Age", 6, sort="created"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "candidate", "Candidate", id="version.candidate", tooltip="Mark, or unmark"),
        Binding("p", "publish", "Publish", id="version.publish", tooltip="Publish this app"),
        Binding("n", "notes", "Notes", id="version.notes", tooltip="Edit the notes"),
        *LIST_KEYS,
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
            profile=self._profile.address,
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
        return lines([*_facts(thing), *_remarks(thing)])

    def touched(self, event: Event) -> set[str]:
        """A new mark takes the old one's place as the current, so the profile's rows change."""
        if event.subject.partition("@")[0] != self._profile.address:
            return set()
        if not event.kind.startswith("version."):
            return set()
        current = {key for key, version in self.things.items() if version.current}
        return {event.subject} | (current if "candidate" in event.kind else set())

    def copies(self, thing: Version) -> dict[str, str | None]:
        """A version is named by its address."""
        return {
            "address": thing.address,
            "identifier": thing.identifier,
            "sha256": thing.sha256,
            "version": thing.version,
            "build": thing.build,
            "commit": thing.facts.commit,
            "file": thing.file_name,
        }

    def link_of(self, thing: Version) -> str | None:
        """The page of the run that built it."""
        return thing.facts.run_url

    async def empty_text(self) -> str:
        """Say how versions come in."""
        return "No version yet. Put a binary with this identifier into a watched folder."

    @work(group="mark")
    async def action_candidate(self) -> None:
        """Mark what is chosen as candidates, or take the marks away where all have one."""
        chosen = sorted(self.chosen, key=lambda version: version.number)
        versions = self.desk.client.versions
        off = all(version.candidate for version in chosen)
        change, back = versions.mark_candidate, versions.unmark_candidate
        if off:
            change, back = back, change
        word = "Taking the mark from" if off else "Marking"
        backs: list[Back] = []

        async def mark(version: Version) -> None:
            if version.candidate is off:
                await change(version.address)
                backs.append(partial(back, version.address))

        await do_each(self, chosen, word, mark)
        what = "no candidate any more" if off else "candidate"
        self.desk.undo.push_all(f"{self.what_text(chosen)}: {what}", backs)
        self.changed({key for key, version in self.things.items() if version.current})

    def action_notes(self) -> None:
        """Edit the notes of the selected version."""
        from shipway_tui.tui.screens.prompts import NotesPrompt

        version = self.selected
        if version is None:
            return
        address = version.address

        def save(text: str | None) -> None:
            if text is not None:
                self._save_notes(address, text, version.notes)

        self.app.push_screen(NotesPrompt(f"Notes of {address}", version.notes), save)

    @work(group="notes")
    async def _save_notes(self, address: str, text: str, before: str) -> None:
        change = partial(self.desk.client.versions.change, address)
        if await self.ask(change(ChangeVersion(notes=text))) is not None:
            self.desk.undo.push(f"notes of {address}", partial(change, ChangeVersion(notes=before)))
            self.changed({address})

    def action_publish(self) -> None:
        """Review a publish of this profile's app."""
        from shipway_tui.tui.screens.review import ReviewScreen

        version = self.selected.address if self.selected else None
        self.app.push_screen(ReviewScreen(self.desk, app=self._profile.app, version=version))


def _facts(version: Version) -> list[Content]:
    return [
        heading(version.address),
        fact("version", numbers(version.version, version.build)),
        fact("state", VERSION_STATES[version.state]),
        *([fact("rejected", version.rejected)] if version.rejected else []),
        fact("candidate", candidate_word(version)),
        fact("identifier", version.identifier),
        fact("name", version.name),
        fact("channel", version.channel),
        fact("file", f"{version.file_name} ({version.format}, {size_text(version.size)})"),
        *build_lines(version.facts),
        fact("minimum OS", version.min_os),
        fact("target OS", version.target_os),
        fact("sha256", version.sha256),
        fact("came", clock_text(version.created_at)),
    ]


def _remarks(version: Version) -> list[Content]:
    notes = Content(plain(version.notes, lines=True)) if version.notes else muted("No notes.")
    parts = [Content(""), heading("Notes"), notes]
    if version.findings:
        parts += [Content(""), heading("Findings"), *finding_lines(version.findings)]
    return parts
