"""A place with a filter line that opens above the status line; the daemon does the filtering."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.place import Place, close_help

if TYPE_CHECKING:
    from textual.timer import Timer

DEBOUNCE_SECONDS = 0.15


class FilterInput(Input):
    """The filter's line; while it has the focus the footer shows how to leave it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Keep", id="filter.keep", tooltip="Go to the list"),
        Binding("escape", "screen.back", "Clear", id="filter.clear", tooltip="Show all again"),
    ]


class FilteredPlace(Place):
    """Keeps the filter's text; `refined` is told when it changes, once typing rests."""

    FILTERED: ClassVar[bool] = False
    #: What the filter looks for, said where it is typed.
    FILTER_HINT: ClassVar[str] = "filter"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.filter_text = ""
        self._debounce: Timer | None = None

    def compose_filter(self) -> ComposeResult:
        """The line itself, hidden until it is asked for."""
        yield FilterInput(
            placeholder=self.FILTER_HINT, id="filter", compact=True, select_on_focus=False
        )

    def refined(self) -> None:
        """Read the list anew."""
        raise NotImplementedError

    def focus_list(self) -> None:
        """Go back to the list."""
        raise NotImplementedError

    def why_not(self, action: str) -> str:
        """Say that this list has no filter, where that is so."""
        if action == "filter" and not self.FILTERED:
            return "This list has no filter."
        return super().why_not(action)

    def action_filter(self) -> None:
        """Open the filter."""
        self.add_class("-filtering")
        self.query_one("#filter", Input).focus()

    def action_back(self) -> None:
        """Leave the help, the filter, else this screen; never the application."""
        if close_help(self):
            return
        if self.has_class("-filtering"):
            self.remove_class("-filtering")
            self.query_one("#filter", Input).value = ""
            self.focus_list()
        elif len(self.app.screen_stack) > 1:
            self.app.pop_screen()

    @on(Input.Submitted, "#filter")
    def _filter_entered(self) -> None:
        self.focus_list()

    @on(Input.Changed, "#filter")
    def _filter_changed(self, message: Input.Changed) -> None:
        if self._debounce is not None:
            self._debounce.stop()
        text = message.value.strip()
        self._debounce = self.set_timer(DEBOUNCE_SECONDS, lambda: self._refine(text))

    def _refine(self, text: str) -> None:
        if text != self.filter_text:
            self.filter_text = text
            self.refined()
