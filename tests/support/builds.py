"""Output folders as builds leave them: many files, some of which are binaries."""

import asyncio
import contextlib
import sys
from pathlib import Path

from shipway_client.wire import AddFolder, Folder, FolderState, Version
from support.binaries import ipa
from support.daemon import RunningDaemon
from support.processes import children_of
from support.waiting import wait_for

PROGRAM = (str(Path(__file__).parent / "watching_daemon.py"),)
#: Seconds between two scans.
SCAN = 3.0
QUIET = 0.5
#: How long a machine that has much else to do may take for what is done at once.
PATIENCE = 240.0


def fill(folder: Path, files: int, binaries: int, tag: str) -> None:
    """Put so many files into a folder, with valid binaries evenly among them."""
    folder.mkdir(parents=True, exist_ok=True)
    every = files // binaries
    for number in range(files):
        if number % every == 0 and number // every < binaries:
            put(folder / f"{tag}-{number}.ipa", f"{tag}.{number // every}")
        else:
            (folder / f"{tag}-{number}.txt").write_bytes(b"some output of the build\n")


def put(path: Path, build: str) -> None:
    """Write a binary of this build in one go."""
    path.write_bytes(ipa(build=build))


async def watch(daemon: RunningDaemon, root: Path, **how: object) -> Folder:
    """Have a folder watched, and wait until its hints come (or are known not to)."""
    added = await daemon.client.folders.add(AddFolder(path=str(root), quiet=QUIET, **how))
    found = await state(daemon, added.id, FolderState.WATCHING, FolderState.SCANNING)
    if found.state is FolderState.WATCHING and sys.platform.startswith("linux"):
        await wait_for(lambda: listening(daemon) > 0, PATIENCE, "no hints come")
    return found


def listening(daemon: RunningDaemon) -> int:
    """How many folders the kernel listens to for the daemon."""
    children = children_of(daemon.pid)
    ears = [pid for pid, module in children.items() if module == "hints"]
    told = 0
    for pid in ears:
        with contextlib.suppress(OSError):
            for file in Path(f"/proc/{pid}/fdinfo").iterdir():
                told += file.read_text().count("inotify wd")
    return told


async def state(daemon: RunningDaemon, folder: int, *wanted: FolderState) -> Folder:
    """Wait until a folder is in one of these states."""

    async def look() -> Folder | None:
        found = await daemon.client.folders.show(folder)
        return found if found.state in wanted else None

    names = " or ".join(wanted)
    return await wait_for(look, PATIENCE, f"folder {folder} is not {names}\n{daemon.log[-2000:]}")


async def scanned(daemon: RunningDaemon, folder: int) -> None:
    """Wait until a scan has begun and ended from now on."""
    before = (await daemon.client.folders.show(folder)).last_scan_at
    for _ in range(2):

        async def again(before: str | None = before) -> str | None:
            latest = (await daemon.client.folders.show(folder)).last_scan_at
            return latest if latest != before else None

        before = await wait_for(again, PATIENCE, "no scan is made")


async def versions(daemon: RunningDaemon) -> list[Version]:
    """Every version that there is."""
    found, after = [], None
    while True:
        page = await daemon.client.versions.list(after=after, limit=200)
        found += page.items
        if page.after is None:
            return found
        after = page.after


async def taken(daemon: RunningDaemon, number: int) -> list[Version]:
    """Wait until there are so many versions, and see that there are no more."""

    async def look() -> list[Version] | None:
        found = await versions(daemon)
        if len(found) >= number:
            return found
        await asyncio.sleep(0.2)  # a question costs the daemon more than a file
        return None

    found = await wait_for(look, PATIENCE, f"there are no {number} versions")
    builds = [version.build for version in found]
    assert len(builds) == len(set(builds)) == number, builds
    return found


def descriptors(pid: int) -> int:
    """How many files a process has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def status(pid: int, name: str) -> int:
    """A number of /proc/PID/status: `Threads`, or `VmRSS` in KiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise AssertionError(f"no {name} of process {pid}")
