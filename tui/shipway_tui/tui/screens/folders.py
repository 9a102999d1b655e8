"""The watched build folders: how each is watched, and what became of the files in it."""

from typing import ClassVar

from shipway_client.wire import Folder, Page, WaitingFile
from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.next_steps import with_keys
from shipway_tui.tui.screens.folder_text import (
    FOLDER_STATES,
    count_word,
    describe_folder,
    guarantee_word,
    path_text,
)
from shipway_tui.tui.screens.list_keys import LIST_KEYS
from shipway_tui.tui.screens.many import do_each, names_text
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from shipway_tui.tui.screens.whole_list import WholeList
from shipway_tui.tui.widgets.status_line import keys_of
from shipway_tui.tui.widgets.table import Cells, Column, Row
from shipway_tui.tui.words import Tone, age_text


class FoldersScreen(WholeList[Folder]):
    """Folders in the order in which they were added; the detail holds who waits, and for what."""

    HEADING = "Folders"
    NOUN = "folder"
    ASKED = "folder"
    ABOUT = frozenset({"folder", "file", "version"})
    ACTING = frozenset({"add", "edit", "remove"})
    ON_ROW = frozenset({"edit", "remove"})
    COLUMNS = (
        Column("path", "Folder", middle=True, sort="path"),
        Column("state", "State", 10, sort="state"),
        Column("guarantee", "Guarantee", 18, wide=100),
        Column("scan", "Scan", 6, sort="scanned"),
        Column("ingested", "In", 5, sort="ingested"),
        Column("waiting", "Wait.", 5, sort="waiting"),
        Column("unreadable", "Unread.", 7, wide=90),
        Column("refused", "Ref.", 4, sort="refused"),
        Column("unmatched", "Unm.", 4),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "Watch", id="folder.add", tooltip="Watch a build folder"),
        Binding("e", "edit", "Edit", id="folder.edit", tooltip="Change what is asked of it"),
        Binding("D", "remove", "Remove", id="folder.remove", tooltip="Watch it no longer"),
        Binding("i", "app.inbox", "Inbox", id="inbox.open", tooltip="The unmatched binaries"),
        *LIST_KEYS,
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._waiting: dict[int, list[WaitingFile]] = {}
        self._read_lately: set[int] = set()

    def on_mount(self) -> None:
        """Tell how many binaries are held."""
        self.desk.counted.subscribe(self, lambda _: self.show_counts())

    async def read_page(self, after: str | None) -> Page[Folder]:
        """Read folders; which files wait is read when a folder is looked at."""
        if after is None:
            self._read_lately.clear()
        return await self.desk.client.folders.list(
            query=self.filter_text or None, sort=self.sorted_by or None, after=after
        )

    def key_of(self, thing: Folder) -> str:
        """A folder's row is its number."""
        return str(thing.id)

    def row_of(self, thing: Folder) -> Row:
        """Write a folder as a row."""
        cells: Cells = {
            "path": path_text(thing.path),
            "state": FOLDER_STATES[thing.state],
            "guarantee": guarantee_word(thing),
            "scan": age_text(thing.last_scan_at, self.desk.now()),
            "ingested": count_word(thing.ingested),
            "waiting": count_word(thing.waiting, Tone.CAUTION if thing.unreadable else Tone.PLAIN),
            "unreadable": count_word(thing.unreadable, Tone.BAD),
            "refused": count_word(thing.refused, Tone.CAUTION),
            "unmatched": count_word(thing.unmatched, Tone.CAUTION),
        }
        return Row(str(thing.id), thing.id, cells)

    def describe(self, thing: Folder) -> Content:
        """Write a folder with the files that wait in it."""
        waiting = self._waiting.get(thing.id) if thing.waiting else None
        return describe_folder(thing, waiting, self.desk.now())

    def show_selected(self) -> None:
        """Show the selected folder, and read who waits in it where that is not known."""
        super().show_selected()
        folder = self.selected
        if folder and folder.waiting and folder.id not in self._read_lately:
            self._look(folder.id)

    @work(exclusive=True, group="waiting")
    async def _look(self, folder: int) -> None:
        waiting = await self.ask(self.desk.client.folders.waiting(folder))
        if waiting is not None:
            self._read_lately.add(folder)
            self._waiting[folder] = waiting
            super().show_selected()

    def _tell_ages(self) -> None:
        """A scan that found nothing new is no event: read when the last one was."""
        if self.is_current and self.desk.connected:
            self.load()
        else:
            super()._tell_ages()

    def aside_text(self) -> str:
        """Tell of the inbox when something is in it."""
        return self.desk.unmatched_text(keys_of(self.table).get("inbox.open", ""))

    def name_of(self, thing: Folder) -> str:
        """A folder is spoken of by its path."""
        return path_text(thing.path)

    def copies(self, thing: Folder) -> dict[str, str | None]:
        """A folder is named by its path."""
        return {"path": thing.path, "number": str(thing.id), "reason": thing.reason}

    async def empty_text(self) -> str:
        """Say how to add one."""
        return with_keys(
            self.table,
            "No watched folder. Press {folder.add} to add one: every finished binary that a build "
            "tool puts there is taken in. {app.add} adds single files.",
        )

    @work(exclusive=True, group="form")
    async def action_add(self) -> None:
        """Ask for a folder to watch, and what of it."""
        from shipway_tui.tui.screens.folder_form import AddFolderForm

        self._made(await self.app.push_screen_wait(AddFolderForm(self.desk)))

    @work(exclusive=True, group="form")
    async def action_edit(self) -> None:
        """Change what is asked of the selected folder."""
        from shipway_tui.tui.screens.folder_form import ChangeFolderForm

        if folder := self.selected:
            self._made(await self.app.push_screen_wait(ChangeFolderForm(self.desk, folder)))

    def _made(self, folder: Folder | None) -> None:
        if folder is not None:
            self.say(f"{path_text(folder.path)}: {FOLDER_STATES[folder.state]}. {folder.reason}")
            self.load()

    @work(exclusive=True, group="remove")
    async def action_remove(self) -> None:
        """Watch what is chosen no longer, after a confirmation."""
        folders = self.chosen
        paths = [folder.path for folder in folders]
        what = paths[0] if len(paths) == 1 else self.what_text(folders)
        asked = f"Watch {what} no longer?\n"
        asked += f"{names_text(paths)}\n" if len(paths) > 1 else ""
        asked += f"{'Its' if len(paths) == 1 else 'Their'} files and their versions stay."
        if not folders:
            return
        if await self.app.push_screen_wait(ConfirmPrompt(asked, "Remove")):
            await do_each(
                self, folders, "Removing", lambda one: self.desk.client.folders.remove(one.id)
            )
