"""The uploads: how much of each is here, and what is left of those that broke off."""

from typing import ClassVar

from shipway_client.wire import Page, Upload, UploadState
from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from shipway_tui.tui.next_steps import with_keys
from shipway_tui.tui.screens.list_keys import LIST_KEYS
from shipway_tui.tui.screens.many import do_each, names_text, question
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from shipway_tui.tui.screens.whole_list import WholeList
from shipway_tui.tui.widgets.detail import fact, heading, lines, muted
from shipway_tui.tui.widgets.table import Cells, Column, Row
from shipway_tui.tui.words import (
    Tone,
    Word,
    age_text,
    bar_text,
    clock_text,
    left_text,
    moment,
    size_text,
)

UPLOAD_STATES = {
    UploadState.OPEN: Word("◐", "Open", Tone.ACCENT),
    UploadState.INGESTING: Word("◐", "Ingesting", Tone.ACCENT),
    UploadState.DONE: Word("✔", "Done", Tone.GOOD),
}
#: How often the bytes of open uploads are asked for: they are no events.
_LOOK_SECONDS = 1.0
_BAR_CELLS = 20


class UploadsScreen(WholeList[Upload]):
    """Uploads, newest first; those that are done are told of for a day."""

    HEADING = "Uploads"
    NOUN = "upload"
    ASKED = "upload"
    ABOUT = frozenset({"upload"})
    ACTING = frozenset({"cancel"})
    ON_ROW = frozenset({"cancel"})
    COLUMNS = (
        Column("file", "File", middle=True, sort="file"),
        Column("share", "Here", 5),
        Column("size", "Size", 8, sort="size"),
        Column("state", "State", 12, sort="state"),
        Column("version", "Version", middle=True, wide=90),
        Column("age", "Age", 6, sort="created"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "cancel", "Cancel", id="upload.cancel", tooltip="Forget it and its bytes"),
        *LIST_KEYS,
    ]

    def on_mount(self) -> None:
        """Look how far they are while one is open."""
        self.set_interval(_LOOK_SECONDS, self._look)

    def _look(self) -> None:
        under_way = any(upload.state is not UploadState.DONE for upload in self.things.values())
        if under_way and self.is_current and self.desk.connected:
            self.load_soon()

    async def read_page(self, after: str | None) -> Page[Upload]:
        """Read uploads, newest first."""
        return await self.desk.client.uploads.list(
            query=self.filter_text or None, sort=self.sorted_by or None, after=after
        )

    def key_of(self, thing: Upload) -> str:
        """An upload's row is its number."""
        return thing.id

    def row_of(self, thing: Upload) -> Row:
        """Write an upload as a row; the newest comes first."""
        cells: Cells = {
            "file": thing.file_name,
            "share": f"{_percent(thing)} %",
            "size": size_text(thing.size),
            "state": UPLOAD_STATES[thing.state],
            "version": thing.result.version.address if thing.result else "–",
            "age": age_text(thing.created_at, self.desk.now()),
        }
        return Row(thing.id, -moment(thing.created_at).timestamp(), cells)

    def describe(self, thing: Upload) -> Content:
        """Write how much of an upload is here, what became of it, and when it is forgotten."""
        here = f"{_percent(thing)} %  {size_text(thing.offset)} of {size_text(thing.size)}"
        parts = [
            heading(thing.file_name),
            fact("state", UPLOAD_STATES[thing.state]),
            fact("here", f"{bar_text(thing.offset, thing.size, _BAR_CELLS)} {here}"),
            fact("begun", clock_text(thing.created_at)),
            fact("forgotten", left_text(thing.expires_at, self.desk.now())),
            fact("id", thing.id),
        ]
        if thing.result is not None:
            parts.insert(2, fact("version", thing.result.version.address))
        elif thing.state is UploadState.OPEN:
            parts.append(muted("Adding the same file again in the same way goes on where it is."))
        return lines(parts)

    def name_of(self, thing: Upload) -> str:
        """An upload is spoken of by its file."""
        return thing.file_name

    def copies(self, thing: Upload) -> dict[str, str | None]:
        """An upload is named by its number."""
        version = thing.result.version.address if thing.result else None
        return {"id": thing.id, "file": thing.file_name, "version": version}

    async def empty_text(self) -> str:
        """Say how an upload comes to be."""
        return with_keys(
            self.table,
            "No uploads. {app.add} adds files: one that the daemon cannot read itself is uploaded, "
            "and so is what a door or `shipway add --upload` sends.",
        )

    def why_not(self, action: str) -> str:
        """What is being taken in already cannot be cancelled."""
        if action == "cancel" and self.chosen and not self._can_go():
            return "It is being taken in now."
        return super().why_not(action)

    def _can_go(self) -> list[Upload]:
        return [upload for upload in self.chosen if upload.state is not UploadState.INGESTING]

    @work(exclusive=True, group="cancel")
    async def action_cancel(self) -> None:
        """Forget what is chosen, after saying what is lost."""
        uploads = self._can_go()
        if not uploads:
            return
        what = self.what_text(uploads)
        told = [_lost_text(upload, named=len(uploads) > 1) for upload in uploads]
        asked = question(
            "Forget", f"the upload of {what}" if len(told) == 1 else what, names_text(told)
        )
        if await self.app.push_screen_wait(ConfirmPrompt(asked, "Forget it")):
            await do_each(
                self, uploads, "Forgetting", lambda one: self.desk.client.uploads.cancel(one.id)
            )


def _lost_text(upload: Upload, *, named: bool) -> str:
    lost = f"The {size_text(upload.offset)} that came of it are given up."
    if upload.result is not None:
        lost = f"It is done: {upload.result.version.address} stays."
    return f"{upload.file_name}: {lost}" if named else lost


def _percent(upload: Upload) -> int:
    return 100 * upload.offset // upload.size if upload.size else 100
