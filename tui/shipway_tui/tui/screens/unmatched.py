"""The inbox: binaries that are held because no profile has their identifier."""

from contextlib import suppress
from pathlib import PurePath
from typing import ClassVar

from shipway_client.errors import NotFound
from shipway_client.wire import Ingested, Page, UnmatchedFile
from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from shipway_tui.tui.next_steps import with_keys
from shipway_tui.tui.screens.build_text import build_lines
from shipway_tui.tui.screens.folder_text import path_text
from shipway_tui.tui.screens.list_keys import LIST_KEYS
from shipway_tui.tui.screens.listing import newest_first
from shipway_tui.tui.screens.many import do_each, names_text, question
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from shipway_tui.tui.screens.whole_list import WholeList
from shipway_tui.tui.widgets.detail import fact, finding_lines, heading, lines
from shipway_tui.tui.widgets.table import Cells, Column, Row
from shipway_tui.tui.words import (
    Tone,
    Word,
    age_text,
    ago_text,
    clock_text,
    findings_word,
    numbers,
    size_text,
)

_UNREAD = Word("", "not read", Tone.MUTED)
#: How the daemon names a file of a watched folder or one that was added: the way in, the path.
_PATHS = frozenset({"watch", "add"})


class UnmatchedScreen(WholeList[UnmatchedFile]):
    """Held binaries, newest first."""

    HEADING = "Inbox"
    NOUN = "unmatched binary"
    NOUNS = "unmatched binaries"
    ASKED = "held binary"
    ABOUT = frozenset({"file", "profile", "version", "folder"})
    ACTING = frozenset({"file", "drop"})
    ON_ROW = frozenset({"file", "drop"})
    COLUMNS = (
        Column("file", "File", middle=True, share=3, sort="file"),
        Column("identifier", "Identifier", middle=True, share=3, sort="identifier"),
        Column("version", "Version", 12),
        Column("channel", "Channel", 14, sort="channel"),
        Column("folder", "Folder", middle=True, wide=90, share=3),
        Column("findings", "Find.", 5, wide=90),
        Column("age", "Age", 6, sort="created"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "file", "File it", id="inbox.file", tooltip="File it under a profile"),
        Binding("D", "drop", "Drop", id="inbox.drop", tooltip="Give it up"),
        *LIST_KEYS,
    ]

    async def read_page(self, after: str | None) -> Page[UnmatchedFile]:
        """Read held binaries, newest first."""
        return await self.desk.client.unmatched.list(
            query=self.filter_text or None, sort=self.sorted_by or None, after=after
        )

    def key_of(self, thing: UnmatchedFile) -> str:
        """A held binary's row is its number."""
        return str(thing.id)

    def row_of(self, thing: UnmatchedFile) -> Row:
        """Write a held binary as a row."""
        cells: Cells = {
            "file": thing.file_name,
            "identifier": thing.identifier or _UNREAD,
            "version": numbers(thing.version, thing.build),
            "channel": thing.channel,
            "folder": _folder_text(thing.source),
            "findings": findings_word(thing.findings),
            "age": age_text(thing.at, self.desk.now()),
        }
        return Row(str(thing.id), newest_first(thing.id), cells)

    def describe(self, thing: UnmatchedFile) -> Content:
        """Write what was read of a held binary, where it is from, and what is to be said of it."""
        parts = [
            heading(thing.file_name),
            fact("identifier", thing.identifier or _UNREAD),
            fact("name", thing.name),
            fact("version", numbers(thing.version, thing.build)),
            fact("channel", thing.channel),
            fact("file", f"{thing.format}, {size_text(thing.size)}"),
            fact("source", _source_text(thing.source)),
            fact("held", f"{clock_text(thing.at)}, {ago_text(thing.at, self.desk.now())}"),
            *build_lines(thing.facts),
            fact("sha256", thing.sha256),
        ]
        if thing.findings:
            parts += [Content(""), heading("Findings"), *finding_lines(thing.findings)]
        return lines(parts)

    def name_of(self, thing: UnmatchedFile) -> str:
        """A held binary is spoken of by its file."""
        return thing.file_name

    def copies(self, thing: UnmatchedFile) -> dict[str, str | None]:
        """What no profile has comes first."""
        return {
            "identifier": thing.identifier,
            "file": thing.file_name,
            "path": _path(thing.source),
            "sha256": thing.sha256,
            "number": str(thing.id),
        }

    def link_of(self, thing: UnmatchedFile) -> str | None:
        """The page of the run that built it."""
        return thing.facts.run_url

    async def empty_text(self) -> str:
        """Say what comes here."""
        return with_keys(
            self.table,
            "Nothing is held. A folder that holds what it does not know puts binaries here whose "
            "identifier no profile has; they wait until they are filed or dropped. Folders "
            "({place.folders}) says which do.",
        )

    @work(exclusive=True, group="form")
    async def action_file(self) -> None:
        """Choose the profile of what is chosen; one question for all of an app and channel."""
        kinds: dict[tuple[str | None, str], list[UnmatchedFile]] = {}
        for held in sorted(self.chosen, key=lambda held: held.id):
            kinds.setdefault((held.identifier, held.channel), []).append(held)
        for alike in kinds.values():
            await self._file_alike(*alike)

    async def _file_alike(self, first: UnmatchedFile, *others: UnmatchedFile) -> None:
        from shipway_tui.tui.screens.file_prompt import FilePrompt

        prompt = FilePrompt(self.desk, first, len(others))
        ingested = await self.app.push_screen_wait(prompt)
        self._filed(first, ingested)
        if ingested is None or not others:
            return
        profile = ingested.version.profile

        async def file(held: UnmatchedFile) -> None:
            with suppress(NotFound):  # it went there by itself when the profile came
                await self.desk.client.unmatched.file(held.id, profile)

        await do_each(self, others, "Filing", file)

    def _filed(self, held: UnmatchedFile, ingested: Ingested | None) -> None:
        if ingested is None:
            return
        address = ingested.version.address
        how = f"is {address}" if ingested.created else f"was there already, as {address}"
        self.say(f"{held.file_name} {how}.")
        self.unmark(held)
        self.load()

    @work(exclusive=True, group="drop")
    async def action_drop(self) -> None:
        """Give up what is chosen, after saying what is lost."""
        chosen = self.chosen
        if not chosen:
            return
        if await self.app.push_screen_wait(ConfirmPrompt(self._lost(chosen), "Drop")):
            await do_each(
                self, chosen, "Dropping", lambda held: self.desk.client.unmatched.drop(held.id)
            )

    def _lost(self, chosen: list[UnmatchedFile]) -> str:
        size = size_text(sum(held.size for held in chosen))
        if len(chosen) == 1:
            [held] = chosen
            lost = f"The {size} that are kept of it are given up, and what was read of it."
            return question("Drop", held.file_name, lost, _stays_text(held.source))
        lost = f"The {size} that are kept of them are given up, and what was read of them."
        names = names_text([held.file_name for held in chosen])
        stays = "Files of watched folders stay where they are."
        return question("Drop", self.what_text(chosen), names, lost, stays)


def _path(source: str) -> str | None:
    way, colon, path = source.partition(":")
    return path if colon and way in _PATHS else None


def _source_text(source: str) -> str:
    path = _path(source)
    return path_text(path) if path else source


def _folder_text(source: str) -> str:
    path = _path(source)
    return path_text(str(PurePath(path).parent)) if path else source.partition(":")[0]


def _stays_text(source: str) -> str:
    path = _path(source)
    if path is None:
        return "It came by upload: nothing else is left of it here."
    return f"The file {path} stays where it is, and is not taken again until it changes."
