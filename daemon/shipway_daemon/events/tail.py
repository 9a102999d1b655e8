"""The newest events in memory: read once for all who keep up, and not once for each of them."""

import asyncio
from collections import deque
from itertools import takewhile

from shipway_client.errors import Gone
from shipway_client.wire import Event
from sqlalchemy import Connection

from shipway_daemon.database.engine import Database
from shipway_daemon.events import history


class Tail:
    """The last events of the history, as far as anybody asked for them."""

    def __init__(self, database: Database, most: int) -> None:
        self._database = database
        self._turn = asyncio.Lock()
        self._events: deque[Event] = deque(maxlen=most)
        self._most = most
        #: Every event after `_first - 1`, up to and with `_end`, is here.
        self._first, self._end = 1, 0
        #: The beat of the database up to which all was read.
        self._beat = -1

    async def after(self, seq: int, beat: int) -> list[Event] | None:
        """All events after `seq` that were committed by `beat`; None: older ones are not here.

        Raises:
            Unavailable: The catalogue cannot be read.
        """
        async with self._turn:
            if self._beat < beat:
                await self._read_on()
        if seq < self._first - 1:
            return None
        newer = list(takewhile(lambda event: event.seq > seq, reversed(self._events)))
        newer.reverse()
        return newer

    async def _read_on(self) -> None:
        beat = self._database.changed.count
        start, found = await self._database.read(self._read)
        if start > self._end:
            self._events.clear()
            self._end = start
        self._events.extend(found)
        if found:
            self._end = found[-1].seq
        self._first = self._events[0].seq if self._events else self._end + 1
        self._beat = beat

    def _read(self, tx: Connection) -> tuple[int, list[Event]]:
        """Read on from the end, or the last ones where too much happened since."""
        last = history.last(tx)
        start = max(self._end, last - self._most)
        try:
            return start, history.since(tx, start, self._most)
        except Gone:
            return last, []
