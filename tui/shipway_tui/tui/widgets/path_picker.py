"""A line for a path that completes as one types, with what it may become beneath it."""

import os
from enum import StrEnum
from pathlib import Path

from shipway_client.errors import Failed
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from shipway_tui.tui.adding.listed import (
    Entry,
    Listing,
    absolute,
    divided,
    list_matching,
    size_of,
)
from shipway_tui.tui.widgets.detail import muted
from shipway_tui.tui.widgets.path_input import PathInput
from shipway_tui.tui.widgets.status_line import short_path
from shipway_tui.tui.words import plain, size_text


class Takes(StrEnum):
    """What a picker takes."""

    FILES = "files"
    FOLDERS = "folders"
    BOTH = "both"
    #: A folder that is there, or one that can be made in a folder that is.
    DESTINATION = "destination"


_FOLDERS = frozenset({Takes.FOLDERS, Takes.DESTINATION})


class PathPicker(Vertical):
    """Tells which paths were taken; a folder that is not taken is gone into."""

    DEFAULT_CSS = """
    PathPicker { height: auto; }
    PathPicker Input { background: $boost; }
    PathPicker OptionList { height: auto; max-height: 6; background: transparent; }
    PathPicker .problem { color: $text-error; height: auto; }
    """

    class Taken(Message):
        """Something was taken: its path from the root, and its size in bytes (None: a folder)."""

        def __init__(self, path: Path, size: int | None) -> None:
            super().__init__()
            self.path, self.size = path, size

    class Edited(Message):
        """Another path is typed: what was said of the one before no longer holds."""

    def __init__(
        self,
        start: str = "",
        *,
        takes: Takes = Takes.FILES,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._start = start
        self._takes = takes
        self._listing = Listing()
        self._listed = ""  # what the names that are shown were found by

    def compose(self) -> ComposeResult:
        """The line, the names, room for what is wrong."""
        hint = f"a path; names are of {short_path(Path.cwd())}"
        yield PathInput(
            self._start, placeholder=hint, id="path", compact=True, select_on_focus=False
        )
        names = OptionList(id="names", compact=True)
        names.can_focus = False
        yield names
        yield Static("", classes="problem", markup=False)

    def on_mount(self) -> None:
        """Look at once, so that there is something to choose from."""
        self._look()

    def on_focus(self) -> None:
        """The line is what is typed into."""
        self.line.focus()

    @property
    def line(self) -> PathInput:
        """The line."""
        return self.query_one(PathInput)

    @property
    def problem(self) -> str:
        """What is said to be wrong; empty where nothing is."""
        return str(self.query_one(".problem", Static).content)

    @property
    def _names(self) -> OptionList:
        return self.query_one("#names", OptionList)

    def complain(self, text: str) -> None:
        """Say what is wrong with the path; an empty text takes it back."""
        self.query_one(".problem", Static).update(Content(plain(text)))

    def clear(self) -> None:
        """Begin with the same folder again."""
        self.line.value = divided(self.line.value)[0]
        self.line.action_end()

    # -------------------------------------------------------------------- completing

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self.complain("")
        self.post_message(self.Edited())
        self._look()

    @work(exclusive=True, group="look")
    async def _look(self) -> None:
        typed = self.line.value
        listing = await list_matching(typed, folders_only=self._takes in _FOLDERS)
        self._listing, self._listed = listing, typed
        names = self._names
        names.clear_options()
        names.add_options([_option(entry) for entry in listing.entries])
        names.display = bool(listing.entries)
        names.highlighted = None
        if listing.problem:  # what enter found wrong meanwhile stays
            self.complain(listing.problem)

    @on(PathInput.Asked)
    def _asked(self, message: PathInput.Asked) -> None:
        message.stop()
        if message.step:
            self._move(message.step)
        else:
            self._complete()

    def _move(self, step: int) -> None:
        names = self._names
        if names.highlighted is None:
            names.highlighted = 0 if step > 0 else names.option_count - 1
        elif step > 0:
            names.action_cursor_down()
        else:
            names.action_cursor_up()

    def _complete(self) -> None:
        """As a shell does: as far as it is certain; then, where nothing is left, on."""
        entries = self._listing.entries if self._listed == self.line.value else ()
        if (chosen := self._chosen()) is not None:
            self._go_to(chosen)
        elif not entries or (len(entries) == 1 and self._is_typed(entries[0])):
            self.screen.focus_next()
        elif len(entries) == 1:
            self._go_to(entries[0])
        elif not self._extend([entry.name for entry in entries]):
            self._move(1)

    def _extend(self, names: list[str]) -> bool:
        folder, typed = divided(self.line.value)
        common = os.path.commonprefix(names)  # noqa: RUF071 - characters are what is typed
        if len(common) <= len(typed):
            return False
        self.line.value = folder + common
        self.line.action_end()
        return True

    def _is_typed(self, entry: Entry) -> bool:
        return not entry.is_folder and divided(self.line.value)[1] == entry.name

    def _go_to(self, entry: Entry) -> None:
        slash = "/" if entry.is_folder else ""
        self.line.value = divided(self.line.value)[0] + entry.name + slash
        self.line.action_end()

    def _chosen(self) -> Entry | None:
        at = self._names.highlighted
        if at is None or self._listed != self.line.value or at >= len(self._listing.entries):
            return None
        return self._listing.entries[at]

    # ------------------------------------------------------------------------ taking

    @on(OptionList.OptionSelected)
    def _clicked(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self._names.highlighted = message.option_index
        self._enter()

    @on(Input.Submitted)
    def _entered(self, message: Input.Submitted) -> None:
        message.stop()
        self._enter()

    def _enter(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self._go_to(chosen)
            if chosen.is_folder:
                return
        self._take([self.line.value])

    @on(PathInput.Pasted)
    def _pasted(self, message: PathInput.Pasted) -> None:
        message.stop()
        self._take(message.paths if self._takes is Takes.FILES else message.paths[:1])

    def take(self) -> None:
        """Take what is typed, as enter does."""
        self._enter()

    def drop(self, paths: list[str]) -> None:
        """Take these, as if they had been dropped here."""
        if paths:
            self._take(paths)

    @work(group="take")
    async def _take(self, paths: list[str]) -> None:
        """Look at each; the first that is wrong is told, the others are taken."""
        wrong = ""
        for path in paths:
            if not path.strip():
                wrong = wrong or "Type a path, or choose one."
                continue
            try:
                size = await self._look_at(absolute(path))
            except Failed as error:
                wrong = wrong or f"{error.message} {error.hint}".strip()
                continue
            if self._takes is Takes.BOTH or (size is None) == (self._takes in _FOLDERS):
                self.post_message(self.Taken(absolute(path), size))
            elif size is None:
                self.line.value = path.rstrip("/") + "/"
                self.line.action_end()
            else:
                wrong = wrong or f"{path} is a file, not a folder."
        self.complain(wrong)

    async def _look_at(self, path: Path) -> int | None:
        """The size of a file, None for a folder; a destination may have to be made."""
        try:
            return await size_of(path)
        except Failed:
            if self._takes is not Takes.DESTINATION or await size_of(path.parent) is not None:
                raise
            return None


def _option(entry: Entry) -> Option:
    if entry.is_folder:
        return Option(Content(f"{plain(entry.name)}/"))
    size = muted(f"  {size_text(entry.size or 0)}")
    name = plain(entry.name)
    return Option(Content.assemble(name if entry.is_binary else muted(name), size))
