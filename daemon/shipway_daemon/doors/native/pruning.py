"""The route that deletes what retention lets go."""

from aiohttp import web
from shipway_client.wire import PruneReport, PruneRequest

from shipway_daemon.doors.native.answers import actor, answer, body
from shipway_daemon.doors.native.contract import Contract
from shipway_daemon.doors.native.use_cases import UseCases


class PruningRoutes:
    """Handlers of `/v1/prune`."""

    def __init__(self, use: UseCases) -> None:
        self._use = use

    def routes(self) -> list[web.RouteDef]:
        """Every route of this noun."""
        return [web.post("/v1/prune", self.prune)]

    @Contract(PruneReport, takes=PruneRequest)
    async def prune(self, request: web.Request) -> web.Response:
        """Prune now, or tell what that would delete."""
        wanted = await body(request, PruneRequest)
        pruning = self._use.pruning
        return answer(await (pruning.plan() if wanted.dry_run else pruning.prune(actor(request))))
