"""Routes of versions, and the way in for files."""

from collections.abc import Callable
from pathlib import Path

from aiohttp import web
from shipway_client.errors import WrongUsage
from shipway_client.wire import AddFile, ChangeVersion, Ingested, Page, RejectVersion, Version
from shipway_client.wire.queries import VERSIONS
from sqlalchemy import Connection

from shipway_daemon.catalog import pages, profiles, versions
from shipway_daemon.catalog.version_queries import SORTS
from shipway_daemon.doors.native.answers import (
    actor,
    answer,
    asked,
    body,
    number,
    profile_address,
)
from shipway_daemon.doors.native.contract import Contract, Parameter, asking
from shipway_daemon.doors.native.use_cases import UseCases
from shipway_daemon.filing import versions as filing
from shipway_daemon.filing.collecting import collect
from shipway_daemon.intake.by_hand import arrival_of

_PROFILE = Parameter("profile", str, "The address of a profile: only its versions.")


class VersionRoutes:
    """Handlers of `/v1/versions` and of the versions under a profile."""

    def __init__(self, use: UseCases) -> None:
        self._use = use

    def routes(self) -> list[web.RouteDef]:
        """Every route of this noun."""
        one = "/v1/profiles/{owner}/{name}/versions/{number}"
        return [
            web.get("/v1/versions", self.list),
            web.post("/v1/versions", self.add),
            web.get(one, self.show),
            web.patch(one, self.change),
            web.delete(one, self.delete),
            web.get(f"{one}/before", self.before),
            web.put(f"{one}/candidate", self.mark),
            web.delete(f"{one}/candidate", self.unmark),
            web.put(f"{one}/rejection", self.reject),
        ]

    @Contract(Page[Version], query=(*asking(VERSIONS), _PROFILE))
    async def list(self, request: web.Request) -> web.Response:
        """Answer one page of versions, newest first unless asked otherwise."""
        ask, profile = asked(request, VERSIONS), request.query.get("profile")

        def read(tx: Connection) -> Page[Version]:
            profile_id = profiles.read(tx, profile).id if profile else None
            rows = versions.page(tx, profile_id, ask.query, ask.after, ask.limit + 1, ask.order)
            return pages.page(tx, rows, ask.limit, SORTS.cursor(ask.order))

        return answer(await self._use.database.read(read))

    @Contract(Ingested, takes=AddFile, statuses=(200, 201))
    async def add(self, request: web.Request) -> web.Response:
        """Ingest a file by its path."""
        wanted = await body(request, AddFile)
        path = Path(wanted.path)
        if not path.is_absolute():
            raise WrongUsage(f"{wanted.path} is no absolute path.")
        arrival = arrival_of(wanted, path.name, f"add:{path}", actor(request))
        ingested = await self._use.intake.ingest(path, arrival)
        return answer(ingested, 201 if ingested.created else 200)

    @Contract(Version)
    async def show(self, request: web.Request) -> web.Response:
        """Answer one version."""
        profile, which = profile_address(request), number(request, "number")
        return answer(await self._use.database.read(lambda tx: versions.read(tx, profile, which)))

    @Contract(Version)
    async def before(self, request: web.Request) -> web.Response:
        """Answer the version before one in its profile."""
        profile, which = profile_address(request), number(request, "number")
        return answer(await self._use.database.read(lambda tx: versions.before(tx, profile, which)))

    @Contract(Version, takes=ChangeVersion)
    async def change(self, request: web.Request) -> web.Response:
        """Change the notes, or give what could not be read."""
        wanted = await body(request, ChangeVersion)
        return await self._write(
            request, lambda tx, profile, which, who: filing.change(tx, profile, which, wanted, who)
        )

    @Contract(Version)
    async def mark(self, request: web.Request) -> web.Response:
        """Mark as candidate."""
        return await self._write(request, filing.mark_candidate)

    @Contract(Version)
    async def unmark(self, request: web.Request) -> web.Response:
        """Take the candidate mark away."""
        return await self._write(request, filing.unmark_candidate)

    @Contract(Version, takes=RejectVersion)
    async def reject(self, request: web.Request) -> web.Response:
        """Reject for ever."""
        wanted = await body(request, RejectVersion)
        return await self._write(
            request,
            lambda tx, profile, which, who: filing.reject(tx, profile, which, wanted.message, who),
        )

    @Contract(type(None))
    async def delete(self, request: web.Request) -> web.Response:
        """Delete a version here."""
        profile, which, who = profile_address(request), number(request, "number"), actor(request)
        released = await self._use.database.write(lambda tx: filing.delete(tx, profile, which, who))
        await collect(self._use.database, self._use.blobs, [released])
        return answer(None)

    async def _write(
        self, request: web.Request, work: Callable[[Connection, str, int, str], object]
    ) -> web.Response:
        profile, which, who = profile_address(request), number(request, "number"), actor(request)
        return answer(await self._use.database.write(lambda tx: work(tx, profile, which, who)))
