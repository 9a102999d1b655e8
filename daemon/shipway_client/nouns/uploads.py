"""Calls about uploads; `shipway_client.sending` makes a file's whole way out of them."""

from collections.abc import AsyncGenerator

from shipway_client.api import Api, segment
from shipway_client.wire import (
    OFFSET_HEADER,
    CommitUpload,
    CreateUpload,
    Ingested,
    Page,
    Upload,
)

#: After a restart the daemon reads again what came of the file, and then it inspects it.
COMMIT_SECONDS = 3600.0


class Uploads:
    """What can be asked about uploads."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def list(
        self,
        *,
        query: str | None = None,
        sort: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[Upload]:
        """Read one page of uploads, newest first; those that are done are told for a day.

        What `query` and `sort` may be, `wire.queries.UPLOADS` says.
        """
        return await self._api.call(
            "GET", "/v1/uploads", Page[Upload], q=query, sort=sort, after=after, limit=limit
        )

    async def create(self, request: CreateUpload) -> Upload:
        """Begin an upload, or find the open one of the same key."""
        return await self._api.call("POST", "/v1/uploads", Upload, request)

    async def show(self, upload: str) -> Upload:
        """Ask where an upload goes on, or what became of it."""
        return await self._api.call("GET", f"/v1/uploads/{segment(upload)}", Upload)

    async def send(
        self, upload: str, offset: int, count: int, pieces: AsyncGenerator[bytes, None]
    ) -> int:
        """Send `count` bytes from `offset`; returns the offset at which it goes on.

        Raises:
            Busy: Somebody else is sending this upload.
            Refused: It goes on elsewhere, or is done.
            Broken: The connection broke off; ask with `show` how much came.
        """
        headers = {OFFSET_HEADER: str(offset), "Content-Length": str(count)}
        told = await self._api.send("PATCH", f"/v1/uploads/{segment(upload)}", headers, pieces)
        return int(told.get(OFFSET_HEADER.lower(), offset + count))

    async def commit(self, upload: str, sha256: str) -> Ingested:
        """Have the upload taken in; asked again, the answer is the same."""
        return await self._api.call(
            "POST",
            f"/v1/uploads/{segment(upload)}/commit",
            Ingested,
            CommitUpload(sha256=sha256),
            seconds=COMMIT_SECONDS,
        )

    async def cancel(self, upload: str) -> None:
        """Forget an upload and the bytes that came of it."""
        await self._api.call("DELETE", f"/v1/uploads/{segment(upload)}", type(None))
