"""Watched folders: from a finished file to its message at a client, and what scans cost."""

import asyncio
import os
import secrets
import shutil
import statistics
import tempfile
import time
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

from processes import alternating, has_proc, resident_mib, tree_ms
from report import Row
from shipway_client.client import Client
from shipway_client.wire import AddFolder, FeedLine
from shipway_daemon.watch.choice import Choice
from shipway_daemon.watch.scan import scan
from shipway_tui.demo.home import DemoHome, throw_away_home

SAMPLE = Path(__file__).parents[2] / "tui" / "shipway_tui" / "samples" / "sample-1.0.0.apk"
QUIET = 0.5
FINISHED = int(os.environ.get("BENCH_FINISHED", "100"))
FILES = 10_000
BINARIES = 500
FOLDERS = 100
ROUNDS = 15
#: One scan period: wherever it begins, there is one scan in it.
PERIOD_SECONDS = 60.0
DEADLINE_SECONDS = 900.0


def rows() -> Iterator[Row]:
    """Measure how late a finished file is told of, a scan, and a rest over 10,000 files."""
    yield from _late()
    yield from _scans()
    if not has_proc():
        print("watching at rest: left out, for this system has no /proc to measure the daemon by")
        return
    yield from _at_rest()


# -------------------------------------------------------------------------- how late


def _late() -> Iterator[Row]:
    with throw_away_home() as home:
        asyncio.run(home.client.folders.add(AddFolder(path=str(home.builds), quiet=QUIET)))
        taken = sorted(asyncio.run(_finished(home)))
    beyond = [(seconds - QUIET) * 1000 for seconds in taken]
    what = "finished file to event beyond quiet time"
    yield Row(f"{what}, p50", statistics.median(beyond), "ms", budget=500)
    yield Row(f"{what}, p99", beyond[int(len(beyond) * 0.99)], "ms", budget=500)


async def _finished(home: DemoHome) -> list[float]:
    """Move one finished file in after the other; the seconds that each takes to its event."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        lines = home.client.history.feed()
        await _until(lines, lambda line: line.hello is not None)
        first, *others = [await _one(lines, home.builds) for _ in range(FINISHED + 1)]
    del first  # it starts the inspection worker
    return others


async def _one(lines: AsyncIterator[FeedLine], builds: Path) -> float:
    made = _binary(builds.parent)
    began = time.monotonic()
    made.rename(builds / made.name)

    def told(line: FeedLine) -> bool:
        event = line.event
        return event is not None and event.data.get("file_name") == made.name

    await _until(lines, told)
    return time.monotonic() - began


async def _until(lines: AsyncIterator[FeedLine], meant: Callable[[FeedLine], bool]) -> None:
    async for line in lines:
        if meant(line):
            return
    raise RuntimeError("the feed has ended")


def _binary(folder: Path) -> Path:
    """Make a small APK like no other."""
    path = folder / f"small-{secrets.token_hex(4)}.apk"
    shutil.copyfile(SAMPLE, path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("assets/name.txt", path.name)
    return path


# ----------------------------------------------------------------------------- scans


def _scans() -> Iterator[Row]:
    """Scan in this process, against the same tree walked and every file's state read."""
    with tempfile.TemporaryDirectory(prefix="shipway-bench-") as folder:
        root = Path(folder)
        for name, binaries in (("all of them binaries", FILES), (f"{BINARIES} of them", BINARIES)):
            tree = root / name
            _tree(tree, binaries, lambda path: path.touch())
            choice = Choice(os.fsencode(tree))
            ours, walk = alternating(
                lambda choice=choice: _cpu_ms(lambda: scan(choice, choice.root)),
                lambda tree=tree: _cpu_ms(lambda: _walk(tree)),
                ROUNDS,
            )
            yield Row(f"a scan of {FILES:,} files, {name}, CPU", ours, "ms", "walk, stat", walk, 3)


def _cpu_ms(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return (time.thread_time() - began) * 1000


def _walk(root: Path) -> int:
    return sum(
        os.stat(os.path.join(folder, name), follow_symlinks=False).st_size  # noqa: PTH116, PTH118
        for folder, _, names in os.walk(root)
        for name in names
    )


def _tree(root: Path, binaries: int, make: Callable[[Path], object]) -> None:
    """Make the files, spread over folders; every one of the binaries by `make`."""
    for number in range(FILES):
        folder = root / f"module-{number % FOLDERS}" / "build"
        folder.mkdir(parents=True, exist_ok=True)
        if number < binaries:
            make(folder / f"app-{number}.apk")
        else:
            (folder / f"part-{number}.o").touch()


# --------------------------------------------------------------------------- at rest


def _at_rest() -> Iterator[Row]:
    with throw_away_home() as home:
        tree = home.builds.parent / "tree"
        _tree(tree, BINARIES, lambda path: _binary(path.parent).rename(path))
        asyncio.run(home.client.folders.add(AddFolder(path=str(home.builds), quiet=QUIET)))
        tree.rename(home.builds / "tree")
        asyncio.run(_all_taken(home.client))
        pid = asyncio.run(home.client.history.health()).pid
        _settle(pid)
        before = tree_ms(pid)
        time.sleep(PERIOD_SECONDS)
        spent = tree_ms(pid) - before
        what = f"at rest, {FILES:,} files watched"
        yield Row(f"{what}, CPU a scan period", spent, "ms", budget=PERIOD_SECONDS * 5)
        yield Row(f"{what}, share of a core", spent / PERIOD_SECONDS / 10, "%", budget=0.5)
        yield Row(f"{what}, resident memory", resident_mib(pid), "MiB", budget=100)


async def _all_taken(client: Client) -> None:
    async with asyncio.timeout(DEADLINE_SECONDS):
        async for _ in client.history.feed():
            if (await client.folders.list()).items[0].ingested == BINARIES:
                return


def _settle(pid: int) -> None:
    """Wait until nothing moves any more, the idle worker's end included, but not for ever."""
    deadline = time.monotonic() + 2 * PERIOD_SECONDS
    while time.monotonic() < deadline:
        before = tree_ms(pid)
        time.sleep(5)
        if tree_ms(pid) - before <= 20:
            return
