"""File system calls of an ingest that fail or kill, one in each case, as strace injects them.

First an ingest is recorded, then in each of the seeded cases, half of them added and half watched,
one of its calls gets SIGKILL, EIO or ENOSPC: on the database, on the copy in staging, under the
final name of the blob, on the source and on the watched folder. Afterwards, without injection: what
was acknowledged is there, every blob is whole, no part of a copy is left, the source is as it was,
and the file is a version, without a restart but where the daemon was killed.
"""

import asyncio
import hashlib
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from shipway_client.errors import ShipwayError
from shipway_client.wire import AddFile, AddFolder, Version
from support.binaries import ipa
from support.counting_daemon import COPIES, PROGRAM
from support.daemon import RunningDaemon, running_daemon
from support.desk import assert_whole
from support.tracing import (
    CASES,
    KILL,
    SEED,
    TRACED,
    Case,
    Strace,
    calls_in,
    database_files,
    revived,
    seeded,
    struck,
)
from support.waiting import wait_for

QUIET = 0.1
#: A folder tries again after 5 s, then after 10; and a scan comes every minute.
PATIENCE = 150.0
#: How long a fault may last: it is over before the second try.
FAULT_SECONDS = 4.0

pytestmark = TRACED


class Way:
    """One way in: how a file comes to the daemon, and what it takes to ask again."""

    def __init__(self, daemon: RunningDaemon, folder: Path) -> None:
        self.daemon = daemon
        self.folder = folder
        self.acknowledged: dict[str, Version] = {}
        self._made = 0

    def build(self) -> Path:
        """Make the next binary, in place of nothing: where it lies, nobody has looked yet."""
        self._made += 1
        path = self.folder.parent / f"build-{self._made}.ipa"
        path.write_bytes(ipa(build=str(self._made), salt=bytes(200_000)))
        return path

    def place(self, built: Path) -> Path:
        """Where the binary lies when it is taken."""
        return built

    async def offer(self, built: Path) -> None:
        """Bring a binary to the daemon, once."""
        ingested = await self.daemon.client.versions.add(AddFile(path=str(built)))
        self.acknowledged[ingested.version.address] = ingested.version

    async def again(self, built: Path) -> None:
        """Ask once more, as whoever got no answer does."""
        await self.offer(built)

    async def passed(self, digest: str) -> None:
        """Let the fault last for as long as it may still strike."""
        del digest

    async def found(self, digest: str) -> Version | None:
        """The version of these bytes, if there is one."""
        page = await self.daemon.client.versions.list(limit=5)
        return next((one for one in page.items if one.sha256 == digest), None)

    def paths(self, built: Path, digest: str) -> list[Path]:
        """All that an ingest touches, by name."""
        places = self.daemon.locations
        staged = [places.staging / f"{number}.part" for number in range(1, COPIES + 1)]
        blob = places.blobs / digest[:2] / digest
        source = self.place(built)
        return [*database_files(self.daemon), *staged, blob, blob.parent, source, source.parent]


class Watched(Way):
    """A binary that is moved into a watched folder. Nobody asks again: it must be found."""

    def place(self, built: Path) -> Path:
        return self.folder / built.name

    async def offer(self, built: Path) -> None:
        built.rename(self.place(built))  # noqa: ASYNC240 - one rename

    async def again(self, built: Path) -> None:
        del built

    async def passed(self, digest: str) -> None:
        with suppress(ShipwayError, ConnectionError, AssertionError):
            await wait_for(lambda: self.found(digest), FAULT_SECONDS)


@pytest.mark.parametrize("kind", [Way, Watched], ids=["added", "watched"])
async def test_a_fault_in_any_call_of_an_ingest_loses_nothing(tmp_path, kind, tell) -> None:
    folder = tmp_path / "builds"
    folder.mkdir()
    async with running_daemon(start=False) as daemon:
        await daemon.start(PROGRAM)
        await daemon.client.folders.add(AddFolder(path=str(folder), quiet=QUIET))
        way = kind(daemon, folder)
        made = await recorded(way)
        told: Counter[str] = Counter()
        for case in seeded(made, CASES // 2):
            told[f"{case.fault}: {await one(way, case)}"] += 1
        await daemon.restart()
        assert_whole(daemon, list(way.acknowledged.values()))
        assert await addresses(way) == set(way.acknowledged)
    counts = ", ".join(f"{what} {times}" for what, times in sorted(told.items()))
    tell(f"{kind.__name__}, seed {SEED}, {CASES // 2} cases: {counts}")
    assert sum(times for what, times in told.items() if "missed" not in what) >= CASES / 6


async def recorded(way: Way) -> Counter[str]:
    """How often each call is made on the paths of one ingest; the one before it warms up."""
    await taken(way, way.build())
    built = way.build()
    output = way.daemon.home / "recorded.strace"
    strace = Strace(way.daemon, way.paths(built, digest_of(built)), output)
    await strace.attach()
    try:
        await taken(way, built)
    finally:
        await strace.detach()
    made = calls_in(output)
    assert made.keys() & {"fsync", "fdatasync"}, "nothing was made durable"
    assert made.keys() & {"rename", "renameat", "renameat2"}, "nothing got its final name"
    return made


async def taken(way: Way, built: Path) -> Version:
    digest = digest_of(built)
    await way.offer(built)
    version = await wait_for(lambda: way.found(digest), PATIENCE, "the file is missed")
    assert version is not None
    way.acknowledged[version.address] = version
    return version


async def one(way: Way, case: Case) -> str:
    """Run one case, check all that was promised, and say how it went."""
    daemon, built = way.daemon, way.build()
    output = daemon.home / "case.strace"
    content, digest = built.read_bytes(), digest_of(built)
    strace = Strace(daemon, way.paths(built, digest), output, *case.inject)
    await strace.attach()
    try:
        with suppress(ShipwayError, ConnectionError):
            async with asyncio.timeout(60):
                await way.offer(built)
        await way.passed(digest)
    finally:
        await strace.detach()
    said = "struck" if struck(output) else "missed the call"
    died = await revived(daemon, *PROGRAM)
    assert not died or case.fault == KILL, (case, "the daemon died of an error")
    version = await way.found(digest)
    said += ", taken at once" if version else ", taken later"
    if version is None:
        await way.again(built)
        version = await wait_for(lambda: way.found(digest), PATIENCE, f"missed after {case}")
    assert version is not None
    way.acknowledged[version.address] = version
    assert (await daemon.client.history.health()).pid == daemon.pid
    assert way.place(built).read_bytes() == content, (case, "the source was touched")
    assert_blobs_whole(way, case)
    if case.call.startswith("unlink"):  # what could not be removed is swept at the next start
        await daemon.stop()
        await daemon.start(PROGRAM)
    assert_whole(daemon, list(way.acknowledged.values()))
    return said


def digest_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


async def addresses(way: Way) -> set[str]:
    """Every version of the catalogue."""
    found: set[str] = set()
    after: str | None = None
    while True:
        page = await way.daemon.client.versions.list(after=after, limit=100)
        found |= {version.address for version in page.items}
        if (after := page.after) is None:
            return found


def assert_blobs_whole(way: Way, case: Case) -> None:
    """What has a final name has all its bytes, and every version has its blob."""
    blobs = [path for path in way.daemon.locations.blobs.rglob("*") if path.is_file()]
    for blob in blobs:
        assert digest_of(blob) == blob.name, (case, "partial under its final name")
    wanted = {version.sha256 for version in way.acknowledged.values()}
    assert wanted <= {blob.name for blob in blobs}, (case, "a version without its bytes")
