"""A place with a filter line that opens above the status line; the daemon does the filtering."""

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from shipway_client.errors import ShipwayError
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.place import Place
from shipway_tui.tui.words import plain

if TYPE_CHECKING:
    from shipway_client.wire.queries import Queryable
    from textual.timer import Timer

    from shipway_tui.tui.completing import Completer

DEBOUNCE_SECONDS = 0.15


class FilterInput(Input):
    """The filter's line; while it has the focus the footer shows how to leave it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Keep", id="filter.keep", tooltip="Go to the list"),
        Binding("tab", "screen.complete", "Complete", id="filter.complete",
                tooltip="Write the next field or value that fits"),
        Binding("escape", "screen.clear_filter", "Clear", id="filter.clear",
                tooltip="Show all again"),
    ]  # fmt: skip


class FilteredPlace(Place):
    """Keeps the filter's text; `refined` is told when it changes, once typing rests."""

    #: The list's noun in the table of what the daemon can be asked; without one, no filter.
    ASKED: ClassVar[str] = ""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.filter_text = ""
        self._debounce: Timer | None = None
        self._completer: Completer | None = None

    @property
    def queryable(self) -> "Queryable | None":
        """What the daemon can be asked about this list."""
        from shipway_client.wire.queries import QUERYABLE

        return QUERYABLE.get(self.ASKED)

    def compose_filter(self) -> ComposeResult:
        """The line itself, hidden until it is asked for; what is wrong, and what fits, under it."""
        with Vertical(id="filter-area"):
            yield FilterInput(id="filter", compact=True, select_on_focus=False)
            yield Static("", id="filter-problem", markup=False)
            yield Static("", id="filter-hints", markup=False)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Hints stand there while the filter is typed."""
        if event.widget.id == "filter":
            self._show_hints(self.query_one("#filter", Input).value)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Then they make room for the list."""
        if event.widget.id == "filter":
            self.query_one("#filter-hints").display = False

    def refined(self) -> None:
        """Read the list anew."""
        raise NotImplementedError

    def focus_list(self) -> None:
        """Go back to the list."""
        raise NotImplementedError

    def why_not(self, action: str) -> str:
        """Say that this list has no filter, where that is so."""
        if action == "filter" and not self.ASKED:
            return "This list has no filter."
        return super().why_not(action)

    def show_filter(self, text: str) -> None:
        """Write a filter into its line, without asking the daemon."""
        line = self.query_one("#filter", Input)
        with line.prevent(Input.Changed):
            line.value = text
        self.filter_text = text
        self.set_class(bool(text), "-filtering")
        self.show_problem(None)

    def show_problem(self, error: ShipwayError | None) -> None:
        """Say under the line what the daemon does not understand of it."""
        text = f"{error.message} {error.hint}".strip() if error else ""
        self.query_one("#filter-problem", Static).update(Content(plain(text)))
        self.set_class(error is not None, "-problem")

    def action_filter(self) -> None:
        """Open the filter."""
        from shipway_tui.tui.completing import Completer

        queryable = self.queryable
        if queryable is None:
            return
        self._completer = Completer(queryable)
        line = self.query_one("#filter", Input)
        line.placeholder = f"words of {queryable.words}, or field:value"
        self.add_class("-filtering")
        line.focus()

    def action_complete(self) -> None:
        """Write the next of what the last word may become."""
        line = self.query_one("#filter", Input)
        if self._completer is not None:
            line.value = self._completer.complete(line.value)
            line.cursor_position = len(line.value)

    def action_clear_filter(self) -> None:
        """Show all again."""
        self.show_filter("")
        self.focus_list()
        self.refined()

    def action_back(self) -> None:
        """Leave the filter, else this screen; never the application."""
        if self.has_class("-filtering"):
            self.action_clear_filter()
        elif len(self.app.screen_stack) > 1:
            self.app.pop_screen()

    @on(Input.Submitted, "#filter")
    def _filter_entered(self, message: Input.Submitted) -> None:
        self._stop_debounce()
        self._refine(message.value.strip())
        self.set_class(bool(message.value.strip()), "-filtering")
        self.focus_list()

    @on(Input.Changed, "#filter")
    def _filter_changed(self, message: Input.Changed) -> None:
        from shipway_tui.tui.completing import unfinished

        self._stop_debounce()
        self._show_hints(message.value)
        queryable = self.queryable
        if queryable is None or unfinished(message.value, queryable):
            return
        self._debounce = self.set_timer(
            DEBOUNCE_SECONDS, partial(self._refine, message.value.strip())
        )

    def _stop_debounce(self) -> None:
        if self._debounce is not None:
            self._debounce.stop()

    def _refine(self, text: str) -> None:
        if text != self.filter_text:
            self.filter_text = text
            self.refined()

    def _show_hints(self, text: str) -> None:
        from shipway_tui.tui.completing import field_at, offers

        queryable = self.queryable
        if queryable is None:
            return
        offered, field = offers(text, queryable), field_at(text, queryable)
        hints = "  ".join(offered)
        if field is not None and not field.values:
            hints = f"{field.name}: {field.about}"
        line = self.query_one("#filter-hints", Static)
        line.update(Content(hints))
        line.display = bool(hints)
