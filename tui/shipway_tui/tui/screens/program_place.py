"""A place where `shipwayd` works beside the daemon, and the question for the path it works on."""

from abc import abstractmethod
from pathlib import Path
from time import monotonic
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from shipway_tui.tui.desk import Connection, Desk
from shipway_tui.tui.screens.prompts import ESCAPE
from shipway_tui.tui.screens.text_place import TextPlace
from shipway_tui.tui.widgets.path_picker import PathPicker
from shipway_tui.tui.words import bar_text, size_text

_TICK_SECONDS = 1.0
_BAR_CELLS = 20


class PathPrompt(ModalScreen[None]):
    """Asks for a path; what comes of it comes on a screen of its own."""

    QUESTION: ClassVar[str]
    BINDINGS: ClassVar[list[BindingType]] = ESCAPE

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk

    @abstractmethod
    def picker(self) -> PathPicker:
        """The line for the path, with where one begins."""

    @abstractmethod
    def screen_of(self, path: Path) -> Screen[None]:
        """The screen that a path leads to."""

    def compose(self) -> ComposeResult:
        """The question and the picker."""
        with Vertical(classes="prompt"):
            yield Static(self.QUESTION, classes="question")
            yield self.picker()

    def on_mount(self) -> None:
        """Typing is what one came for."""
        self.query_one(PathPicker).line.focus()

    @on(PathPicker.Taken)
    def _taken(self, message: PathPicker.Taken) -> None:
        self.dismiss(None)
        self.app.push_screen(self.screen_of(message.path))

    def action_cancel(self) -> None:
        """Choose none."""
        self.dismiss(None)


class ProgramPlace(TextPlace):
    """Says under its text how long the work takes and how far it is, as long as it is at work."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._began: float | None = None
        self._so_far: tuple[int, int] | None = None

    def on_mount(self) -> None:
        """Tell the time as it goes by."""
        self.set_interval(_TICK_SECONDS, self._tell_time)

    def _linked(self, connection: Connection) -> None:
        """What is shown is not the daemon's word, so that it never fades."""
        del connection

    @property
    def at_work(self) -> bool:
        """Whether the program has not answered yet."""
        return self._began is not None

    def begin(self) -> None:
        """The program is asked now."""
        self._began, self._so_far = monotonic(), None
        self._tell_time()

    def end(self) -> None:
        """The program has answered, or was given up."""
        self._began = None

    def progressed(self, done: int, total: int) -> None:
        """Hear how many bytes of how many are done."""
        self._so_far = done, total

    def _tell_time(self) -> None:
        if self._began is None:
            return
        told = f"{monotonic() - self._began:.0f} s"
        if self._so_far is not None:
            done, total = self._so_far
            share = f"{bar_text(done, total, _BAR_CELLS)} {100 * done // total} %"
            told = f"{share} of {size_text(total)}, {told}"
        self.stand(told)
