"""Everything that happened, newest first; the audit log as it is written."""

from collections import deque
from typing import ClassVar

import msgspec
from shipway_client.errors import NotFound
from shipway_client.wire import Event, Page
from textual.binding import BindingType
from textual.content import Content

from shipway_tui.tui.counters import FolderNews
from shipway_tui.tui.desk import Desk
from shipway_tui.tui.next_steps import with_keys
from shipway_tui.tui.screens.list_keys import LIST_KEYS
from shipway_tui.tui.screens.listing import ListScreen, newest_first
from shipway_tui.tui.screens.paging import MOST_ROWS, PAGE_ROWS
from shipway_tui.tui.widgets.detail import fact, heading, lines
from shipway_tui.tui.widgets.table import Cells, Column, Row
from shipway_tui.tui.words import age_text, clock_text, plain

#: Where most of history is counters, so many pages are looked through at once.
MOST_PAGES, PAGE_EVENTS = 10, 100


class ActivityScreen(ListScreen[Event]):
    """Events by falling number; a new one needs no reading, it is in the feed.

    A change of a folder that tells of counts only is left out: a build would crowd out the rest.
    """

    HEADING = "Activity"
    NOUN = "event"
    ASKED = "event"
    COLUMNS = (
        Column("age", "Age", 6, sort="created"),
        Column("kind", "What", 22, sort="kind"),
        Column("subject", "Subject", middle=True),
        Column("actor", "Who", 12),
        Column("data", "Data", wide=90),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *LIST_KEYS,
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._news: deque[Event] = deque(maxlen=MOST_ROWS)
        self._folders = FolderNews()

    async def read_page(self, after: str | None) -> Page[Event]:
        """Read events that tell something, newest first; as many pages as that needs."""
        first, read = after is None, list[Event]()
        for _ in range(MOST_PAGES):
            page = await self.desk.client.history.events(
                query=self.filter_text or None,
                sort=self.sorted_by or None,
                before=after,
                limit=PAGE_EVENTS,
            )
            read += page.items
            news = FolderNews()
            told, after = news.among(read), page.after
            if len(told) >= PAGE_ROWS or after is None:
                break
        if first:
            self._folders = news
        return Page(items=told, after=after, seq=page.seq)

    def key_of(self, thing: Event) -> str:
        """An event's row is its number."""
        return str(thing.seq)

    def row_of(self, thing: Event) -> Row:
        """Write an event as a row."""
        cells: Cells = {
            "age": age_text(thing.at, self.desk.now()),
            "kind": thing.kind,
            "subject": thing.subject,
            "actor": thing.actor,
            "data": _data_text(thing),
        }
        return Row(str(thing.seq), newest_first(thing.seq), cells)

    def describe(self, thing: Event) -> Content:
        """Write an event with all of its data."""
        data = msgspec.json.format(msgspec.json.encode(thing.data), indent=2).decode()
        return lines(
            [
                heading(f"{thing.kind} {thing.subject}"),
                fact("number", str(thing.seq)),
                fact("at", clock_text(thing.at)),
                fact("who", thing.actor),
                Content(plain(data, lines=True)),
            ]
        )

    def touched(self, event: Event) -> set[str]:  # noqa: ARG002
        """An event is never changed."""
        return set()

    async def read_one(self, key: str) -> Event:
        """An event is not read again.

        Raises:
            NotFound: Always.
        """
        raise NotFound(f"Event {key} is further back.")

    def _happened(self, events: tuple[Event, ...]) -> None:
        told = [event for event in events if self._folders.tells(event)]
        if not told:
            return
        self._news += told
        if self.narrowed or not self.things or len(self._news) >= MOST_ROWS:
            self.load_soon()  # only the daemon knows what matches, and what fell out of the ring
        elif self.is_current and not self._reading:
            self._show_news()

    def _catch_up(self, seq: int) -> None:
        """Add what came after the pages were read, before they arrived."""
        self._news = deque((event for event in self._news if event.seq > seq), MOST_ROWS)
        self._show_news()

    def on_screen_resume(self) -> None:
        """Add what came while something else was looked at."""
        if self.things and not self._missed:
            self._show_news()

    def _show_news(self) -> None:
        """Put the newest on top, all at once; the oldest fall out at the end."""
        if self.narrowed or not self._news:
            return
        self.things |= {str(event.seq): event for event in self._news}
        self.table.put(*map(self.row_of, self._news))
        self._news.clear()
        self.trim()
        self.show_state("")

    async def empty_text(self) -> str:
        """Say that this fills by itself."""
        return with_keys(
            self.table,
            "Nothing has happened yet. Every change will be listed here; {app.add} adds files, "
            "{place.folders} shows the watched folders.",
        )


def _data_text(event: Event) -> str:
    return ", ".join(f"{name} {value}" for name, value in event.data.items())
