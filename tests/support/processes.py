"""Which processes of a daemon are running; what a test must not leave behind."""

import contextlib
import os
import subprocess
from pathlib import Path

_CHILDREN = "shipway_daemon.workers.children."


def is_running(pid: int) -> bool:
    """Tell whether a process is there and no zombie."""
    if Path("/proc/self/stat").exists():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            state = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0]
            return state not in (b"Z", b"X")
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def children_of(daemon: int) -> dict[int, str]:
    """The lanes, probes and workers that the daemon with this process number started, alive or
    orphaned: their numbers and the module of each.
    """
    found: dict[int, str] = {}
    for pid, words in _commands():
        module = next((word for word in words if word.startswith(_CHILDREN)), None)
        if module and str(daemon) in words[words.index(module) + 1 :][:1] and is_running(pid):
            found[pid] = module.removeprefix(_CHILDREN)
    return found


def _commands() -> list[tuple[int, list[str]]]:
    if not Path("/proc/self/cmdline").exists():
        said = subprocess.run(["ps", "-axo", "pid=,args="], capture_output=True, check=True).stdout
        lines = [line.split() for line in said.decode("utf-8", "replace").splitlines()]
        return [(int(words[0]), words[1:]) for words in lines if words]
    commands: list[tuple[int, list[str]]] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                raw = (entry / "cmdline").read_bytes()
                commands.append((int(entry.name), raw.decode("utf-8", "replace").split("\0")))
    return commands
