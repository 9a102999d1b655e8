"""Collect bytes that no version names any more, and never those of one that is on its way."""

from collections.abc import Iterable
from functools import partial

from sqlalchemy import Connection

from shipway_daemon.blobs.store import BlobStore
from shipway_daemon.catalog import versions
from shipway_daemon.database.engine import Database


async def collect(database: Database, blobs: BlobStore, digests: Iterable[str]) -> None:
    """Remove the blobs of these digests that no version names.

    Call it when the deletion is committed: a crash in between leaves bytes too many, never a
    version without its bytes. The digest is held, so that an ingest of the same bytes is over or
    has not begun.

    Raises:
        Unavailable: The disk is full or broken; the bytes stay.
    """
    for sha256 in digests:
        async with blobs.hold(sha256):
            await database.write(partial(_collect, blobs=blobs, sha256=sha256))


def _collect(tx: Connection, blobs: BlobStore, sha256: str) -> None:
    if versions.release_blob(tx, sha256):
        blobs.unlink(sha256)
