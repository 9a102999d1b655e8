"""What a crash left behind is swept; what is on its way in, or is none of ours, never is."""

import asyncio
import errno
import hashlib
import threading

import pytest
from shipway_client.errors import Unavailable
from shipway_daemon.catalog import versions
from shipway_daemon.catalog.tables import blobs as table
from shipway_daemon.filing.collecting import Collected, collect, count_orphans, sweep
from sqlalchemy import select
from support.versions import add
from support.waiting import wait_for


@pytest.fixture
def lay(blobs):
    """Put bytes into the store without a row."""

    def put(content):
        digest = hashlib.sha256(content).hexdigest()
        blobs.path(digest).write_bytes(content)
        return digest

    return put


async def rows(database):
    return await database.read(lambda tx: set(tx.execute(select(table.c.sha256)).scalars()))


async def test_files_without_a_row_and_rows_without_a_name_are_swept(lay, database, blobs):
    """The one is a crash between rename and commit, the other one before collection."""
    lost, unnamed = lay(b"12345"), lay(b"1234")
    version = await database.write(add)
    blobs.path(version.sha256).write_bytes(b"kept")
    await database.write(lambda tx: versions.insert_blob(tx, unnamed, 4))
    await database.write(lambda tx: versions.insert_blob(tx, "f" * 64, 9))  # its file is gone

    assert await count_orphans(database, blobs) == Collected(2, 9)
    assert blobs.has(lost, 5)
    assert await sweep(database, blobs) == Collected(2, 9)
    assert not blobs.path(lost).exists()
    assert not blobs.path(unnamed).exists()
    assert await rows(database) == {version.sha256}
    assert blobs.path(version.sha256).exists()
    assert await sweep(database, blobs) == Collected()


async def test_what_is_on_its_way_in_is_waited_for_and_stays(lay, database, blobs):
    """It lies under its final name before a row names it, and its digest is held until then."""
    digest = lay(b"coming")
    async with blobs.hold(digest):
        sweeping = asyncio.create_task(sweep(database, blobs))
        await wait_for(lambda: blobs._held[digest][1] == 2)
        assert not sweeping.done()

        def record(tx):
            version = add(tx)
            versions.insert_blob(tx, digest, 6)
            versions.change(tx, version.id, sha256=digest)

        await database.write(record)
    assert (await sweeping).size == 0
    assert blobs.has(digest, 6)


async def test_what_is_no_blob_is_left_alone(database, blobs, locations):
    """A name that no digest has, or one in the wrong folder: somebody put it there."""
    strangers = [
        locations.blobs / "ab" / ".DS_Store",
        locations.blobs / "ab" / ("cd" + "0" * 62),
        locations.blobs / "ab" / ("AB" + "0" * 62),
        locations.blobs / "README",
    ]
    for path in strangers:
        path.write_bytes(b"mine")
    assert await sweep(database, blobs) == Collected()
    assert all(path.exists() for path in strangers)


async def test_collecting_what_is_named_takes_nothing(database, blobs):
    version = await database.write(add)
    blobs.path(version.sha256).write_bytes(b"kept")
    assert await collect(database, blobs, [version.sha256, "a" * 64]) == Collected()
    assert blobs.path(version.sha256).exists()


async def test_a_store_that_cannot_be_changed_is_said_and_harms_nothing(
    lay, database, blobs, monkeypatch
):
    """The row went first; the next sweep finds the file."""
    lost = lay(b"12345")
    await database.write(lambda tx: versions.insert_blob(tx, lost, 5))

    def refuse(_sha256):
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr(blobs, "unlink", refuse)
        with pytest.raises(Unavailable, match="Read-only"):
            await sweep(database, blobs)
    assert blobs.has(lost, 5)
    assert await sweep(database, blobs) == Collected(1, 5)
    assert await rows(database) == set()


async def test_two_that_collect_the_same_do_not_wait_for_each_other(lay, database, blobs):
    """Whatever the order in which they are given."""
    digests = [lay(f"{number}".encode()) for number in range(120)]
    async with asyncio.timeout(60):
        gone = await asyncio.gather(
            collect(database, blobs, digests), collect(database, blobs, reversed(digests))
        )
    assert sum(one.count for one in gone) == 120
    assert blobs._held == {}


async def test_a_cancelled_collection_holds_the_digest_until_its_file_is_gone(
    lay, database, blobs, monkeypatch
):
    """Else the thread would remove what an ingest has just put there."""
    digest = lay(b"large")
    begun, go_on = threading.Event(), threading.Event()
    original = blobs.unlink

    def slowly(sha256):
        begun.set()
        assert go_on.wait(60)
        return original(sha256)

    monkeypatch.setattr(blobs, "unlink", slowly)
    collecting = asyncio.create_task(collect(database, blobs, [digest]))
    await wait_for(begun.is_set)
    collecting.cancel()
    await asyncio.sleep(0)
    assert digest in blobs._held
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await collecting
    assert (blobs._held, blobs.path(digest).exists()) == ({}, False)
