"""The lock of a lane: free only when the lane and all that it forked are dead.

The daemon takes it, the lane inherits the descriptor, the daemon closes its own. It holds the
number and the start of the lane's process, so that a later daemon can end what is left of it.
"""

import asyncio
import contextlib
import fcntl
import os
import signal
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from shipway_daemon.workers.birth import started_at
from shipway_daemon.workers.errors import LaneHeld
from shipway_daemon.workers.leftovers import end_holders

#: How long what was killed may take to let go of its lock.
FREE_SECONDS = 10.0
#: How long what holds a lock is left to itself.
MOMENT_SECONDS = 0.5
_POLL = 0.02


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Which process the lane is: its number, which is also its group's, and when it started."""

    pid: int
    start: str


class LaneLock:
    """One held lock; leave the `with` block to close our copy of its descriptor."""

    def __init__(self, path: Path) -> None:
        """Take the lock, without waiting.

        Raises:
            LaneHeld: A lane of this environment is still running.
        """
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        self.descriptor = os.open(path, flags, 0o600)
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            os.close(self.descriptor)
            raise LaneHeld(
                f"A lane that holds {path.name} is still running.",
                f"Find it with `fuser {path}` and end it.",
            ) from held
        os.ftruncate(self.descriptor, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self.descriptor)

    async def record(self, pid: int) -> None:
        """Write down which process the lane is."""
        start = await started_at(pid)
        if start is not None:
            os.pwrite(self.descriptor, msgspec.json.encode(Record(pid=pid, start=start)), 0)


async def end_leftover(path: Path) -> None:
    """Kill the lane that holds the lock at `path`, if any, and wait until the lock is free.

    Raises:
        LaneHeld: It is still held when the deadline has passed.
    """
    if _is_free(path):
        return
    record = _read(path)
    if record is not None and await _is_its_group(record):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(record.pid, signal.SIGKILL)
    await set_free(path)


async def set_free(path: Path) -> None:
    """Wait until nobody holds the lock at `path`; who does after a moment is killed.

    Raises:
        LaneHeld: It is still held when the deadline has passed.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + FREE_SECONDS
    while True:
        try:
            return await wait_until_free(path, min(MOMENT_SECONDS, deadline - loop.time()))
        except LaneHeld:
            if loop.time() >= deadline:
                raise
        await end_holders(path)


async def wait_until_free(path: Path, seconds: float) -> None:
    """Wait until nobody holds the lock at `path`.

    Raises:
        LaneHeld: It is still held when the deadline has passed.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not _is_free(path):
        if loop.time() > deadline:
            raise LaneHeld(
                f"A process still holds the lane lock {path}.",
                f"Find it with `fuser {path}` and end it.",
            )
        await asyncio.sleep(_POLL)


async def _is_its_group(record: Record) -> bool:
    """Say whether the group of that number is still the lane's.

    A number is not given out again while a group has it: with the lock held and the leader
    gone, what is in the group came from the leader.
    """
    start = await started_at(record.pid)
    return start is None or start == record.start


def _is_free(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def _read(path: Path) -> Record | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Record)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
