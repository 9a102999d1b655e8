"""Everything that happened, newest first; the audit log as it is written."""

from typing import ClassVar

import msgspec
from shipway_client.errors import NotFound
from shipway_client.wire import Event, Page
from textual.binding import BindingType
from textual.content import Content

from shipway_tui.tui.counters import FolderNews
from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.list_keys import LIST_KEYS
from shipway_tui.tui.screens.listing import ListScreen, newest_first
from shipway_tui.tui.screens.paging import MOST_SINGLE_READS, PAGE_ROWS
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
        self._news: dict[str, Event] = {}
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

    def touched(self, event: Event) -> set[str]:
        """Keep the newest events as they come; they need no reading."""
        if not self._folders.tells(event):
            return set()
        self._news[str(event.seq)] = event
        for key in list(self._news)[:-MOST_SINGLE_READS]:
            del self._news[key]
        return {str(event.seq)}

    async def read_one(self, key: str) -> Event:
        """Hand over an event that the feed brought."""
        if key not in self._news:
            raise NotFound(f"Event {key} is further back.")
        return self._news[key]

    def copies(self, thing: Event) -> dict[str, str | None]:
        """What an event is about is what one goes on with."""
        return {"subject": thing.subject, "number": str(thing.seq), "data": _data_text(thing)}

    async def empty_text(self) -> str:
        """Say that this fills by itself."""
        return "Nothing has happened yet. Every change will be listed here."


def _data_text(event: Event) -> str:
    return ", ".join(f"{name} {value}" for name, value in event.data.items())
