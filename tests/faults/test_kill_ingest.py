"""`kill -9` of the daemon in every stage of an ingest.

Whatever the moment: after the next start the version is there exactly once, nothing under a final
name is partial, staging is empty, and the source was not touched.
"""

import hashlib
import shutil
import signal
from contextlib import suppress
from pathlib import Path

import pytest
from shipway_client.errors import ShipwayError
from shipway_client.wire import (
    AddFile,
    AddFolder,
    CreateProfile,
    UnknownBinary,
    UnmatchedFile,
    Version,
)
from support import killing_daemon
from support.desk import KILLING, SAMPLES, STRANGER, Desk, assert_whole, desk_daemon, kill_points
from support.waiting import wait_for

SOURCE = SAMPLES / STRANGER
DIGEST = hashlib.sha256(SOURCE.read_bytes()).hexdigest()
#: Where the version was recorded before the daemon died.
COMMITTED = ("committed", "about to answer")


SIZE = SOURCE.stat().st_size
#: The sizes of what lies in staging, and under the final name, when the daemon dies at a point.
LEFT_BEHIND = {
    "half of it copied": ([SIZE // 2 // 512 * 512 + 512], []),
    "the copy synced": ([SIZE], []),
    "the copy staged": ([SIZE], []),
}


@pytest.fixture
async def desk():
    async with desk_daemon() as made:
        yield made


@pytest.fixture
def builds(desk: Desk) -> Path:
    folder = desk.daemon.home.parent / "builds"
    folder.mkdir()
    return folder


def staged(desk: Desk) -> list[int]:
    return [path.stat().st_size for path in desk.daemon.locations.staging.iterdir()]


def blobs(desk: Desk) -> list[int]:
    found = desk.daemon.locations.blobs / DIGEST[:2] / DIGEST
    return [found.stat().st_size] if found.exists() else []


async def found(desk: Desk) -> list[Version]:
    """The versions with the bytes in question."""
    page = await desk.client.versions.list()
    return [version for version in page.items if version.sha256 == DIGEST]


async def assert_there_once(desk: Desk, version: Version) -> None:
    assert [one.address for one in await found(desk)] == [version.address]
    assert version.number == 1
    assert_whole(desk.daemon, [desk.older, desk.newer, version])
    assert SOURCE.read_bytes() == (desk.daemon.home.parent / "builds" / STRANGER).read_bytes()
    assert desk.daemon.orphans() == {}
    told = await desk.client.history.events(kind="version.added", limit=200)
    assert [event.subject for event in told.items].count(version.address) == 1


@pytest.mark.parametrize("point", kill_points(killing_daemon.INGEST))
async def test_a_watched_file_becomes_a_version_once(desk: Desk, builds: Path, point: str) -> None:
    shutil.copyfile(SOURCE, builds / STRANGER)
    await desk.daemon.start(KILLING, SHIPWAY_TEST_KILL_AT=point)
    with suppress(ShipwayError, ConnectionError):
        await desk.client.folders.add(AddFolder(path=str(builds), quiet=0.05))
    assert await desk.daemon.wait() == -signal.SIGKILL
    assert (staged(desk), blobs(desk)) == LEFT_BEHIND.get(point, ([], [SIZE]))
    await desk.daemon.start()
    (version,) = await wait_for(lambda: found(desk), message="the scan does not find the file")
    again = await desk.client.versions.add(AddFile(path=str(builds / STRANGER)))
    assert (again.version.address, again.created) == (version.address, False)
    await assert_there_once(desk, version)


@pytest.mark.parametrize("point", ["adopted", "committed"])
async def test_a_file_that_is_added_again_is_there_once(
    desk: Desk, builds: Path, point: str
) -> None:
    """Whoever got no answer asks again, and gets the same version, made now or then."""
    shutil.copyfile(SOURCE, builds / STRANGER)
    await desk.daemon.start(KILLING, SHIPWAY_TEST_KILL_AT=point)
    with pytest.raises((ShipwayError, ConnectionError)):
        await desk.client.versions.add(AddFile(path=str(builds / STRANGER)))
    assert await desk.daemon.wait() == -signal.SIGKILL
    await desk.daemon.start()
    assert len(await found(desk)) == int(point in COMMITTED)
    again = await desk.client.versions.add(AddFile(path=str(builds / STRANGER)))
    assert again.created == (point not in COMMITTED)
    await assert_there_once(desk, again.version)


@pytest.mark.e2e
@pytest.mark.parametrize("point", ["adopted", *killing_daemon.HOLD])
async def test_an_unknown_file_is_held_once(desk: Desk, builds: Path, point: str) -> None:
    """And a profile that is made for it then takes it in, though the file is gone."""
    shutil.copyfile(SOURCE, builds / STRANGER)
    await desk.daemon.start(KILLING, SHIPWAY_TEST_KILL_AT=point)
    folder = AddFolder(path=str(builds), quiet=0.05, unknown=UnknownBinary.HOLD)
    with suppress(ShipwayError, ConnectionError):
        await desk.client.folders.add(folder)
    assert await desk.daemon.wait() == -signal.SIGKILL
    await desk.daemon.start()

    async def held() -> list[UnmatchedFile]:
        return (await desk.client.unmatched.list()).items

    (one,) = await wait_for(held, message="it is not held")
    assert await found(desk) == []
    told = await desk.client.history.events(kind="file.unmatched", limit=200)
    assert [event.data["sha256"] for event in told.items] == [DIGEST]
    (builds / STRANGER).unlink()
    request = CreateProfile(name="late", channel=one.channel, identifier=one.identifier)
    await desk.client.profiles.create(request)
    (version,) = await wait_for(lambda: found(desk), message="it is not filed")
    assert_whole(desk.daemon, [desk.older, desk.newer, version])
    assert await held() == []
