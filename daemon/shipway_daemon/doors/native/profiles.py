"""Routes of profiles and apps."""

from aiohttp import web
from shipway_client.wire import App, ChangeProfile, CreateProfile, Page, Profile
from shipway_client.wire.queries import PROFILES
from sqlalchemy import Connection

from shipway_daemon.catalog import owners, pages, profiles
from shipway_daemon.catalog.profile_queries import SORTS
from shipway_daemon.doors.native.answers import actor, answer, asked, body, paging, profile_address
from shipway_daemon.doors.native.contract import PAGING, Contract, Parameter, asking
from shipway_daemon.doors.native.use_cases import UseCases
from shipway_daemon.filing import profiles as filing
from shipway_daemon.filing.collecting import collect

_CONFIRM = Parameter("confirm", str, "The address again, where versions would be deleted with it.")


class ProfileRoutes:
    """Handlers of `/v1/profiles` and `/v1/apps`."""

    def __init__(self, use: UseCases) -> None:
        self._use = use

    def routes(self) -> list[web.RouteDef]:
        """Every route of this noun."""
        one = "/v1/profiles/{owner}/{name}"
        return [
            web.get("/v1/profiles", self.list),
            web.post("/v1/profiles", self.create),
            web.get(one, self.show),
            web.patch(one, self.change),
            web.delete(one, self.delete),
            web.get("/v1/apps", self.apps),
            web.get("/v1/apps/{owner}/{name}", self.app),
        ]

    @Contract(Page[Profile], query=asking(PROFILES))
    async def list(self, request: web.Request) -> web.Response:
        """Answer one page of profiles."""
        ask = asked(request, PROFILES)

        def read(tx: Connection) -> Page[Profile]:
            rows = profiles.page(tx, ask.query, ask.after, ask.limit + 1, ask.order)
            return pages.page(tx, rows, ask.limit, SORTS.cursor(ask.order))

        return answer(await self._use.database.read(read))

    @Contract(Page[App], query=PAGING)
    async def apps(self, request: web.Request) -> web.Response:
        """Answer one page of apps."""
        after, limit = paging(request)
        page = await self._use.database.read(
            lambda tx: pages.page(
                tx, owners.apps_page(tx, after, limit + 1), limit, lambda row: row.address
            )
        )
        return answer(page)

    @Contract(App)
    async def app(self, request: web.Request) -> web.Response:
        """Answer one app."""
        address = profile_address(request)
        return answer(await self._use.database.read(lambda tx: owners.read_app(tx, address)))

    @Contract(Profile)
    async def show(self, request: web.Request) -> web.Response:
        """Answer one profile."""
        address = profile_address(request)
        return answer(await self._use.database.read(lambda tx: profiles.read(tx, address)))

    @Contract(Profile, takes=CreateProfile, statuses=(201,))
    async def create(self, request: web.Request) -> web.Response:
        """Make a profile."""
        wanted = await body(request, CreateProfile)
        who = actor(request)
        made = await self._use.database.write(lambda tx: filing.create(tx, wanted, who))
        return answer(made, 201)

    @Contract(Profile, takes=ChangeProfile)
    async def change(self, request: web.Request) -> web.Response:
        """Rename a profile, or change its settings."""
        wanted = await body(request, ChangeProfile)
        address, who = profile_address(request), actor(request)
        return answer(
            await self._use.database.write(lambda tx: filing.change(tx, address, wanted, who))
        )

    @Contract(type(None), query=(_CONFIRM,))
    async def delete(self, request: web.Request) -> web.Response:
        """Delete a profile."""
        address, who = profile_address(request), actor(request)
        confirm = request.query.get("confirm")
        released = await self._use.database.write(
            lambda tx: filing.delete(tx, address, confirm, who)
        )
        await collect(self._use.database, self._use.blobs, released)
        return answer(None)
