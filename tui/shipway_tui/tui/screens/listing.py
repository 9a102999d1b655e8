"""A list with the detail of its selected row; pages through the daemon and follows its events."""

from typing import Any, ClassVar, Generic, TypeVar

from shipway_client.errors import NotFound, ShipwayError
from shipway_client.wire import Event, Page
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import Static

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.filtered import FilteredPlace
from shipway_tui.tui.widgets.detail import Detail
from shipway_tui.tui.widgets.table import Column, ListTable, Row

T = TypeVar("T")

PAGE_ROWS = 50
#: More rows than this make a table slow and help nobody: refine the filter instead.
MOST_ROWS = 500
#: Rows before the end at which the next page is read.
MARGIN_ROWS = 5
#: More changed rows than this are read as pages rather than one by one.
MOST_SINGLE_READS = 20
AGE_SECONDS = 15.0


class ListScreen(FilteredPlace, Generic[T]):
    """One noun's list. A subclass says how to read, name, write and describe its things."""

    COLUMNS: ClassVar[tuple[Column, ...]] = ()
    HEADING: ClassVar[str] = ""
    NOUN: ClassVar[str] = ""
    #: The plural, where an s behind the noun does not make it.
    NOUNS: ClassVar[str] = ""
    #: Actions that need a selected row.
    ON_ROW: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.table = ListTable(self.COLUMNS, id="list")
        self.detail = Detail(id="detail")
        self.things: dict[str, T] = {}
        self._after: str | None = None
        self._reading = 0
        self._changed: set[str] = set()
        self._heard: dict[str, int] = {}

    # ------------------------------------------------------- what a subclass says

    async def read_page(self, after: str | None) -> Page[T]:
        """Read one page of the list."""
        raise NotImplementedError

    async def read_one(self, key: str) -> T:
        """Read one thing by its row key."""
        raise NotImplementedError

    def key_of(self, thing: T) -> str:
        """Name the row of a thing."""
        raise NotImplementedError

    def row_of(self, thing: T) -> Row:
        """Write a thing as a row."""
        raise NotImplementedError

    def describe(self, thing: T) -> Content:
        """Write all that is known of a thing."""
        raise NotImplementedError

    def touched(self, event: Event) -> set[str]:
        """Name the rows that an event concerns."""
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
        pane.border_title = Content(self.title_text())
        pane.border_subtitle = "reading"
        self.table.focus()
        self.desk.happened.subscribe(self, self._happened)
        self.set_interval(AGE_SECONDS, self._tell_ages)

    @property
    def selected(self) -> T | None:
        """The thing under the cursor."""
        key = self.table.cursor_key
        return self.things.get(key) if key is not None else None

    def why_not(self, action: str) -> str:
        """Say why an action rests: nothing is selected."""
        if action in self.ON_ROW and self.selected is None:
            return "Nothing is selected."
        return super().why_not(action)

    @on(ListTable.Highlighted)
    def _highlighted(self) -> None:
        self.show_selected()
        if self.table.cursor_row >= self.table.row_count - MARGIN_ROWS:
            self._load_more()

    @on(ListTable.Scrolled)
    def _scrolled(self) -> None:
        if self.table.last_visible >= self.table.row_count - 1:
            self._load_more()

    @on(ListTable.Opened)
    async def _clicked(self) -> None:
        await self.run_action("screen.open")

    def show_selected(self) -> None:
        """Show the detail of the selected row."""
        selected = self.selected
        self.detail.show(Content("") if selected is None else self.describe(selected))
        self.refresh_keys()

    # --------------------------------------------------------------------- reading

    @work(exclusive=True, group="load")
    async def load(self) -> None:
        """Read as many rows as are shown, afresh."""
        self._reading += 1
        try:
            found, seq = await self._read(max(PAGE_ROWS, len(self.things)))
            empty = "" if found else await self._empty_text()
        except ShipwayError as error:
            self.complain(error)
            return
        finally:
            self._reading -= 1
        self.things = found
        self.table.replace([self.row_of(thing) for thing in found.values()])
        self._show_counts(empty)
        self._catch_up(seq)

    def _catch_up(self, seq: int) -> None:
        """Read again what changed after the pages were read, before they arrived."""
        late = {key for key, heard in self._heard.items() if heard > seq}
        self._heard.clear()
        if late:
            self.changed(late)

    async def _read(self, wanted: int) -> tuple[dict[str, T], int]:
        found: dict[str, T] = {}
        after: str | None = None
        seq = 0
        while len(found) < min(wanted, MOST_ROWS):
            page = await self.read_page(after)
            found |= {self.key_of(thing): thing for thing in page.items}
            seq = min(seq or page.seq, page.seq)
            after = page.after
            if after is None:
                break
        self._after = after
        return found, seq

    def _load_more(self) -> None:
        if self._after is not None and not self._reading and len(self.things) < MOST_ROWS:
            self._load_next(self._after)

    @work(exclusive=True, group="load")
    async def _load_next(self, after: str) -> None:
        self._reading += 1
        try:
            page = await self.ask(self.read_page(after))
        finally:
            self._reading -= 1
        if page is None:
            return
        self._after = page.after
        self.things |= {self.key_of(thing): thing for thing in page.items}
        self.table.replace([self.row_of(thing) for thing in self.things.values()])
        self._show_counts("")

    async def _empty_text(self) -> str:
        if self.filter_text:
            return f"Nothing matches “{self.filter_text}”."
        return await self.empty_text()

    def _show_counts(self, empty: str) -> None:
        self.show_counts()
        self.query_one("#empty", Static).update(Content(empty))
        self.set_class(not self.things, "-empty")
        self.show_selected()

    def show_counts(self) -> None:
        """Write the line under the list."""
        told = [self._count_text(len(self.things)), self.aside_text()]
        subtitle = Content(" · ".join(filter(None, told)))
        self.query_one("#list-pane").border_subtitle = subtitle

    def _count_text(self, count: int) -> str:
        more = " and more" if self._after is not None else ""
        if more and count >= MOST_ROWS:
            more = " of more: refine with /" if self.FILTERED else " of more"
        noun = self.NOUN if count == 1 else self.NOUNS or f"{self.NOUN}s"
        matching = f" matching “{self.filter_text}”" if self.filter_text else ""
        return f"{count} {noun}{more}{matching}"

    # ---------------------------------------------------------------------- events

    def _happened(self, events: tuple[Event, ...]) -> None:
        heard = {key: event.seq for event in events for key in self.touched(event)}
        self._heard |= heard
        if heard:
            self.changed(set(heard))

    def changed(self, keys: set[str]) -> None:
        """Read some rows again."""
        self._changed |= keys
        if len(self._changed) > MOST_SINGLE_READS or not self.things:
            self._changed.clear()
            self.load()
        else:
            self._read_changed()

    @work(exclusive=True, group="changed")
    async def _read_changed(self) -> None:
        """A newer burst cancels this one; keys that were not read yet stay for it."""
        while self._changed:
            key = next(iter(self._changed))
            try:
                thing = await self.read_one(key)
            except NotFound:
                self._forget(key)
            except ShipwayError as error:
                self.complain(error)
                return
            else:
                self._learn(key, thing)
            self._changed.discard(key)

    def _forget(self, key: str) -> None:
        if self.things.pop(key, None) is not None:
            self.table.drop(key)
            self._show_counts("")
        if not self.things:
            self.load()

    def _learn(self, key: str, thing: T) -> None:
        if key not in self.things and self.filter_text:
            self.load()
            return
        row = self.row_of(thing)
        if key not in self.things and self._beyond(row):
            return
        self.things[key] = thing
        self.table.put(row)
        self._trim()
        self._show_counts("")

    def _beyond(self, row: Row) -> bool:
        """Whether a row belongs after the last one that was read; its page will bring it."""
        last = self.table.last_rank
        return self._after is not None and last is not None and bool(row.rank > last)

    def _trim(self) -> None:
        for key in self.table.keys[MOST_ROWS:]:
            self.things.pop(key, None)
            self.table.drop(key)

    def _tell_ages(self) -> None:
        if self.is_current:
            self.table.replace([self.row_of(thing) for thing in self.things.values()])
            self.show_selected()

    # --------------------------------------------------------------------- actions

    def action_refresh(self) -> None:
        """Read everything afresh."""
        self.load()

    def refined(self) -> None:
        """Begin at the first page again."""
        self.things = {}
        self.load()

    def focus_list(self) -> None:
        """Go back to the list."""
        self.table.focus()


def newest_first(number: Any) -> Any:
    """Rank by a falling number."""
    return -number
