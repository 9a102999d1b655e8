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
from collections.abc import Callable
from pathlib import Path

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
    while killed := await asyncio.to_thread(_kill, lambda pid: _has_mark(pid, mark)):
        if loop.time() > deadline:
            _log.warning("what %s left behind cannot be killed: %s", mark, killed)
            return
        await asyncio.sleep(_POLL)


async def end_holders(lock: Path) -> None:
    """Kill, once, all that holds the lock at `lock`."""
    await asyncio.to_thread(_kill, lambda pid: _holds(pid, lock))


def _kill(is_meant: Callable[[int], bool]) -> list[int]:
    """Kill every process of our own user but ourselves that is meant; say which they were."""
    import psutil

    killed: list[int] = []
    for pid in psutil.pids():
        # A process may end, or belong to somebody else, at any moment of this.
        with contextlib.suppress(psutil.Error, OSError):
            if pid == os.getpid() or not is_meant(pid):
                continue
            process = psutil.Process(pid)
            # Again, now that the number stands for this process and no later one.
            if process.uids().real == os.getuid() and is_meant(pid):
                process.kill()
                killed.append(pid)
    return killed


def _has_mark(pid: int, mark: str) -> bool:
    carried = _mark_of(pid)
    return carried == mark or carried.startswith(f"{mark}/")


def _mark_of(pid: int) -> str:
    """Read the mark of a process; on Linux without psutil, which takes ten times as long."""
    if sys.platform != "linux":
        import psutil

        return psutil.Process(pid).environ().get(MARK, "")
    name = f"{MARK}=".encode()
    data = Path(f"/proc/{pid}/environ").read_bytes()
    found = (entry for entry in data.split(b"\0") if entry.startswith(name))
    return os.fsdecode(next(found, name).removeprefix(name)) if name in data else ""


def _holds(pid: int, lock: Path) -> bool:
    """Tell whether a process has the lock; where the system does not say so, whether it is open."""
    if sys.platform != "linux":
        import psutil

        return any(file.path == str(lock) for file in psutil.Process(pid).open_files())
    wanted = lock.stat()
    return any(
        _is_same(descriptor, wanted) and _is_locked(pid, descriptor.name)
        for descriptor in Path(f"/proc/{pid}/fd").iterdir()
    )


def _is_same(descriptor: Path, wanted: os.stat_result) -> bool:
    with contextlib.suppress(OSError):
        seen = descriptor.stat()
        return (seen.st_dev, seen.st_ino) == (wanted.st_dev, wanted.st_ino)
    return False


def _is_locked(pid: int, number: str) -> bool:
    """Tell whether the lock was taken through this descriptor (Linux, proc_pid_fdinfo(5))."""
    return b"\nlock:" in Path(f"/proc/{pid}/fdinfo/{number}").read_bytes()
