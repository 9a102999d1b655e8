"""`kill -9` of the daemon in every stage of a prune.

Whatever the moment: after the next start every version has its bytes, no bytes are left that
nothing names, and each deletion was told once.
"""

import signal
import sqlite3
from contextlib import closing

import pytest
from shipway_client.errors import ShipwayError
from shipway_client.wire import ChangeProfile, Retention
from support import killing_daemon
from support.desk import KILLING, Desk, assert_whole, desk_daemon, kill_points
from support.waiting import wait_for

#: Where the version was still there when the daemon died.
BEFORE = ("a version deleted, not committed",)


@pytest.fixture
async def desk():
    async with desk_daemon() as made:
        yield made


def stored(desk: Desk) -> set[str]:
    """The digests of all files in the store."""
    return {path.name for path in desk.daemon.locations.blobs.glob("*/*")}


def recorded(desk: Desk) -> set[str]:
    """The digests of all blobs that are recorded."""
    with closing(sqlite3.connect(desk.daemon.locations.database)) as connection:
        return {row[0] for row in connection.execute("SELECT sha256 FROM blobs")}


@pytest.mark.parametrize("point", kill_points(killing_daemon.PRUNE))
async def test_a_prune_that_is_killed_leaves_nothing_behind(desk: Desk, point: str) -> None:
    await desk.daemon.start(KILLING, SHIPWAY_TEST_KILL_AT=point)
    keep = ChangeProfile(retention=Retention(keep_last=1))
    await desk.client.profiles.change(desk.app, keep)
    with pytest.raises((ShipwayError, ConnectionError)):
        await desk.client.pruning.prune()
    assert await desk.daemon.wait() == -signal.SIGKILL
    assert desk.newer.sha256 in stored(desk)

    await desk.daemon.start()
    there = await desk.client.versions.list()
    assert (len(there.items) == 2) == (point in BEFORE)
    named = {version.sha256 for version in there.items}
    await wait_for(lambda: recorded(desk) == stored(desk) == named, 60, "it is not swept")

    await desk.client.pruning.prune()
    assert [version.id for version in (await desk.client.versions.list()).items] == [desk.newer.id]
    assert recorded(desk) == stored(desk) == {desk.newer.sha256}
    assert_whole(desk.daemon, [desk.newer])
    told = await desk.client.history.events(kind="version.deleted", limit=200)
    assert [event.subject for event in told.items] == [desk.older.address]
