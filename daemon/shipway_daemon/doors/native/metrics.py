"""The route of the figures for Prometheus, in its text format."""

import asyncio
from collections.abc import Mapping

from aiohttp import web

from shipway_daemon.doors.native.contract import TEXT, Contract
from shipway_daemon.doors.native.tally import Tally
from shipway_daemon.doors.native.use_cases import UseCases


class MetricsRoutes:
    """The handler of `/metrics`."""

    def __init__(self, use: UseCases) -> None:
        self._tally = Tally(use)

    def routes(self) -> list[web.RouteDef]:
        """Every route of this noun."""
        return [web.get("/metrics", self.metrics)]

    @Contract(str, media=TEXT)
    async def metrics(self, request: web.Request) -> web.Response:
        """Answer figures for Prometheus, at a cost that does not grow with the catalogue."""
        del request
        await self._tally.refresh()
        body, media = await asyncio.to_thread(_written, self._tally)
        return web.Response(body=body, headers=media)


def _written(tally: Tally) -> tuple[bytes, Mapping[str, str]]:
    """Write the figures; imports the library with the first of them, away from the loop."""
    from shipway_daemon.doors.native.exposition import TYPE, exposition

    return exposition(tally), {"Content-Type": TYPE}
