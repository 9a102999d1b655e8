"""Reading a list: pages from the daemon, then single rows as events tell of them."""

from typing import Generic, TypeVar

from shipway_client.errors import NotFound, ShipwayError
from shipway_client.wire import Event, Page
from textual import work

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.filtered import FilteredPlace
from shipway_tui.tui.widgets.table import ListTable, Row

T = TypeVar("T")

PAGE_ROWS = 50
#: More rows than this make a table slow and help nobody: refine the filter instead.
MOST_ROWS = 500
#: More changed rows than this are read as pages rather than one by one.
MOST_SINGLE_READS = 20


class PagedPlace(FilteredPlace, Generic[T]):
    """Keeps `things` by row key, and the table the same. A subclass says how to read them."""

    def __init__(self, desk: Desk, table: ListTable) -> None:
        super().__init__(desk)
        self.table = table
        self.things: dict[str, T] = {}
        self._after: str | None = None
        self._reading = 0
        self._changed: set[str] = set()
        self._heard: dict[str, int] = {}

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

    def touched(self, event: Event) -> set[str]:
        """Name the rows that an event concerns."""
        raise NotImplementedError

    async def empty_words(self) -> str:
        """Say why there is nothing, and what to do next."""
        raise NotImplementedError

    def show_state(self, empty: str) -> None:
        """Tell of what was read; `empty` says why there is nothing, where that is so."""
        raise NotImplementedError

    # --------------------------------------------------------------------- reading

    @work(exclusive=True, group="load")
    async def load(self) -> None:
        """Read as many rows as are shown, afresh."""
        self._reading += 1
        try:
            found, seq = await self._read(max(PAGE_ROWS, len(self.things)))
            empty = "" if found else await self.empty_words()
        except ShipwayError as error:
            self.complain(error)
            return
        finally:
            self._reading -= 1
        self.things = found
        self.table.replace([self.row_of(thing) for thing in found.values()])
        self.show_state(empty)
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

    @property
    def has_more(self) -> bool:
        """Whether the daemon has more rows than were read."""
        return self._after is not None

    def load_more(self) -> None:
        """Read the next page, where there is one and room for it."""
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
        self.show_state("")

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
                self.forget(key)
            except ShipwayError as error:
                self.complain(error)
                return
            else:
                self._learn(key, thing)
            self._changed.discard(key)

    def forget(self, key: str) -> None:
        """Take away a row whose thing is gone."""
        if self.things.pop(key, None) is not None:
            self.table.drop(key)
            self.show_state("")
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
        self.show_state("")

    def _beyond(self, row: Row) -> bool:
        """Whether a row belongs after the last one that was read; its page will bring it."""
        last = self.table.last_rank
        return self._after is not None and last is not None and bool(row.rank > last)

    def _trim(self) -> None:
        for key in self.table.keys[MOST_ROWS:]:
            self.things.pop(key, None)
            self.table.drop(key)

    def action_refresh(self) -> None:
        """Read everything afresh."""
        self.load()

    def refined(self) -> None:
        """Begin at the first page again."""
        self.things = {}
        self.load()
