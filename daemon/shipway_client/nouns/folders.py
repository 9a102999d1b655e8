"""Calls about watched folders."""

from shipway_client.api import Api
from shipway_client.wire import AddFolder, ChangeFolder, Folder, Page, WaitingFile

_Waiting = list[WaitingFile]


class Folders:
    """What can be asked about watched folders."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def list(
        self,
        *,
        query: str | None = None,
        sort: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[Folder]:
        """Read one page of folders, as they were added; see `wire.queries.FOLDERS`."""
        return await self._api.call(
            "GET", "/v1/folders", Page[Folder], q=query, sort=sort, after=after, limit=limit
        )

    async def show(self, folder: int) -> Folder:
        """Read one folder."""
        return await self._api.call("GET", f"/v1/folders/{folder}", Folder)

    async def waiting(self, folder: int) -> _Waiting:
        """Read which files are not taken yet, and why: at most 200, oldest first."""
        return await self._api.call("GET", f"/v1/folders/{folder}/waiting", _Waiting)

    async def add(self, request: AddFolder) -> Folder:
        """Watch a folder from now on; what is in it already is taken as well."""
        return await self._api.call("POST", "/v1/folders", Folder, request)

    async def change(self, folder: int, request: ChangeFolder) -> Folder:
        """Change what is asked of a folder; files that it took already stay as they are."""
        return await self._api.call("PATCH", f"/v1/folders/{folder}", Folder, request)

    async def remove(self, folder: int) -> None:
        """Stop watching a folder; its versions stay."""
        await self._api.call("DELETE", f"/v1/folders/{folder}", type(None))
