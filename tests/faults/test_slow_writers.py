"""Slow writers, ten rounds each: none is taken before its last byte, all soon after it.

The quiet time is the default of 2 s. Most of these writers are quiet for longer in the middle, or
look whole before they are: what tells is the lease (nobody writes) and the end of the container.
"""

import asyncio
import hashlib
import os
import statistics
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from shipway_client.wire import AddFolder, Version
from support import slow_writers
from support.binaries import ipa
from support.daemon import RunningDaemon, running_daemon
from support.slow_writers import KINDS, TWICE
from support.waiting import wait_for

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform != "linux", reason="without leases the guarantee is weaker"),
]

ROUNDS = 10
KILLED = "killed half way"
#: Rounds begin one after another, so that what is measured is one file and not a queue of ten.
APART = 0.3
#: Only there to end a hang.
PATIENCE = 120.0


@dataclass
class Round:
    """One file: its whole bytes, where they are written to, and when that was done."""

    kind: str
    content: bytes
    target: Path
    first: bytes = b""
    ended: float = 0.0

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def rounds_of(kind: str, folder: Path) -> list[Round]:
    name = "".join(char if char.isalnum() else "-" for char in kind)
    return [
        Round(
            kind,
            ipa(f"dev.slow.{name}", version=f"{number}", salt=os.urandom(200_000)),
            folder / f"{name}-{number}.ipa",
            first=ipa(f"dev.slow.{name}", version=f"{number}", salt=os.urandom(100_000)),
        )
        for number in range(ROUNDS)
    ]


async def write(one: Round, scratch: Path) -> None:
    """Have a file written by a process of its own, and remember when it was done."""
    source, first = scratch / one.target.name, scratch / f"{one.target.name}.first"
    await asyncio.to_thread(source.write_bytes, one.content)
    await asyncio.to_thread(first.write_bytes, one.first)
    writer = await asyncio.create_subprocess_exec(
        *(sys.executable, "-S", slow_writers.__file__, one.kind),
        *(str(source), str(one.target), str(first)),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            told, _ = await writer.communicate()
    finally:
        if writer.returncode is None:
            writer.kill()
            await writer.wait()
    if one.kind == KILLED:
        assert writer.returncode == -9
    else:
        one.ended = float(told)


async def write_all(rounds: list[Round], scratch: Path) -> None:
    async with asyncio.TaskGroup() as group:
        for one in rounds:
            group.create_task(write(one, scratch))
            await asyncio.sleep(APART)


async def versions(daemon: RunningDaemon) -> list[Version]:
    return (await daemon.client.versions.list(limit=200)).items


async def taken(daemon: RunningDaemon, rounds: list[Round]) -> dict[str, Version]:
    """Wait until the last content of each file is a version; returns all versions by digest."""

    async def look() -> dict[str, Version] | None:
        found = {version.sha256: version for version in await versions(daemon)}
        return found if all(one.digest in found for one in rounds) else None

    return await wait_for(look, PATIENCE, f"not all of {rounds[0].kind} were taken")


def late(version: Version, one: Round) -> float:
    """Seconds from the last byte to the version."""
    return datetime.fromisoformat(version.created_at).timestamp() - one.ended


async def test_no_unfinished_file_is_taken_and_every_finished_one_is(tmp_path, tell):
    builds, scratch = tmp_path / "builds", tmp_path / "scratch"
    builds.mkdir()
    scratch.mkdir()
    async with running_daemon() as daemon:
        folder = await daemon.client.folders.add(AddFolder(path=str(builds)))
        whole: set[str] = set()
        superseded = 0
        for kind in (*KINDS, TWICE):  # the killed writers first: their files lie there longest
            rounds = rounds_of(kind, builds)
            await write_all(rounds, scratch)
            if kind == KILLED:
                continue
            found = await taken(daemon, rounds)
            whole |= {one.digest for one in rounds}
            times = [late(found[one.digest], one) for one in rounds]
            if kind == TWICE:
                firsts = {hashlib.sha256(one.first).hexdigest() for one in rounds}
                superseded = sum(digest in found for digest in firsts)
                check_superseded(found, rounds)
                whole |= firsts
            tell(
                f"{kind}: ready {statistics.median(times):.2f} s after the end (median), "
                f"{max(times):.2f} s at most, of {len(times)}"
            )

        assert {version.sha256 for version in await versions(daemon)} <= whole
        shown = await daemon.client.folders.show(folder.id)
        assert shown.ingested == ROUNDS * len(KINDS)  # by file: those of the killed are none
        assert (shown.refused, shown.unmatched, shown.waiting) == (0, 0, ROUNDS)
        assert not (await daemon.client.history.events(kind="file.refused")).items
        why = {one.why for one in await daemon.client.folders.waiting(folder.id)}
    tell(f"closed twice: {superseded} of {ROUNDS} first contents were taken, and superseded")
    tell(f"killed half way: {ROUNDS} of {ROUNDS} wait: {' / '.join(sorted(why))}")


def check_superseded(found: dict[str, Version], rounds: list[Round]) -> None:
    """Where the first content was taken, the second one is the later version."""
    for one in rounds:
        first = found.get(hashlib.sha256(one.first).hexdigest())
        assert first is None or first.number < found[one.digest].number
