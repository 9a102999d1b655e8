"""Routes of environments and publications."""

from aiohttp import web
from shipway_client.wire import AddEnvironment, ChangeEnvironment, Environment, Page, Publication
from shipway_client.wire.queries import ENVIRONMENTS
from sqlalchemy import Connection

from shipway_daemon.catalog import environments, pages
from shipway_daemon.doors.native.answers import actor, answer, asked, body, paging
from shipway_daemon.doors.native.contract import PAGING, Contract, Parameter, asking
from shipway_daemon.doors.native.use_cases import UseCases
from shipway_daemon.publish import publications

_ENVIRONMENT = Parameter("environment", str, "The name of an environment: only its own.")
_APP = Parameter("app", str, "The address of an app: only its own.")


class EnvironmentRoutes:
    """Handlers of `/v1/environments` and `/v1/publications`."""

    def __init__(self, use: UseCases) -> None:
        self._use = use

    def routes(self) -> list[web.RouteDef]:
        """Every route of this noun."""
        return [
            web.get("/v1/environments", self.list),
            web.post("/v1/environments", self.add),
            web.get("/v1/environments/{environment}", self.show),
            web.patch("/v1/environments/{environment}", self.change),
            web.delete("/v1/environments/{environment}", self.remove),
            web.post("/v1/environments/{environment}/check", self.check),
            web.get("/v1/publications", self.publications),
        ]

    @Contract(Page[Environment], query=asking(ENVIRONMENTS))
    async def list(self, request: web.Request) -> web.Response:
        """Answer one page of environments, by name unless asked otherwise."""
        return answer(await self._use.environments.page(asked(request, ENVIRONMENTS)))

    @Contract(Environment)
    async def show(self, request: web.Request) -> web.Response:
        """Answer one environment."""
        return answer(await self._use.environments.look(request.match_info["environment"]))

    @Contract(Environment, takes=AddEnvironment, statuses=(201,))
    async def add(self, request: web.Request) -> web.Response:
        """Make an environment."""
        wanted = await body(request, AddEnvironment)
        return answer(await self._use.environments.add(wanted, actor(request)), 201)

    @Contract(Environment, takes=ChangeEnvironment)
    async def change(self, request: web.Request) -> web.Response:
        """Change settings of an environment."""
        wanted = await body(request, ChangeEnvironment)
        name = request.match_info["environment"]
        return answer(await self._use.environments.change(name, wanted, actor(request)))

    @Contract(Environment)
    async def check(self, request: web.Request) -> web.Response:
        """Ask for its status now."""
        return answer(await self._use.environments.check(request.match_info["environment"]))

    @Contract(type(None))
    async def remove(self, request: web.Request) -> web.Response:
        """Forget an environment."""
        await self._use.environments.remove(request.match_info["environment"], actor(request))
        return answer(None)

    @Contract(Page[Publication], query=(*PAGING, _ENVIRONMENT, _APP))
    async def publications(self, request: web.Request) -> web.Response:
        """Answer one page of publications."""
        cursor, limit = paging(request)
        after = pages.id_cursor(cursor)
        environment, app = request.query.get("environment"), request.query.get("app")

        def read(tx: Connection) -> Page[Publication]:
            rows = environments.publications_page(tx, environment, app, after, limit + 1)
            page = pages.page(tx, rows, limit, lambda row: row.id)
            items = [publications.publication(tx, row) for row in page.items]
            return Page(items=items, after=page.after, seq=page.seq)

        return answer(await self._use.database.read(read))
