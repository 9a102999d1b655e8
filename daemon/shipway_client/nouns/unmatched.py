"""Calls about binaries that are held because no profile has their identifier."""

from shipway_client.api import Api
from shipway_client.wire import FileUnmatched, Ingested, Page, UnmatchedFile


class Unmatched:
    """What can be asked about held binaries."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def list(
        self, *, folder: int | None = None, after: str | None = None, limit: int = 50
    ) -> Page[UnmatchedFile]:
        """Read one page of held binaries, newest first, of one folder or of all."""
        return await self._api.call(
            "GET", "/v1/unmatched", Page[UnmatchedFile], folder=folder, after=after, limit=limit
        )

    async def file(self, held: int, request: FileUnmatched) -> Ingested:
        """File a held binary under a profile, or under a new one.

        Raises:
            Refused: A rule of the profile stands against it; it stays held.
        """
        return await self._api.call("POST", f"/v1/unmatched/{held}/file", Ingested, request)

    async def drop(self, held: int) -> None:
        """Give a held binary up, with its bytes."""
        await self._api.call("DELETE", f"/v1/unmatched/{held}", type(None))
