"""Routes of plugins."""

from aiohttp import web
from shipway_client.wire import Page, Plugin

from shipway_daemon.doors.native.answers import actor, answer
from shipway_daemon.doors.native.contract import Contract
from shipway_daemon.doors.native.use_cases import UseCases


class PluginRoutes:
    """Handlers of `/v1/plugins`."""

    def __init__(self, use: UseCases) -> None:
        self._use = use

    def routes(self) -> list[web.RouteDef]:
        """Every route of this noun."""
        return [
            web.get("/v1/plugins", self.list),
            web.get("/v1/plugins/{plugin}", self.show),
            web.post("/v1/plugins/{plugin}/disable", self.disable),
            web.post("/v1/plugins/{plugin}/enable", self.enable),
        ]

    @Contract(Page[Plugin])
    async def list(self, request: web.Request) -> web.Response:
        """Answer the record of every plugin."""
        del request
        return answer(await self._use.plugins.page())

    @Contract(Plugin)
    async def show(self, request: web.Request) -> web.Response:
        """Answer the record of one plugin."""
        return answer(await self._use.plugins.show(request.match_info["plugin"]))

    @Contract(Plugin)
    async def disable(self, request: web.Request) -> web.Response:
        """Switch a plugin off."""
        name = request.match_info["plugin"]
        return answer(await self._use.plugins.disable(name, actor(request)))

    @Contract(Plugin)
    async def enable(self, request: web.Request) -> web.Response:
        """Switch a plugin on."""
        name = request.match_info["plugin"]
        return answer(await self._use.plugins.enable(name, actor(request)))
