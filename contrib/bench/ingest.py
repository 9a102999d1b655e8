"""Ingesting one big file, against `cp && sha256sum` of a file of the same size."""

import asyncio
import os
import secrets
import shutil
import statistics
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from processes import child_ms, forget_peak, has_proc, peak_mib, resident_mib, tree_ms
from report import Row
from shipway_client.client import Client
from shipway_client.wire import AddFile, AddFolder
from shipway_tui.demo.home import DemoHome, throw_away_home

SAMPLE = Path(__file__).parents[2] / "tui" / "shipway_tui" / "samples" / "sample-1.0.0.apk"
MIB = int(os.environ.get("BENCH_MIB", "1024"))
ROUNDS = 3
DEADLINE_SECONDS = 600.0
_CHUNK = 1 << 20


def rows() -> Iterator[Row]:
    """Measure the daemon's CPU and memory for a file by `add` and from a watched folder."""
    if not has_proc():
        print("ingest: left out, for this system has no /proc to measure the daemon by")
        return
    with throw_away_home() as home:
        pid = asyncio.run(home.client.history.health()).pid
        asyncio.run(home.client.folders.add(AddFolder(path=str(home.builds), quiet=0.5)))
        _warm_up(home)
        for name, take in (("add", _add), ("watched folder", _drop)):
            yield from _measured(name, home, pid, take)


Take = Callable[[DemoHome, Path], None]


def _warm_up(home: DemoHome) -> None:
    """The first file starts workers and fills caches; that is no cost of a big file."""
    for take in (_add, _drop):
        take(home, big_binary(home.builds.parent, 1))


def _measured(name: str, home: DemoHome, pid: int, take: Take) -> Iterator[Row]:
    spent, growth, yardstick = [], [], []
    for _ in range(ROUNDS):
        source = big_binary(home.builds.parent, MIB)
        copy = source.with_suffix(".copy")
        script = 'cp "$1" "$2" && sha256sum "$2"'
        yardstick.append(child_ms(["sh", "-c", script, "sh", str(source), str(copy)]))
        copy.unlink()
        cpu, memory = _cost(home, pid, source, take)
        spent.append(cpu)
        growth.append(memory)
    ours, theirs = statistics.median(spent), statistics.median(yardstick)
    yield Row(f"ingest {MIB} MiB by {name}, CPU", ours, "ms", "cp && sha256sum", theirs, 0.7)
    yield Row(f"ingest {MIB} MiB by {name}, RSS growth", max(growth), "MiB", budget=8)


def _cost(home: DemoHome, pid: int, source: Path, take: Take) -> tuple[float, float]:
    forget_peak(pid)
    memory, cpu = resident_mib(pid), tree_ms(pid)
    take(home, source)
    return tree_ms(pid) - cpu, peak_mib(pid) - memory


def big_binary(folder: Path, mib: int) -> Path:
    """Make a fresh APK of a size: the sample with an asset that is stored, not deflated."""
    path = folder / f"big-{secrets.token_hex(4)}.apk"
    shutil.copyfile(SAMPLE, path)
    chunk = os.urandom(_CHUNK)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as archive,
        archive.open("assets/filler.bin", "w", force_zip64=True) as filler,
    ):
        for number in range(mib):
            filler.write(number.to_bytes(8, "big") + chunk[8:])
    return path


def _add(home: DemoHome, source: Path) -> None:
    asyncio.run(home.client.versions.add(AddFile(path=str(source))))
    source.unlink()


def _drop(home: DemoHome, source: Path) -> None:
    target = home.builds / source.name
    asyncio.run(_dropped(home.client, source, target))
    target.unlink()


async def _dropped(client: Client, source: Path, target: Path) -> None:
    """Move a finished file in, and wait by the feed until its version is there."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        async for line in client.history.feed():
            if line.hello is not None:
                source.rename(target)  # noqa: ASYNC240 - one rename
            newest = (await client.versions.list(limit=1)).items
            if newest and newest[0].file_name == target.name:
                return
