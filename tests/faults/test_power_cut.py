"""A power cut while files are taken in: what was acknowledged is there when the power is back.

Only this test sees a missing fsync: after `kill -9` the page cache is still there. So the daemon is
also run with one fsync less, and then something acknowledged has to be lost (`SHIPWAY_MUTATE=1`).

The rows and the blobs lie on a disk each, for on one of ext4 every commit of the database puts the
names of the blobs on the disk as well. For the same reason files come one after the other where the
name of a blob is not put on the disk; and the fsync of the 256 folders, made at the first start,
cannot be missed here at all: that of the first copy does its work.
"""

import asyncio
import hashlib
import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from shipway_client.sending import send_file
from shipway_client.wire import AddFile, Version
from support.binaries import ipa
from support.daemon import DAEMON, RunningDaemon, running_daemon, short_folder
from support.power import CutDisk, cut_disk
from support.unsynced_daemon import LEFT_OUT
from support.waiting import wait_for

pytestmark = pytest.mark.e2e

UNSYNCED = (str(Path(__file__).parents[1] / "support" / "unsynced_daemon.py"),)
#: The power is cut when so many files are acknowledged, with more under way.
ACKNOWLEDGED = 12
#: Only there to end a hang.
SECONDS = 120.0
#: By which ways files come, each one after the other.
Ways = tuple[str, ...]
ADDED, SENT = "added", "sent"
#: Where another file under way would put it on the disk.
ALONE: dict[str, Ways] = {"blob": (ADDED,)}
STORE = ("blobs", "staging", "uploads")


class Disks(NamedTuple):
    """The home on one disk, and what it has of files on another."""

    rows: CutDisk
    store: CutDisk

    @property
    def home(self) -> Path:
        return self.rows.at / "home"

    def furnish(self) -> None:
        """Make a new home that is spread over both."""
        self.home.mkdir()
        for name in STORE:
            (self.store.at / name).mkdir()
            (self.home / name).symlink_to(self.store.at / name)
        os.sync()

    def blobs(self) -> list[Path]:
        return [path for path in (self.store.at / "blobs").rglob("*") if path.is_file()]

    def cut(self) -> None:
        self.store.cut()
        self.rows.cut()

    def again(self) -> None:
        self.store.again()
        self.rows.again()


@pytest.fixture
def disks() -> Iterator[Disks]:
    with (
        short_folder() as folder,
        cut_disk(folder / "rows") as rows,
        cut_disk(folder / "store") as store,
    ):
        made = Disks(rows, store)
        made.furnish()
        yield made


@pytest.mark.parametrize("ways", [(ADDED, SENT), (ADDED,), (SENT,)], ids=str)
async def test_what_was_acknowledged_survives_a_power_cut(
    disks: Disks, tmp_path: Path, ways: Ways
) -> None:
    assert await lost(disks, tmp_path, DAEMON, ways) == []


@pytest.mark.skipif(not os.environ.get("SHIPWAY_MUTATE"), reason="SHIPWAY_MUTATE=1 runs it")
@pytest.mark.parametrize("left_out", LEFT_OUT)
async def test_without_one_fsync_something_is_lost(
    disks: Disks, tmp_path: Path, left_out: str, tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIPWAY_TEST_UNSYNCED", left_out)
    gone = await lost(disks, tmp_path, UNSYNCED, ALONE.get(left_out, (ADDED, SENT)))
    tell(f"without the fsync of {left_out}: {len(gone)} lost, {gone[:1]}")
    assert gone


async def lost(disks: Disks, folder: Path, program: tuple[str, ...], ways: Ways) -> list[str]:
    """Cut the power under a daemon that takes files in; what is lost of what it acknowledged."""
    async with running_daemon(disks.home, start=False) as daemon:
        await daemon.start(program)
        acknowledged = await taken_until_the_cut(daemon, disks, folder, ways)
        await daemon.kill()
        await wait_for(lambda: not daemon.orphans(), 60, "a child holds the disk")
        disks.again()
        blobs = {path.name: path.read_bytes() for path in disks.blobs()}  # before any sweep
        try:
            await daemon.start()
        except (AssertionError, OSError) as error:
            return [f"the home does not start any more: {error}"]
        page = await daemon.client.versions.list(limit=200)
        there = {version.address for version in page.items}
        return list(missing(acknowledged, there, blobs))


async def taken_until_the_cut(
    daemon: RunningDaemon, disks: Disks, folder: Path, ways: Ways
) -> list[Version]:
    """Bring files by all these ways at once until the power is cut; what was acknowledged by then.

    There is no `await` between the last acknowledgement and the cut.
    """
    acknowledged: list[Version] = []
    files = built(folder)

    async def take(way: str) -> None:
        while len(acknowledged) < ACKNOWLEDGED:
            version = await one(daemon, next(files), way)
            if len(acknowledged) < ACKNOWLEDGED:
                acknowledged.append(version)
            if len(acknowledged) == ACKNOWLEDGED:
                disks.cut()

    takers = [asyncio.create_task(take(way)) for way in ways]
    await asyncio.wait(takers, timeout=SECONDS, return_when=asyncio.FIRST_COMPLETED)
    for taker in takers:
        taker.cancel()
    ended = await asyncio.gather(*takers, return_exceptions=True)
    assert len(acknowledged) == ACKNOWLEDGED, ended
    return acknowledged


async def one(daemon: RunningDaemon, file: Path, way: str) -> Version:
    """Have one file taken in: sent over the socket, or by its path."""
    request = AddFile(path=str(file))
    if way == SENT:
        done = await send_file(daemon.client, file, request, lambda _done, _total: None)
    else:
        done = await daemon.client.versions.add(request)
    return done.version


def built(folder: Path) -> Iterator[Path]:
    """Binaries without end."""
    for number in itertools.count(1):
        path = folder / f"build-{number}.ipa"
        path.write_bytes(ipa(build=str(number), salt=os.urandom(200_000)))
        yield path


def missing(acknowledged: list[Version], there: set[str], blobs: dict[str, bytes]) -> Iterator[str]:
    """Say what is lost of every version, and of every blob whether its bytes are others."""
    for version in acknowledged:
        if version.address not in there:
            yield f"{version.address} is gone"
        if version.sha256 not in blobs:
            yield f"the blob of {version.address} is gone"
    for name, content in blobs.items():
        if hashlib.sha256(content).hexdigest() != name:
            yield f"{len(content)} bytes under the name {name} are others"
