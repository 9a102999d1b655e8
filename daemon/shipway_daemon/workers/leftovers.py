"""Finding what a child started and what outlives it, whatever group or session it went to.

A child's environment carries a mark, which all that it starts inherits; and what it forks inherits
the lane's lock. Who has either, and is of our own user, came from there. A program that is meant
to stay drops both: it closes its descriptors, and runs without the variable `SHIPWAY_CHILD`.
"""

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

#: The variable that marks a child and all that it starts.
MARK = "SHIPWAY_CHILD"
#: How long what was killed may take to disappear.
GONE_SECONDS = 5.0
_POLL = 0.05

_log = logging.getLogger("shipway.workers")


async def end_marked(mark: str) -> None:
    """Kill all that carries `mark`, or a mark that begins with it and a slash."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + GONE_SECONDS
    while killed := await asyncio.to_thread(_kill, lambda process: _has_mark(process, mark)):
        if loop.time() > deadline:
            _log.warning("what %s left behind cannot be killed: %s", mark, killed)
            return
        await asyncio.sleep(_POLL)


async def end_holders(lock: Path) -> None:
    """Kill, once, all that holds the lock at `lock`."""
    await asyncio.to_thread(_kill, lambda process: _holds(process, lock))


def _kill(which: Callable[["psutil.Process"], bool]) -> list[int]:
    """Kill every process of our own user but ourselves that is meant; say which they were."""
    import psutil

    killed: list[int] = []
    for process in _ours():
        with contextlib.suppress(psutil.Error, OSError):
            if which(process):
                process.kill()
                killed.append(process.pid)
    return killed


def _ours() -> Iterator["psutil.Process"]:
    import psutil

    for pid in psutil.pids():
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            if pid != os.getpid() and process.uids().real == os.getuid():
                yield process


def _has_mark(process: "psutil.Process", mark: str) -> bool:
    carried = process.environ().get(MARK, "")
    return carried == mark or carried.startswith(f"{mark}/")


def _holds(process: "psutil.Process", lock: Path) -> bool:
    """Tell whether a process has the lock; where the system does not say so, whether it is open."""
    if sys.platform != "linux":
        return any(file.path == str(lock) for file in process.open_files())
    wanted = lock.stat()
    folder = Path(f"/proc/{process.pid}/fd")
    return any(
        _is_same(descriptor, wanted) and _is_locked(process.pid, descriptor.name)
        for descriptor in folder.iterdir()
    )


def _is_same(descriptor: Path, wanted: os.stat_result) -> bool:
    with contextlib.suppress(OSError):
        seen = descriptor.stat()
        return (seen.st_dev, seen.st_ino) == (wanted.st_dev, wanted.st_ino)
    return False


def _is_locked(pid: int, number: str) -> bool:
    """Tell whether the lock was taken through this descriptor (Linux, proc_pid_fdinfo(5))."""
    return b"\nlock:" in Path(f"/proc/{pid}/fdinfo/{number}").read_bytes()
