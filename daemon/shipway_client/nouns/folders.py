"""Calls about watched folders."""

from shipway_client.api import Api
from shipway_client.wire import AddFolder, Folder, Page


class Folders:
    """What can be asked about watched folders."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def list(self, *, after: str | None = None, limit: int = 50) -> Page[Folder]:
        """Read one page of folders."""
        return await self._api.call("GET", "/v1/folders", Page[Folder], after=after, limit=limit)

    async def add(self, request: AddFolder) -> Folder:
        """Watch a folder from now on; what is in it already is taken as well."""
        return await self._api.call("POST", "/v1/folders", Folder, request)

    async def remove(self, folder: int) -> None:
        """Stop watching a folder; its versions stay."""
        await self._api.call("DELETE", f"/v1/folders/{folder}", type(None))
