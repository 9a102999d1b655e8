"""A place of several texts, one a tab; a line keeps what has a text in it."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import Input

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.place import Place
from shipway_tui.tui.widgets.detail import Detail, lines, muted
from shipway_tui.tui.widgets.tab_line import TabLine


class FindInput(Input):
    """The line for the text that is sought."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Keep", id="filter.keep", tooltip="Go to the text"),
        Binding("escape", "screen.back", "Clear", id="filter.clear", tooltip="Show all again"),
    ]


class TabbedPlace(Place):
    """A subclass writes the lines of the tab that is looked at, and reads what they need."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "tab(-1)", "Previous tab", show=False, id="tab.previous",
                tooltip="The tab to the left"),
        Binding("right_square_bracket", "tab(1)", "Next tab", id="tab.next",
                tooltip="The tab to the right"),
        Binding("slash", "find", "Find", show=False, id="tab.find",
                tooltip="Show the lines with a text"),
        Binding("escape", "back", "Back", id="list.back", tooltip="Back to the list"),
    ]  # fmt: skip

    def __init__(self, desk: Desk, titles: Mapping[str, str], tab: str) -> None:
        super().__init__(desk)
        self.tabs = TabLine(dict(titles), id="tabs")
        self.tabs.active = tab
        self.detail = Detail(id="tab-text")

    def written(self) -> Sequence[Content]:
        """The lines of the tab that is looked at."""
        raise NotImplementedError

    def read_tab(self) -> None:
        """Read what only this tab needs, where that has not been read."""
        raise NotImplementedError

    def compose_body(self) -> ComposeResult:
        """The tabs, the text of one of them, the line to find in it."""
        with Container(id="body"), Vertical(id="tab-pane", classes="pane"):
            yield self.tabs
            yield self.detail
        yield FindInput(placeholder="lines with this text", id="find", compact=True)

    def on_mount(self) -> None:
        """Reading is what one came for."""
        self.detail.focus()

    def show_heading(self, title: str, standing: str) -> None:
        """Say over the text what it is of, and under it how that stands."""
        pane = self.query_one("#tab-pane")
        pane.border_title, pane.border_subtitle = Content(title), Content(standing)

    def show_text(self) -> None:
        """Write the text again: all of its lines, or those with what is sought."""
        written = list(self.written())
        if sought := self.query_one(FindInput).value.strip():
            found = [line for line in written if sought.casefold() in line.plain.casefold()]
            written = found or [muted(f"Nothing here has “{sought}” in it.")]
        self.detail.show(lines(written))

    # ------------------------------------------------------------------------- tabs

    def show_tab(self, tab: str) -> None:
        """Show another tab from its beginning."""
        self.tabs.active = tab
        self.detail.scroll_home(animate=False)
        self.show_text()
        self.read_tab()

    @on(TabLine.Chosen)
    def _chosen(self, message: TabLine.Chosen) -> None:
        self.show_tab(message.tab)

    def action_tab(self, step: int) -> None:
        """Go to the tab beside this one; behind the last comes the first."""
        names = list(self.tabs.titles)
        self.show_tab(names[(names.index(self.tabs.active) + step) % len(names)])

    # ---------------------------------------------------------------------- finding

    def action_find(self) -> None:
        """Ask for a text."""
        self.add_class("-finding")
        self.query_one(FindInput).focus()

    @on(Input.Changed, "#find")
    def _sought(self) -> None:
        self.show_text()

    @on(Input.Submitted, "#find")
    def _found(self, message: Input.Submitted) -> None:
        self.set_class(bool(message.value.strip()), "-finding")
        self.detail.focus()

    def action_back(self) -> None:
        """Put the text that was sought away, else go back."""
        if not self.has_class("-finding"):
            self.app.pop_screen()
            return
        self.query_one(FindInput).value = ""
        self.remove_class("-finding")
        self.detail.focus()
