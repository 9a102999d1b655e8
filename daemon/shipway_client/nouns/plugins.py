"""Calls about plugins."""

from shipway_client.api import Api, segment
from shipway_client.wire import Page, Plugin


class Plugins:
    """What can be asked about plugins."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def list(self) -> Page[Plugin]:
        """Read the record of every plugin."""
        return await self._api.call("GET", "/v1/plugins", Page[Plugin])

    async def show(self, name: str) -> Plugin:
        """Read the record of one plugin; one that failed to load is probed again."""
        return await self._api.call("GET", f"/v1/plugins/{segment(name)}", Plugin)

    async def disable(self, name: str) -> Plugin:
        """Switch a plugin off until it is switched on again; `warning` says what goes with it."""
        return await self._api.call("POST", f"/v1/plugins/{segment(name)}/disable", Plugin)

    async def enable(self, name: str) -> Plugin:
        """Switch a plugin on and probe it at once; its record says what became of it."""
        return await self._api.call("POST", f"/v1/plugins/{segment(name)}/enable", Plugin)
