"""Routes of health, events, the feed, and the daemon's end."""

import msgspec
from aiohttp import web
from shipway_client.errors import WrongUsage
from shipway_client.version import VERSION
from shipway_client.wire import VERSION_HEADER, Event, FeedLine, Health, Page
from shipway_client.wire.queries import EVENTS
from sqlalchemy import Connection

from shipway_daemon.catalog import pages
from shipway_daemon.doors.native.answers import answer, asked
from shipway_daemon.doors.native.contract import JSON_LINES, Contract, Number, Parameter, asking
from shipway_daemon.doors.native.use_cases import UseCases
from shipway_daemon.events import history
from shipway_daemon.events.queries import SORTS

_KIND = Parameter("kind", str, "Only events of this kind.")
_SUBJECT = Parameter("subject", str, "Only what happened to this.")
_SINCE = Parameter("since", Number, "The event after which to begin; none is from now on.")


class HistoryRoutes:
    """Handlers of `/health`, `/v1/events`, `/v1/feed` and `/v1/daemon`."""

    def __init__(self, use: UseCases) -> None:
        self._use = use

    def routes(self) -> list[web.RouteDef]:
        """Every route of this noun."""
        return [
            web.get("/health", self.health),
            web.get("/v1/events", self.events),
            web.get("/v1/feed", self.feed),
            web.post("/v1/daemon/stop", self.stop),
        ]

    @Contract(Health)
    async def health(self, request: web.Request) -> web.Response:
        """Say that the daemon lives and its database answers."""
        del request
        who = self._use.identity
        return answer(
            Health(
                version=who.version,
                pid=who.pid,
                epoch=who.epoch,
                home=who.home,
                started_at=who.started_at,
                seq=await self._use.database.read(history.last),
            )
        )

    @Contract(Page[Event], query=(*asking(EVENTS), _KIND, _SUBJECT))
    async def events(self, request: web.Request) -> web.Response:
        """Answer one page of events, newest first unless asked otherwise."""
        ask, kind = asked(request, EVENTS), request.query.get("kind")
        subject = request.query.get("subject")

        def read(tx: Connection) -> Page[Event]:
            length = ask.limit + 1
            found = history.page(tx, kind, ask.after, length, subject, ask.query, ask.order)
            return pages.page(tx, found, ask.limit, SORTS.cursor(ask.order))

        return answer(await self._use.database.read(read))

    @Contract(FeedLine, query=(_SINCE,), media=JSON_LINES, gone=True)
    async def feed(self, request: web.Request) -> web.StreamResponse:
        """Stream all that happens, one JSON object a line, until the client goes."""
        since = request.query.get("since")
        if since is not None and not (since.isascii() and since.isdigit() and len(since) < 19):
            raise WrongUsage(f"{since!r} is no event number.")
        lines = self._use.feed.follow(int(since) if since is not None else None)
        first = await anext(lines)
        response = web.StreamResponse(
            headers={VERSION_HEADER: VERSION, "Content-Type": "application/x-ndjson"}
        )
        self._use.feed.clients += 1
        try:
            await response.prepare(request)
            await response.write(msgspec.json.encode(first) + b"\n")
            async for line in lines:
                await response.write(msgspec.json.encode(line) + b"\n")
        finally:
            self._use.feed.clients -= 1
        return response

    @Contract(type(None), statuses=(202,))
    async def stop(self, request: web.Request) -> web.Response:
        """End the daemon in order, after this answer."""
        del request
        self._use.stop.set()
        return answer(None, 202)
