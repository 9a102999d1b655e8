"""Sending a file that the daemon cannot read itself, over lost connections and restarts.

The file is read and hashed in a thread while it is sent. What the daemon says that it has, it has:
after whatever went wrong it is asked where to go on, and the digest of the whole proves the rest.
"""

import asyncio
import hashlib
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from shipway_client.client import Client
from shipway_client.errors import NotFound, Refused, Unreadable, WrongUsage
from shipway_client.local_file import PIECE_BYTES, LocalFile
from shipway_client.patience import PASSING, Patience
from shipway_client.wire import AddFile, Arriving, CreateUpload, Ingested, Upload, UploadState

T = TypeVar("T")

#: How many bytes go in one request.
REQUEST_BYTES = 64 * 1024 * 1024
#: How long a single piece may take; the daemon may have to read again what it has.
STALL_SECONDS = 600.0

#: What a person can do whose upload was given up.
RESUMED = "The upload stays for a day: the same command goes on where it was."

#: Is told how many bytes the daemon was sent, and how many there are.
Report = Callable[[int, int], None]


async def bring_in(client: Client, request: AddFile, report: Report) -> Ingested:
    """Have a file taken in: by its path, or where the daemon cannot read that, by an upload.

    `report` is told of an upload only; how far a copy is, the feed tells.

    Raises:
        OSError: The file cannot be read here either.
        ShipwayError: It was not taken.
    """
    try:
        return await client.versions.add(request)
    except (NotFound, Unreadable):
        path = Path(request.path)
        if not await asyncio.to_thread(can_read, path):
            raise
    return await send_file(client, path, request, report)


def can_read(path: Path) -> bool:
    """Whether this process could upload the file."""
    return path.is_file() and os.access(path, os.R_OK)


async def send_file(client: Client, path: Path, said: Arriving, report: Report) -> Ingested:
    """Upload a file and have it taken in; goes on where an earlier try of the same ended.

    Whatever ends this before its time, the upload stays for a day.

    Raises:
        OSError: The file cannot be read here.
        WrongUsage: It is no regular file, or empty.
        Failed: It changed while it was sent.
        ShipwayError: What the daemon said, or that it has been away for two minutes.
    """
    file = await asyncio.to_thread(_opened, path)
    try:
        return await Sending(client, file, said, path.name, report).run()
    finally:
        file.close()


class Sending:
    """One file on its way to the daemon."""

    def __init__(
        self, client: Client, file: LocalFile, said: Arriving, name: str, report: Report
    ) -> None:
        self._client = client
        self._file = file
        self._report = report
        self._request = _request(file, said, name)
        self._patience = Patience(RESUMED)

    async def run(self) -> Ingested:
        """Send it whole, and have it taken in."""
        upload = await self._client.uploads.create(self._request)
        resumed = upload.offset > 0
        upload = await self._send_all(upload)
        digest = await asyncio.to_thread(self._file.digest)
        try:
            return await self._commit(upload.id, digest)
        except Refused:
            upload = await self._client.uploads.show(upload.id)
            if not resumed or upload.offset > 0:
                raise
        upload = await self._send_all(upload)  # what was there from before was of another file
        return await self._commit(upload.id, digest)

    async def _commit(self, upload: str, digest: str) -> Ingested:
        return await self._surely(partial(self._client.uploads.commit, upload, digest))

    async def _send_all(self, upload: Upload) -> Upload:
        while upload.state is UploadState.OPEN and upload.offset < upload.size:
            at = upload.offset
            self._report(at, upload.size)
            await self._attempt(upload.id, at)
            upload = await self._surely(partial(self._client.uploads.show, upload.id))
            if upload.offset > at:
                self._patience.renew()
        self._report(upload.offset, upload.size)
        return upload

    async def _attempt(self, upload: str, offset: int) -> None:
        """Send as much as one request takes; where that breaks off, wait a moment."""
        count = min(REQUEST_BYTES, self._file.size - offset)
        try:
            async with asyncio.timeout(STALL_SECONDS) as stall:
                pieces = self._pieces(offset, count, stall)
                await self._client.uploads.send(upload, offset, count, pieces)
        except PASSING as error:
            await self._patience.wait(error)
            self._client.relocate()

    async def _pieces(
        self, offset: int, count: int, stall: asyncio.Timeout
    ) -> AsyncGenerator[bytes, None]:
        """Read and hash one piece while the one before it is sent."""
        end, loop = offset + count, asyncio.get_running_loop()
        reading = self._reading(offset, end)
        try:
            while offset < end:
                piece = await reading
                offset += len(piece)
                reading = self._reading(offset, end)
                yield piece
                stall.reschedule(loop.time() + STALL_SECONDS)
                self._report(offset, self._file.size)
        finally:
            await asyncio.gather(reading, return_exceptions=True)  # never two at once

    def _reading(self, offset: int, end: int) -> "asyncio.Task[bytes]":
        count = min(PIECE_BYTES, end - offset)
        return asyncio.create_task(asyncio.to_thread(self._file.read, offset, count), name="read")

    async def _surely(self, question: Callable[[], Awaitable[T]]) -> T:
        """Ask until there is an answer, over restarts of the daemon."""
        while True:
            try:
                return await question()
            except PASSING as error:
                await self._patience.wait(error)
                self._client.relocate()


def _opened(path: Path) -> LocalFile:
    if not path.is_file():
        raise WrongUsage(f"{path} is no file that can be read.", "See how it is spelt.")
    return LocalFile(path)


def _request(file: LocalFile, said: Arriving, name: str) -> CreateUpload:
    """Say of the file what was said; the key is of all of that, so that nothing else is resumed."""
    told = {field: getattr(said, field) for field in Arriving.__struct_fields__}
    word = msgspec.json.encode([file.key, told])
    key = hashlib.sha256(word).hexdigest()
    shown = os.fsencode(name).decode("utf-8", "replace")
    return CreateUpload(file_name=shown, size=file.size, key=key, **told)
