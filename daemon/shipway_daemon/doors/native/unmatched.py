"""Routes of binaries that are held."""

from aiohttp import web
from shipway_client.errors import WrongUsage
from shipway_client.wire import FileUnmatched, Ingested, Page, UnmatchedFile
from shipway_client.wire.queries import UNMATCHED
from sqlalchemy import Connection

from shipway_daemon.catalog import folders, pages
from shipway_daemon.catalog.unmatched import SORTS
from shipway_daemon.doors.native.answers import actor, answer, asked, body, number
from shipway_daemon.doors.native.contract import Contract, Number, Parameter, asking
from shipway_daemon.doors.native.use_cases import UseCases
from shipway_daemon.filing.collecting import collect
from shipway_daemon.intake import unmatched

_FOLDER = Parameter("folder", Number, "The number of a folder: only what came from it.")


class UnmatchedRoutes:
    """Handlers of `/v1/unmatched`."""

    def __init__(self, use: UseCases) -> None:
        self._use = use

    def routes(self) -> list[web.RouteDef]:
        """Every route of this noun."""
        return [
            web.get("/v1/unmatched", self.list),
            web.post("/v1/unmatched/{held}/file", self.file),
            web.delete("/v1/unmatched/{held}", self.drop),
        ]

    @Contract(Page[UnmatchedFile], query=(*asking(UNMATCHED), _FOLDER))
    async def list(self, request: web.Request) -> web.Response:
        """Answer one page of held binaries, newest first unless asked otherwise."""
        ask, folder = asked(request, UNMATCHED), _folder(request)

        def read(tx: Connection) -> Page[UnmatchedFile]:
            if folder is not None:
                folders.read(tx, folder)
            rows = unmatched.page(tx, folder, ask)
            return pages.page(tx, rows, ask.limit, SORTS.cursor(ask.order))

        return answer(await self._use.database.read(read))

    @Contract(Ingested, takes=FileUnmatched, statuses=(200, 201))
    async def file(self, request: web.Request) -> web.Response:
        """File a held binary."""
        held, who = number(request, "held"), actor(request)
        wanted = await body(request, FileUnmatched)
        filed = await self._use.database.write(lambda tx: unmatched.file(tx, held, wanted, who))
        return answer(filed, 201 if filed.created else 200)

    @Contract(type(None))
    async def drop(self, request: web.Request) -> web.Response:
        """Give a held binary up."""
        held, who = number(request, "held"), actor(request)
        released = await self._use.database.write(lambda tx: unmatched.drop(tx, held, who))
        await collect(self._use.database, self._use.blobs, [released])
        return answer(None)


def _folder(request: web.Request) -> int | None:
    told = request.query.get("folder")
    if told is None:
        return None
    if not (told.isascii() and told.isdigit()) or len(told) > 18:
        raise WrongUsage(f"{told!r} is no number of a folder.")
    return int(told)
