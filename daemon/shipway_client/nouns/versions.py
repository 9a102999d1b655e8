"""Calls about versions, and the way in for files."""

from contextlib import AbstractAsyncContextManager

from shipway_client.api import Api, Incoming, address_path
from shipway_client.wire import AddFile, ChangeVersion, Ingested, Page, RejectVersion, Version

#: Copying and hashing a large file takes its time.
INGEST_SECONDS = 3600.0


class Versions:
    """What can be asked about versions."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def list(
        self,
        *,
        profile: str | None = None,
        query: str | None = None,
        sort: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[Version]:
        """Read one page of versions, newest first, of one profile or of all.

        What `query` and `sort` may be, `wire.queries.VERSIONS` says.
        """
        return await self._api.call(
            "GET",
            "/v1/versions",
            Page[Version],
            profile=profile,
            q=query,
            sort=sort,
            after=after,
            limit=limit,
        )

    async def show(self, address: str) -> Version:
        """Read one version."""
        return await self._api.call("GET", f"/v1/profiles/{address_path(address)}", Version)

    async def before(self, address: str) -> Version:
        """Read the version that came before this one in its profile.

        Raises:
            NotFound: None did, or there is no such version.
        """
        return await self._api.call("GET", f"/v1/profiles/{address_path(address)}/before", Version)

    def file(self, address: str, start: int = 0) -> AbstractAsyncContextManager[Incoming]:
        """Open a version's file and read its bytes from `start` on.

        Raises:
            WrongUsage: It has no byte there.
        """
        ranged = {"Range": f"bytes={start}-"} if start else {}
        return self._api.receive(f"/v1/profiles/{address_path(address)}/file", ranged)

    async def add(self, request: AddFile) -> Ingested:
        """Ingest a file by its path; the same bytes again answer with the version there is."""
        return await self._api.call(
            "POST", "/v1/versions", Ingested, request, seconds=INGEST_SECONDS
        )

    async def change(self, address: str, request: ChangeVersion) -> Version:
        """Change the notes, or give once what could not be read."""
        return await self._api.call(
            "PATCH", f"/v1/profiles/{address_path(address)}", Version, request
        )

    async def mark_candidate(self, address: str) -> Version:
        """Mark a version as release candidate; it becomes its profile's current one."""
        return await self._api.call(
            "PUT", f"/v1/profiles/{address_path(address)}/candidate", Version
        )

    async def unmark_candidate(self, address: str) -> Version:
        """Take the candidate mark away."""
        return await self._api.call(
            "DELETE", f"/v1/profiles/{address_path(address)}/candidate", Version
        )

    async def reject(self, address: str, message: str) -> Version:
        """Reject a version for ever, with a message."""
        return await self._api.call(
            "PUT",
            f"/v1/profiles/{address_path(address)}/rejection",
            Version,
            RejectVersion(message=message),
        )

    async def delete(self, address: str) -> None:
        """Delete a version here; what stores hold of it stays there."""
        await self._api.call("DELETE", f"/v1/profiles/{address_path(address)}", type(None))
