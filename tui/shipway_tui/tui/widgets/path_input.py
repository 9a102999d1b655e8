"""The line in which a path is typed, pasted or dropped; the picker around it answers its keys."""

import os
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from shipway_tui.tui.adding.pasted import paths_in


class PathInput(Input):
    """The line itself: tab completes, the arrows choose, enter takes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Complete", id="path.complete", tooltip="Complete the path"),
        Binding("down", "move(1)", "Down", show=False, id="path.down", tooltip="Next name"),
        Binding("up", "move(-1)", "Up", show=False, id="path.up", tooltip="Previous name"),
    ]

    class Asked(Message):
        """A key that the picker answers: `step` is 0 to complete, else 1 or -1."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    class Pasted(Message):
        """Paths were pasted or dropped."""

        def __init__(self, paths: list[str]) -> None:
            super().__init__()
            self.paths = paths

    def action_complete(self) -> None:
        """Ask for the completion."""
        self.post_message(self.Asked(0))

    def action_move(self, step: int) -> None:
        """Ask for another name."""
        self.post_message(self.Asked(step))

    def _on_paste(self, event: events.Paste) -> None:
        """Take paths as paths, whatever else the terminal put around them."""
        paths = paths_in(event.text)
        if not any(os.sep in path for path in paths):
            super()._on_paste(event)
            return
        event.stop()
        event.prevent_default()
        self.post_message(self.Pasted(paths))
