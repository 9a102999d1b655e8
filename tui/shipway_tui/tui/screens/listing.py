"""A list with the detail of its selected row, what stands around it, and the keys of every list."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import Static

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.paging import MOST_ROWS
from shipway_tui.tui.screens.viewing import ViewedPlace
from shipway_tui.tui.widgets.detail import Detail
from shipway_tui.tui.widgets.table import ListTable

if TYPE_CHECKING:
    from shipway_tui.tui.views import Where

T = TypeVar("T")

#: Rows before the end at which the next page is read.
MARGIN_ROWS = 5
AGE_SECONDS = 15.0


class ListScreen(ViewedPlace[T]):
    """One noun's list. A subclass says how to read, name, write and describe its things."""

    HEADING: ClassVar[str] = ""
    NOUN: ClassVar[str] = ""
    #: The plural, where an s behind the noun does not make it.
    NOUNS: ClassVar[str] = ""
    #: Actions that need a selected row.
    ON_ROW: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, ListTable(self.COLUMNS, id="list"))
        self.detail = Detail(id="detail")
        self._empty = ""
        self._counts = ""
        self._sought: str | None = None
        self._progress = ""
        #: Whether the act on several rows that is under way is to end before the next one.
        self.stopped = False

    def seek(self, key: str) -> None:
        """Put the cursor on a row, as soon as it has been read."""
        self._sought = key
        self._arrive()

    def _arrive(self) -> None:
        if self._sought is not None and self._sought in self.table.keys:
            self.table.move_cursor(row=self.table.get_row_index(self._sought))
            self._sought = None

    @property
    def place(self) -> "tuple[Where, str]":
        """The place of a view is named as the list is."""
        return cast("Where", self.HEADING.lower()), ""

    def name_of(self, thing: T) -> str:
        """Name a thing in a sentence."""
        return self.key_of(thing)

    def what_text(self, things: Sequence[T]) -> str:
        """Say what an act is for: the one thing by its name, several by their number."""
        return self.name_of(things[0]) if len(things) == 1 else self.number_text(len(things))

    def number_text(self, count: int) -> str:
        """Count things of this list."""
        return f"{count} {self.NOUN if count == 1 else self.NOUNS or f'{self.NOUN}s'}"

    def describe(self, thing: T) -> Content:
        """Write all that is known of a thing."""
        raise NotImplementedError

    def title_text(self) -> str:
        """Name the list."""
        return self.HEADING

    def aside_text(self) -> str:
        """Say what else is to be known beside the count; empty where there is nothing."""
        return ""

    async def empty_text(self) -> str:
        """Say what to do next when there is nothing."""
        raise NotImplementedError

    # ------------------------------------------------------------------- the frame

    def compose_body(self) -> ComposeResult:
        """List, detail, filter."""
        with Container(id="body"):
            with Vertical(id="list-pane", classes="pane"):
                yield self.table
                yield Static("", id="empty", markup=False)
            with Vertical(id="detail-pane", classes="pane"):
                yield self.detail
        yield from self.compose_filter()

    def on_mount(self) -> None:
        """Follow the events from the first moment on."""
        pane = self.query_one("#list-pane")
        self.show_title()
        self.show_order()
        pane.border_subtitle = "reading"
        self.table.focus()
        self.desk.happened.subscribe(self, self._happened)
        self.set_interval(AGE_SECONDS, self._tell_ages)

    def why_not(self, action: str) -> str:
        """Say why an action rests: nothing is selected."""
        if action in self.ON_ROW and not self.chosen:
            return "Nothing is selected."
        return super().why_not(action)

    @on(ListTable.Highlighted)
    def _highlighted(self) -> None:
        self.show_selected()
        if self.table.cursor_row >= self.table.row_count - MARGIN_ROWS:
            self.load_more()

    @on(ListTable.Scrolled)
    def _scrolled(self) -> None:
        if self.table.last_visible >= self.table.row_count - 1:
            self.load_more()

    @on(ListTable.Opened)
    async def _clicked(self) -> None:
        await self.run_action("screen.open")

    def show_selected(self) -> None:
        """Show the detail of the selected row."""
        selected = self.selected
        self.detail.show(Content("") if selected is None else self.describe(selected))
        self.refresh_keys()

    async def empty_words(self) -> str:
        """Say that the filter finds nothing, or what to do next."""
        if self.filter_text:
            return f"Nothing matches “{self.filter_text}”."
        return await self.empty_text()

    def show_state(self, empty: str) -> None:
        """Write the counts, and the words that stand where there is no row."""
        super().show_state(empty)
        self.show_counts()
        if empty != self._empty:
            self._empty = empty
            self.query_one("#empty", Static).update(Content(empty))
        self.set_class(not self.things, "-empty")
        self._arrive()
        self.show_selected()

    def show_title(self) -> None:
        """Write the line over the list: its name, and how many rows are marked."""
        title = " · ".join(filter(None, [self.title_text(), self.marks_text()]))
        self.query_one("#list-pane").border_title = Content(title)

    def show_progress(self, text: str) -> None:
        """Say under the list how far an act on several rows is; empty when it is over."""
        self.stopped = self.stopped and bool(text)
        self._progress = text
        if self.is_mounted:
            self.show_counts()

    def action_back(self) -> None:
        """Stop an act on several rows before its next one; else what is before that."""
        if self._progress:
            self.stopped = True
        else:
            super().action_back()

    def show_counts(self) -> None:
        """Write the line under the list."""
        count = self._progress or self._count_text(len(self.things))
        told = [count, self.order_text(), self.aside_text()]
        counts = " · ".join(filter(None, told))
        if counts != self._counts:  # a title, also the same one, draws the whole pane anew
            self._counts = counts
            self.query_one("#list-pane").border_subtitle = Content(counts)

    def _count_text(self, count: int) -> str:
        more = " and more" if self.has_more else ""
        if more and count >= MOST_ROWS:
            more = " of more: refine with /" if self.ASKED else " of more"
        matching = f" matching “{self.filter_text}”" if self.filter_text else ""
        return f"{self.number_text(count)}{more}{matching}"

    def _tell_ages(self) -> None:
        if self.is_current:
            self.table.replace(self.rows())
            self.show_selected()

    def focus_list(self) -> None:
        """Go back to the list."""
        self.table.focus()


def newest_first(number: Any) -> Any:
    """Rank by a falling number."""
    return -number
