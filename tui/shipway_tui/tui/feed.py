"""Follows the daemon's feed while the application runs, and starts again when it breaks."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import cast

import msgspec
from shipway_client.errors import Failed, ShipwayError
from shipway_client.wire import Event, FeedLine

from shipway_tui.tui.desk import Connection, Desk, Link

#: The daemon says that it is alive every 15 s; twice that and a little is silence.
SILENCE_SECONDS = 35.0
#: Waits between attempts: short at first, for a daemon that is just restarting.
FIRST_WAIT, LAST_WAIT = 0.2, 3.0
#: Events that come within this time are told of together.
GATHER_SECONDS = 0.05


class Follower:
    """One endless task: feed lines in, signals of the desk out."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._gathered: list[Event] = []
        self._timer: asyncio.TimerHandle | None = None

    async def run(self) -> None:
        """Follow until cancelled. What the daemon says while nobody listens is read afresh."""
        wait = FIRST_WAIT
        try:
            while True:
                try:
                    await self._follow()
                    reason = "The daemon ended the feed."
                except (ShipwayError, msgspec.DecodeError, OSError) as error:
                    reason = str(error)
                if self._desk.connected:
                    wait = FIRST_WAIT
                self._broken(reason)
                await asyncio.sleep(wait)
                wait = min(wait * 2, LAST_WAIT)
        finally:
            self._forget()

    async def _follow(self) -> None:
        client = self._desk.client
        client.relocate()
        feed = cast("AsyncGenerator[FeedLine, None]", client.history.feed())
        async with aclosing(feed):
            while (line := await _next(feed)) is not None:
                self._tell(line)

    def _tell(self, line: FeedLine) -> None:
        if line.hello is not None:
            version = self._desk.client.api.daemon_version
            self._desk.link(Connection(Link.CONNECTED, version))
        elif line.event is not None:
            self._gather(line.event)
        elif line.progress is not None:
            self._desk.progressed.publish(line.progress)
        elif line.ingest is not None:
            self._desk.ingesting.publish(line.ingest)

    def _gather(self, event: Event) -> None:
        self._gathered.append(event)
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(GATHER_SECONDS, self._hand_over)

    def _hand_over(self) -> None:
        events, self._gathered, self._timer = tuple(self._gathered), [], None
        self._desk.happened.publish(events)

    def _broken(self, reason: str) -> None:
        version = self._desk.connection.daemon_version
        self._desk.link(Connection(Link.RECONNECTING, version, reason))

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


async def _next(feed: AsyncGenerator[FeedLine, None]) -> FeedLine | None:
    """Read one line, or None at the end.

    Raises:
        Failed: The daemon said nothing for too long.
    """
    try:
        async with asyncio.timeout(SILENCE_SECONDS):
            return await anext(feed, None)
    except TimeoutError as error:
        raise Failed("The daemon fell silent.") from error
