"""Asks for a build folder to watch, and stays open until the daemon has taken it."""

from pathlib import Path
from typing import ClassVar

from shipway_client.errors import ShipwayError
from shipway_client.wire import AddFolder, Folder
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Static

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.prompts import ESCAPE
from shipway_tui.tui.words import plain


class FolderPrompt(ModalScreen[Folder | None]):
    """Path and glob; what the daemon finds wrong with them stands beneath."""

    BINDINGS: ClassVar[list[BindingType]] = ESCAPE

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def compose(self) -> ComposeResult:
        """Two inputs, room for an error, two buttons."""
        with Vertical(classes="prompt"):
            yield Static("Watch a build folder", classes="question")
            yield Label("Folder", classes="label")
            yield Input(placeholder="~/project/app/build/outputs", id="path", compact=True)
            yield Label("Only files like (empty for all binaries)", classes="label")
            yield Input(placeholder="*-release.apk", id="glob", compact=True)
            yield Static("", id="error", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button("Watch", id="do", variant="primary", compact=True)

    def on_mount(self) -> None:
        """The path is what one came to type."""
        self.query_one("#path").focus()

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Watch nothing."""
        self.dismiss(None)

    @on(Button.Pressed, "#do")
    @on(Input.Submitted)
    def _submit(self) -> None:
        path = self.query_one("#path", Input).value.strip()
        glob = self.query_one("#glob", Input).value.strip()
        if not path:
            self._complain("Type the path of a folder.")
            return
        self._add(AddFolder(path=str(Path(path).expanduser().absolute()), glob=glob or None))

    @work(exclusive=True, group="add")
    async def _add(self, request: AddFolder) -> None:
        try:
            folder = await self._desk.client.folders.add(request)
        except ShipwayError as error:
            self._complain(f"{error.message} {error.hint}".strip())
            return
        self.dismiss(folder)

    def _complain(self, text: str) -> None:
        self.query_one("#error", Static).update(Content(plain(text)))
