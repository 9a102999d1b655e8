"""The route that describes all the others."""

from functools import cached_property
from typing import Any

from aiohttp import web

from shipway_daemon.doors.native.answers import answer
from shipway_daemon.doors.native.contract import Contract
from shipway_daemon.doors.native.use_cases import UseCases


class DescriptionRoutes:
    """The handler of `/v1/openapi.json`."""

    def __init__(self, use: UseCases) -> None:
        del use
        self._application: web.Application | None = None

    def routes(self) -> list[web.RouteDef]:
        """Every route of this noun."""
        return [web.get("/v1/openapi.json", self.openapi)]

    @Contract(dict[str, Any])
    async def openapi(self, request: web.Request) -> web.Response:
        """Answer the OpenAPI document of this socket."""
        self._application = request.app
        return answer(self._document)

    @cached_property
    def _document(self) -> dict[str, Any]:
        from shipway_daemon.doors.native.openapi import document

        assert self._application is not None
        return document(
            (route.method, route.resource.canonical, route.handler)
            for route in self._application.router.routes()
            if route.resource is not None
        )
