"""The route of a version's file: its bytes as they came, whole or in part (RFC 9110, 14)."""

import asyncio
import logging
from contextlib import aclosing

from aiohttp import web
from shipway_client.errors import Failed, WrongUsage
from shipway_client.version import VERSION
from shipway_client.wire import VERSION_HEADER, Version

from shipway_daemon.blobs.reading import OpenBlob, open_blob
from shipway_daemon.catalog import versions
from shipway_daemon.doors.native.answers import number, profile_address, refusal
from shipway_daemon.doors.native.contract import BYTES, Contract, Parameter
from shipway_daemon.doors.native.use_cases import UseCases

#: How long a client may take no byte before its connection is given up.
STALL_SECONDS = 300.0

_RANGE = Parameter("Range", str, "Which bytes, as in `bytes=100-`; else all of them.")
_IF_RANGE = Parameter("If-Range", str, "The ETag that the range is of; else all bytes are sent.")

_log = logging.getLogger(__name__)


class FileRoutes:
    """Handler of the file under a version."""

    def __init__(self, use: UseCases) -> None:
        self._use = use

    def routes(self) -> list[web.RouteDef]:
        """Every route of this noun."""
        return [web.get("/v1/profiles/{owner}/{name}/versions/{number}/file", self.file)]

    @Contract(
        bytes,
        statuses=(200, 206),
        headers=(_RANGE, _IF_RANGE),
        media=BYTES,
        ranged=True,
        head=True,
    )
    async def file(self, request: web.Request) -> web.StreamResponse:
        """Answer the bytes; what is deleted while they are read is read to its end."""
        version, blob = await self._open(request)
        try:
            return await _answer(request, version, blob)
        finally:
            blob.close()

    async def _open(self, request: web.Request) -> tuple[Version, OpenBlob]:
        profile, which = profile_address(request), number(request, "number")
        database, blobs = self._use.database, self._use.blobs
        known = await database.read(lambda tx: versions.read(tx, profile, which))
        async with blobs.hold(known.sha256):
            version = await database.read(lambda tx: versions.read(tx, profile, which))
            try:
                return version, await open_blob(blobs, version.sha256)
            except OSError as error:
                raise Failed(
                    f"The bytes of {version.address} cannot be read: {error.strerror}.",
                    "See what is wrong with `shipway doctor`.",
                ) from error


async def _answer(request: web.Request, version: Version, blob: OpenBlob) -> web.StreamResponse:
    etag = f'"{version.sha256}"'
    headers = {"ETag": etag, "Accept-Ranges": "bytes", VERSION_HEADER: VERSION}
    part = _part(request, etag, blob.size)
    if part is not None and part[0] >= part[1]:
        return _beyond(version, blob.size)
    start, end = part or (0, blob.size)
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{blob.size}"
    response = web.StreamResponse(status=206 if part else 200, headers=headers)
    response.content_type = "application/octet-stream"
    response.content_length = end - start
    await response.prepare(request)
    if request.method != "HEAD":
        await _send(request, response, blob, start, end)
    return response


def _part(request: web.Request, etag: str, size: int) -> tuple[int, int] | None:
    """The bytes that are asked for, from the first up to the one behind the last; None: all.

    A range that cannot be read is none, as is one of other bytes than those that there are.
    """
    if request.headers.get("If-Range", etag) != etag:
        return None
    try:
        asked = request.http_range
    except ValueError:
        return None
    if asked.start is None and asked.stop is None:
        return None
    start = asked.start or 0
    if start < 0:  # so many from the end
        return max(0, size + start), size
    return start, min(size, size if asked.stop is None else asked.stop)


def _beyond(version: Version, size: int) -> web.Response:
    """Nothing of what is asked for is there."""
    response = refusal(WrongUsage(f"{version.address} has {size} bytes, and none of those."))
    response.set_status(416)
    response.headers["Content-Range"] = f"bytes */{size}"
    return response


async def _send(
    request: web.Request, response: web.StreamResponse, blob: OpenBlob, start: int, end: int
) -> None:
    """Send a part; an answer that has begun can only be broken off."""
    try:
        async with aclosing(blob.pieces(start, end)) as pieces:
            async for piece in pieces:
                async with asyncio.timeout(STALL_SECONDS):
                    await response.write(piece)
    except (OSError, TimeoutError) as error:
        _log.warning("%s was broken off: %s", request.path, error)
        if request.transport is not None:
            request.transport.abort()
