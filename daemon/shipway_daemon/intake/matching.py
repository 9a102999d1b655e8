"""Match held binaries again whenever a profile comes that may be theirs."""

import asyncio
import logging

from shipway_client.errors import NotFound, Refused, Unavailable

from shipway_daemon.database.engine import Database
from shipway_daemon.events import history
from shipway_daemon.events.feed import Feed
from shipway_daemon.intake.unmatched import file_by_itself, matching

_log = logging.getLogger(__name__)

_PROFILE_EVENTS = ("profile.created", "profile.changed", "profile.renamed")
_AGAIN_SECONDS = 5.0


class Matching:
    """Files by themselves those that a profile was made for, or that one has adopted.

    A crash in between does not matter: all are matched again at the start.
    """

    def __init__(self, database: Database, feed: Feed) -> None:
        self._database = database
        self._feed = feed

    async def run(self) -> None:
        """Match at once, and after each event that may change the answer, until cancelled."""
        while True:
            try:
                return await self._follow()
            except Unavailable as error:
                _log.warning("held binaries are not matched: %s", error)
                await asyncio.sleep(_AGAIN_SECONDS)

    async def _follow(self) -> None:
        since = await self._database.read(history.last)
        await self._match()
        async for line in self._feed.follow(since):
            if line.event is not None and line.event.kind in _PROFILE_EVENTS:
                await self._match()

    async def _match(self) -> None:
        """One transaction each, so that others can write in between."""
        for held_id in await self._database.read(matching):
            await self._file(held_id)

    async def _file(self, held_id: int) -> None:
        try:
            await self._database.write(lambda tx: file_by_itself(tx, held_id))
        except NotFound:
            return  # somebody was faster
        except Refused as error:
            _log.info("binary %s stays held: %s", held_id, error)
