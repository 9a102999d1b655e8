"""Calls about events and the daemon itself."""

from collections.abc import AsyncIterator

from shipway_client.api import Api
from shipway_client.wire import Event, FeedLine, Health, Page


class History:
    """What can be asked about what happened, and who is there."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def events(
        self,
        *,
        kind: str | None = None,
        subject: str | None = None,
        query: str | None = None,
        sort: str | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> Page[Event]:
        """Read one page of events, newest first; `before` is the cursor of the last page.

        `kind` and `subject` narrow it to one of each; a subject is an address, a path or a number.
        What `query` and `sort` may be, `wire.queries.EVENTS` says.
        """
        return await self._api.call(
            "GET",
            "/v1/events",
            Page[Event],
            kind=kind,
            subject=subject,
            q=query,
            sort=sort,
            after=before,
            limit=limit,
        )

    def feed(self, since: int | None = None) -> AsyncIterator[FeedLine]:
        """Follow all that happens after event `since` (None: from now on).

        Raises:
            Gone: Events after `since` have been trimmed; read afresh.
        """
        return self._api.lines("/v1/feed", FeedLine, since=since)

    async def health(self, seconds: float = 5.0) -> Health:
        """Ask whether the daemon lives."""
        return await self._api.call("GET", "/health", Health, seconds=seconds)

    async def metrics(self, seconds: float = 30.0) -> str:
        """Read the daemon's figures in the text format of Prometheus.

        Raises:
            Failed: The daemon did not answer in time.
        """
        return await self._api.text("/metrics", seconds)

    async def stop(self) -> None:
        """Ask the daemon to stop in order."""
        await self._api.call("POST", "/v1/daemon/stop", type(None))
