"""A source that changes while it is copied, with each step of the copy delayed by strace.

Whatever is done to it in the middle: no version has bytes of both states, the daemon never touches
the file, and what lies there in the end is taken when it is finished.
"""

import asyncio
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from shipway_client.errors import ShipwayError
from shipway_client.wire import AddFile, AddFolder
from support.binaries import ipa
from support.daemon import RunningDaemon, running_daemon
from support.desk import assert_whole
from support.tracing import TRACED, Strace
from support.waiting import wait_for

pytestmark = TRACED

#: Three steps of a copy, of which the first two are over when the source is changed.
SIZE = 20 << 20
STEP = 8 << 20
DELAY_MICROSECONDS = 400_000
PATIENCE = 90.0


def truncated(path: Path) -> bytes | None:
    os.truncate(path, SIZE // 2)
    return path.read_bytes()


def overwritten(path: Path) -> bytes | None:
    """In place, and with the time of the last change set back."""
    status, content = path.stat(), made(path, "2")
    with path.open("r+b") as file:
        file.write(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    return content


def replaced(path: Path) -> bytes | None:
    content = made(path, "3")
    beside = path.with_suffix(".tmp")
    beside.write_bytes(content)
    beside.replace(path)
    return content


def appended(path: Path) -> bytes | None:
    with path.open("ab") as file:
        file.write(b"more")
    return path.read_bytes()


def deleted(path: Path) -> bytes | None:
    path.unlink()
    return None


CHANGES = (truncated, overwritten, replaced, appended, deleted)
#: What is a binary afterwards; the others have lost their end, or are gone.
TAKEN = (overwritten, replaced)


def made(path: Path, build: str) -> bytes:
    """A binary of always the same size."""
    return ipa(f"dev.shipway.{path.stem}", build=build, salt=bytes(SIZE))


async def test_no_version_is_made_of_two_states_of_a_file(tmp_path: Path) -> None:
    builds = tmp_path / "builds"
    builds.mkdir()
    added = {change: tmp_path / f"added-{change.__name__}.ipa" for change in CHANGES}
    watched = {change: builds / f"watched-{change.__name__}.ipa" for change in CHANGES}
    async with running_daemon() as daemon:
        await daemon.client.folders.add(AddFolder(path=str(builds), quiet=0.1))
        slow = f"inject=copy_file_range:delay_enter={DELAY_MICROSECONDS}"
        paths = [*added.values(), *watched.values()]
        strace = Strace(daemon, paths, daemon.home / "delays.strace", "-e", slow)
        await strace.attach()
        left: dict[Path, bytes | None] = {}
        whole: set[str] = set()
        try:
            for change in CHANGES:
                left[added[change]] = await while_added(daemon, added[change], change)
                left[watched[change]] = await while_watched(daemon, watched[change], change)
                if change in TAKEN:
                    whole.add(digest(left[watched[change]]))
                    await wait_for(lambda: are_there(daemon, whole), PATIENCE, "a file is missed")
        finally:
            await strace.detach()
        versions = (await daemon.client.versions.list()).items
        assert {version.sha256 for version in versions} == whole
        assert_whole(daemon, versions)
        for path, content in left.items():
            assert (path.read_bytes() if path.exists() else None) == content, path


async def while_added(
    daemon: RunningDaemon, path: Path, change: Callable[[Path], bytes | None]
) -> bytes | None:
    """Change a file while it is added, which has to be refused."""
    path.write_bytes(made(path, "1"))  # noqa: ASYNC240 - the daemon is another process
    adding = asyncio.create_task(daemon.client.versions.add(AddFile(path=str(path))))
    await wait_for(lambda: half_copied(daemon), PATIENCE, "it is not copied")
    content = change(path)
    with pytest.raises(ShipwayError, match="changed while it was read"):
        await adding
    return content


async def while_watched(
    daemon: RunningDaemon, path: Path, change: Callable[[Path], bytes | None]
) -> bytes | None:
    """Change a file while it is taken from a watched folder."""
    outside = path.parent.parent / path.name
    outside.write_bytes(made(path, "1"))
    outside.rename(path)
    await wait_for(lambda: half_copied(daemon), PATIENCE, "it is not copied")
    content = change(path)
    await wait_for(lambda: not staged(daemon), PATIENCE, "the copy is not given up")
    return content


def staged(daemon: RunningDaemon) -> list[Path]:
    return list(daemon.locations.staging.iterdir())


def half_copied(daemon: RunningDaemon) -> bool:
    return any(path.stat().st_size >= STEP for path in staged(daemon))


def digest(content: bytes | None) -> str:
    assert content is not None
    return hashlib.sha256(content).hexdigest()


async def are_there(daemon: RunningDaemon, wanted: set[str]) -> bool:
    return wanted <= {version.sha256 for version in (await daemon.client.versions.list()).items}
