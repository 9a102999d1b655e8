"""A place that is one text: written while something is found out, and scrolled."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.place import Place
from shipway_tui.tui.widgets.detail import Detail
from shipway_tui.tui.words import plain


class TextPlace(Place):
    """A pane with a title, a text, and a line under it that says how it stands."""

    HEADING: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", id="text.back", tooltip="Stop, and go back")
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.detail = Detail(id="text")

    def compose_body(self) -> ComposeResult:
        """One pane."""
        with Container(id="body"), Vertical(id="text-pane", classes="pane"):
            yield self.detail

    def title_text(self) -> str:
        """Name the place."""
        return self.HEADING

    def on_mount(self) -> None:
        """Write its name."""
        self.query_one("#text-pane").border_title = Content(plain(self.title_text()))
        self.detail.focus()

    def stand(self, text: str) -> None:
        """Say how it stands, under the text."""
        self.query_one("#text-pane").border_subtitle = Content(plain(text))

    def action_back(self) -> None:
        """Go back; what is under way here ends with it."""
        self.app.pop_screen()
