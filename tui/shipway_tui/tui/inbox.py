"""Counts the held binaries for as long as the application runs; the lists tell of them."""

import asyncio
from typing import TYPE_CHECKING

from shipway_client.errors import ShipwayError
from shipway_client.wire import Event

from shipway_tui.tui.desk import Connection, Desk

if TYPE_CHECKING:
    from textual.dom import DOMNode

#: What is counted at most; then there are "50 and more".
MOST = 50
#: News within this time is counted once.
GATHER_SECONDS = 0.25
#: Whose news may tell that a held binary was filed, or went with its folder.
OTHERS = frozenset({"version", "profile", "folder"})


class InboxCounter:
    """One endless task: news in, the count of the desk out."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._news = asyncio.Event()
        self._news.set()

    def hear(self, owner: "DOMNode") -> None:
        """Count again when something may have come or gone."""
        self._desk.linked.subscribe(owner, self._linked)
        self._desk.happened.subscribe(owner, self._happened)

    async def run(self) -> None:
        """Count until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            await self._count()
            await asyncio.sleep(GATHER_SECONDS)

    async def _count(self) -> None:
        try:
            page = await self._desk.client.unmatched.list(limit=MOST)
        except ShipwayError:
            return  # what is wrong with the daemon is told by the status line and by the lists
        self._desk.count(len(page.items), more=page.after is not None)

    def _linked(self, _: Connection) -> None:
        if self._desk.connected:
            self._news.set()

    def _happened(self, events: tuple[Event, ...]) -> None:
        nouns = {event.kind.partition(".")[0] for event in events}
        if "file" in nouns or (self._desk.unmatched and nouns & OTHERS):
            self._news.set()
