"""Calls about environments and what they hold."""

from shipway_client.api import ASK_SECONDS, Api, segment
from shipway_client.wire import AddEnvironment, ChangeEnvironment, Environment, Page, Publication


class Environments:
    """What can be asked about environments and publications."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def list(
        self,
        *,
        query: str | None = None,
        sort: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[Environment]:
        """Read one page of environments, by name; see `wire.queries.ENVIRONMENTS`."""
        return await self._api.call(
            "GET",
            "/v1/environments",
            Page[Environment],
            q=query,
            sort=sort,
            after=after,
            limit=limit,
        )

    async def show(self, name: str) -> Environment:
        """Read one environment, as last known."""
        return await self._api.call("GET", f"/v1/environments/{segment(name)}", Environment)

    async def add(self, request: AddEnvironment) -> Environment:
        """Make an environment."""
        return await self._api.call(
            "POST", "/v1/environments", Environment, request, seconds=ASK_SECONDS
        )

    async def change(self, name: str, request: ChangeEnvironment) -> Environment:
        """Change settings of an environment; those that do not fit are named field by field."""
        return await self._api.call(
            "PATCH",
            f"/v1/environments/{segment(name)}",
            Environment,
            request,
            seconds=ASK_SECONDS,
        )

    async def check(self, name: str) -> Environment:
        """Ask the adapter for its status now."""
        return await self._api.call(
            "POST", f"/v1/environments/{segment(name)}/check", Environment, seconds=ASK_SECONDS
        )

    async def remove(self, name: str) -> None:
        """Forget an environment; what its store holds stays there."""
        await self._api.call("DELETE", f"/v1/environments/{segment(name)}", type(None))

    async def publications(
        self,
        *,
        environment: str | None = None,
        app: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[Publication]:
        """Read what environments hold of apps, by environment and app."""
        return await self._api.call(
            "GET",
            "/v1/publications",
            Page[Publication],
            environment=environment,
            app=app,
            after=after,
            limit=limit,
        )
