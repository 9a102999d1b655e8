"""Reading a list: pages from the daemon, then single rows as events tell of them."""

from dataclasses import replace
from typing import TYPE_CHECKING, Generic, TypeVar

from shipway_client.errors import NotFound, ShipwayError, WrongUsage
from shipway_client.wire import Event, Page
from textual import work

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.filtered import FilteredPlace
from shipway_tui.tui.widgets.table import ListTable, Row

if TYPE_CHECKING:
    from textual.timer import Timer

T = TypeVar("T")

PAGE_ROWS = 50
#: More rows than this make a table slow and help nobody: refine the filter instead.
MOST_ROWS = 500
#: More changed rows than this are read as pages rather than one by one.
MOST_SINGLE_READS = 20
#: Pages are read again at most this often: a build may bring hundreds of files at once.
GATHER_SECONDS = 0.25


class PagedPlace(FilteredPlace, Generic[T]):
    """Keeps `things` by row key, and the table the same. A subclass says how to read them.

    Nothing is read while another screen is looked at; what was missed is read on the return.
    """

    def __init__(self, desk: Desk, table: ListTable) -> None:
        super().__init__(desk)
        self.table = table
        self.things: dict[str, T] = {}
        self._after: str | None = None
        self._reading = 0
        self._changed: set[str] = set()
        self._heard: dict[str, int] = {}
        #: The daemon's sort key, with a minus for the other way round; empty for its own order.
        self.sorted_by = ""
        self._pause: Timer | None = None
        self._again = False
        self._missed = False
        self._afresh = False

    @property
    def narrowed(self) -> bool:
        """Whether the daemon was asked for a choice or an order: then it alone knows the rows."""
        return bool(self.filter_text or self.sorted_by)

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
            found, seq = await self._read(0 if self._afresh else len(self.things))
            empty = "" if found else await self.empty_words()
        except WrongUsage as error:
            self.show_problem(error)
            return
        except ShipwayError as error:
            self.complain(error)
            return
        finally:
            self._reading -= 1
        self._afresh = False
        self.things = found
        self.show_problem(None)
        self.table.replace(self.rows())
        self.show_state(empty)
        self._catch_up(seq)
        self.desk.read.publish(None)

    def load_soon(self) -> None:
        """Read afresh: at once, but a few times a second at most; unseen, on the return."""
        if not self.is_current:
            self._missed = True
        elif self._pause is not None:
            self._again = True
        else:
            self._pause = self.set_timer(GATHER_SECONDS, self._paused)
            self.load()

    def _paused(self) -> None:
        """Go on where more came; never into a reading that is under way, or none would end."""
        self._pause = self.set_timer(GATHER_SECONDS, self._paused) if self._reading else None
        if self._again and self._pause is None:
            self._again = False
            self.load_soon()

    def on_screen_resume(self) -> None:
        """Read what was not read while something else was looked at."""
        if not self.desk.connected:
            return
        if self._missed:
            self._missed = False
            self.load_soon()
        elif self._changed:
            self._read_changed()

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
        while len(found) < min(max(wanted, PAGE_ROWS), MOST_ROWS):
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
        self.table.replace(self.rows())
        self.show_state("")

    # ---------------------------------------------------------------------- events

    def _happened(self, events: tuple[Event, ...]) -> None:
        heard = {key: event.seq for event in events for key in self.touched(event)}
        if self._reading:
            self._heard |= heard
        if heard:
            self.changed(set(heard))

    def changed(self, keys: set[str]) -> None:
        """Read some rows again."""
        self._changed |= keys
        if len(self._changed) > MOST_SINGLE_READS or not self.things:
            self._changed.clear()
            self.load_soon()
        elif self.is_current:
            self._read_changed()

    @work(exclusive=True, group="changed")
    async def _read_changed(self) -> None:
        """A newer burst cancels this one; keys that were not read yet stay for it."""
        try:
            while self._changed:
                key = next(iter(self._changed))
                await self._read_again(key)
                self._changed.discard(key)
        except ShipwayError as error:
            self.complain(error)
        finally:
            if self.things:
                self.show_state("")

    async def _read_again(self, key: str) -> None:
        try:
            thing = await self.read_one(key)
        except NotFound:
            self.forget(key)
        else:
            self._learn(key, thing)

    def forget(self, key: str) -> None:
        """Take away a row whose thing is gone."""
        if self.things.pop(key, None) is not None:
            self.table.drop(key)
            self.show_state("")
        if not self.things:
            self.load()

    def _learn(self, key: str, thing: T) -> None:
        if self.narrowed:
            self.load_soon()  # whether it is among them, and where, the daemon says
        if key not in self.things and (self.narrowed or self._beyond(self.row_of(thing))):
            return
        self.things[key] = thing
        row = self.row_of(thing)
        if self.sorted_by:
            row = replace(row, rank=list(self.things).index(key))
        self.table.put(row)
        self.trim()

    def rows(self) -> list[Row]:
        """Write all rows; where the daemon sorted them, they stand as it gave them."""
        rows = [self.row_of(thing) for thing in self.things.values()]
        if not self.sorted_by:
            return rows
        return [replace(row, rank=place) for place, row in enumerate(rows)]

    def _beyond(self, row: Row) -> bool:
        """Whether a row belongs after the last one that was read; its page will bring it."""
        last = self.table.last_rank
        return self._after is not None and last is not None and bool(row.rank > last)

    def trim(self) -> None:
        """Let go of the rows at the end that are too many."""
        for key in self.table.trim(MOST_ROWS):
            self.things.pop(key, None)

    def action_refresh(self) -> None:
        """Read everything afresh."""
        self.load()

    def refined(self) -> None:
        """Begin at the first page again."""
        self._afresh = True
        self.load()
