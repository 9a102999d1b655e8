"""Calls about binaries that are held because no profile has their identifier."""

from shipway_client.api import Api
from shipway_client.wire import FileUnmatched, Ingested, Page, UnmatchedFile


class Unmatched:
    """What can be asked about held binaries."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def list(
        self,
        *,
        folder: int | None = None,
        query: str | None = None,
        sort: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[UnmatchedFile]:
        """Read one page of held binaries, newest first, of one folder or of all.

        What `query` and `sort` may be, `wire.queries.UNMATCHED` says.
        """
        return await self._api.call(
            "GET",
            "/v1/unmatched",
            Page[UnmatchedFile],
            folder=folder,
            q=query,
            sort=sort,
            after=after,
            limit=limit,
        )

    async def file(self, unmatched: int, profile: str | None = None) -> Ingested:
        """File a held binary under a profile, or under a new one (None)."""
        return await self._api.call(
            "POST", f"/v1/unmatched/{unmatched}/file", Ingested, FileUnmatched(profile=profile)
        )

    async def drop(self, unmatched: int) -> None:
        """Give up a held binary and its bytes; the file that it came from stays where it is."""
        await self._api.call("DELETE", f"/v1/unmatched/{unmatched}", type(None))
