"""The process group that a program runs in, and how it is emptied.

In a lane the program stays in the lane's group, so that whoever ends the lane ends it too. What
a call leaves behind there is the program's, because a lane answers one call at a time.
"""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

_POLL = 0.02
_ROUNDS = 100


def leads() -> bool:
    """Say whether this process leads its group, as a lane does."""
    return os.getpgrp() == os.getpid()


def end_members(group: int) -> list[int]:
    """Kill all of a group but ourselves, and what they fork meanwhile; name those that stay."""
    for _ in range(_ROUNDS):
        found = members(group)
        if not found:
            return []
        for pid in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(_POLL)
    return members(group)


def members(group: int) -> list[int]:
    """List the living processes of a group but ourselves."""
    table = _from_proc() if Path("/proc/self/stat").exists() else _from_ps()
    return [pid for pid, of, state in table if of == group and state != "Z" and pid != os.getpid()]


def _from_proc() -> list[tuple[int, int, str]]:
    """Read number, group and state of every process, as proc(5) describes it."""
    found: list[tuple[int, int, str]] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                state, _, group = (entry / "stat").read_bytes().rpartition(b")")[2].split()[:3]
                found.append((int(entry.name), int(group), state.decode("ascii")))
    return found


def _from_ps() -> list[tuple[int, int, str]]:
    """Ask ps for the same, where there is no /proc."""
    asked = ["ps", "-A", "-o", "pid=", "-o", "pgid=", "-o", "stat="]
    said = subprocess.run(asked, capture_output=True, check=True, timeout=10).stdout.decode("ascii")
    rows = (line.split() for line in said.splitlines())
    return [(int(row[0]), int(row[1]), row[2][:1]) for row in rows if len(row) > 2]
