"""Asks where a binary is to be saved, and twice before a file goes for it."""

import asyncio
from pathlib import Path
from typing import ClassVar

from shipway_client.receiving import default_name
from shipway_client.wire import Version
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from shipway_tui.tui.saving import Wish
from shipway_tui.tui.screens.prompts import TYPED
from shipway_tui.tui.widgets.status_line import short_path
from shipway_tui.tui.words import plain, size_text


class SavePrompt(ModalScreen[Wish | None]):
    """A file or a folder; in a folder it goes under its own name."""

    BINDINGS: ClassVar[list[BindingType]] = TYPED

    def __init__(self, version: Version) -> None:
        super().__init__()
        self._version = version
        self._file_name = default_name(version)
        self._overwrite: Path | None = None

    def compose(self) -> ComposeResult:
        """The question, the path, what is wrong with it, two buttons."""
        here = f"{short_path(Path.cwd())}/{self._file_name}"
        told = f"Save {self._version.address}, {size_text(self._version.size)}, to"
        with Vertical(classes="prompt"):
            yield Static(Content(plain(told)), classes="question")
            yield Input(here, id="path", compact=True, select_on_focus=False)
            yield Static("", id="error", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button("Save", id="do", variant="primary", compact=True)

    def on_mount(self) -> None:
        """The path is there to be changed."""
        self.query_one("#path").focus()

    @on(Input.Changed, "#path")
    def _typed(self) -> None:
        self._overwrite = None
        self._tell("", "Save")

    @on(Button.Pressed, "#do")
    @on(Input.Submitted, "#path")
    def action_do(self) -> None:
        """Save it there, once it was looked at."""
        self._try(self.query_one("#path", Input).value.strip())

    @work(exclusive=True, group="look")
    async def _try(self, text: str) -> None:
        """Look what is there, in a thread: a path may lie on a disk that sleeps."""
        if not text:
            self._tell("Name a file or a folder.", "Save")
            return
        target, problem = await asyncio.to_thread(_target, text, self._file_name)
        if problem:
            self._tell(problem, "Save")
        elif not await asyncio.to_thread(target.exists):
            self.dismiss(Wish(target))
        elif target == self._overwrite:
            self.dismiss(Wish(target, force=True))
        else:
            self._overwrite = target
            self._tell(f"{target} is there. Once more overwrites it.", "Overwrite")

    def _tell(self, text: str, do: str) -> None:
        self.query_one("#error", Static).update(Content(plain(text)))
        button = self.query_one("#do", Button)
        button.label = do
        button.variant = "error" if do != "Save" else "primary"

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Save nothing."""
        self.dismiss(None)


def _target(text: str, name: str) -> tuple[Path, str]:
    """The file that is meant, and why it cannot be it; the second is empty where it can."""
    try:
        path = Path(text).expanduser().absolute()
    except RuntimeError:
        return Path(text), "There is no such user."
    target = path / name if path.is_dir() else path
    return target, "" if target.parent.is_dir() else f"There is no folder {target.parent}."
