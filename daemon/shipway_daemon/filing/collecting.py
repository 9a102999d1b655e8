"""Collect bytes that nothing names any more, and never those of a file that is on its way."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack
from functools import partial

import msgspec
from shipway_client.errors import Unavailable
from sqlalchemy import Connection

from shipway_daemon.blobs.store import BlobStore
from shipway_daemon.catalog import orphans
from shipway_daemon.database.engine import Database
from shipway_daemon.patience import finish

#: How many digests are held, and collected in one transaction.
_BATCH = 50


class Collected(msgspec.Struct, frozen=True):
    """How many blobs went, and how many bytes they had."""

    count: int = 0
    size: int = 0

    def __add__(self, other: "Collected") -> "Collected":
        return Collected(self.count + other.count, self.size + other.size)


async def collect(database: Database, blobs: BlobStore, digests: Iterable[str]) -> Collected:
    """Remove the blobs of these digests that no version and no held binary names.

    Call it when the deletion is committed: a crash in between leaves bytes too many, never a
    version without its bytes. Each digest is held until its file is gone, so that an ingest of the
    same bytes is over or has not begun; and as its row went first, nothing can name it any more.

    Raises:
        Unavailable: The disk is full or broken; the bytes stay until the next sweep.
    """
    gone = Collected()
    ordered = sorted(set(digests))  # one order for all, so that no two wait for each other
    for start in range(0, len(ordered), _BATCH):
        gone += await _collect(database, blobs, ordered[start : start + _BATCH])
    return gone


async def _collect(database: Database, blobs: BlobStore, digests: list[str]) -> Collected:
    async with AsyncExitStack() as held:
        for sha256 in digests:
            await held.enter_async_context(blobs.hold(sha256))
        free = await database.write(partial(orphans.release, digests=digests))
        if not free:
            return Collected()
        removing = asyncio.create_task(asyncio.to_thread(_remove, blobs, free))
        try:
            return await finish(removing)  # a large file takes its time to go
        except OSError as error:
            raise _unavailable(error) from error


def _remove(blobs: BlobStore, digests: list[str]) -> Collected:
    sizes = [blobs.unlink(sha256) for sha256 in digests]
    there = [size for size in sizes if size is not None]
    return Collected(len(there), sum(there))


async def sweep(database: Database, blobs: BlobStore) -> Collected:
    """Remove what a crash left behind: files that no row names, and rows that nothing names.

    Raises:
        Unavailable: The disk is full or broken; what is left stays until the next time.
    """
    gone = Collected()
    async for suspects in _suspects(database, blobs):
        gone += await collect(database, blobs, suspects)
    return gone


async def count_orphans(database: Database, blobs: BlobStore) -> Collected:
    """Tell what a sweep would remove, and change nothing."""
    found = Collected()
    async for suspects in _suspects(database, blobs):
        for sha256 in suspects:
            found += await _look(database, blobs, sha256)
    return found


async def _look(database: Database, blobs: BlobStore, sha256: str) -> Collected:
    async with blobs.hold(sha256):
        if await database.read(lambda tx: orphans.named(tx, [sha256])):
            return Collected()
        size = await asyncio.to_thread(blobs.size, sha256)
    return Collected() if size is None else Collected(1, size)


async def _suspects(database: Database, blobs: BlobStore) -> AsyncIterator[list[str]]:
    """Part by part, what seems to be named by nothing: a file on its way in looks like it too.

    Who holds the digest then knows, for an ingest holds it until its commit.
    """
    for first in "0123456789abcdef":
        try:
            there = await asyncio.to_thread(blobs.digests, first)
        except OSError as error:
            raise _unavailable(error) from error
        recorded, unnamed = await database.read(partial(_rows, first=first))
        yield sorted((there - recorded) | unnamed)


def _unavailable(error: OSError) -> Unavailable:
    return Unavailable(
        f"The store of blobs cannot be changed: {error.strerror or error}.",
        "See that the disk of the home is writable; nothing that is named was touched.",
    )


def _rows(tx: Connection, first: str) -> tuple[set[str], set[str]]:
    return orphans.recorded(tx, first), orphans.unnamed(tx, first)
