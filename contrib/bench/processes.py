"""What processes cost: CPU of a child from start to end, CPU and memory of one that goes on."""

import os
import statistics
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

#: How the kernel counts CPU time in /proc.
_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def child_ms(command: Sequence[str]) -> float:
    """Run a command and return the CPU milliseconds of it and its children.

    Raises:
        RuntimeError: It failed; a benchmark of a failure says nothing.
    """
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} exited with {process.returncode}")
    return (usage.ru_utime + usage.ru_stime) * 1000


def alternating(
    first: Callable[[], float], second: Callable[[], float], rounds: int
) -> tuple[float, float]:
    """Measure two things in turn, so that a busy moment hits both; return the medians."""
    first(), second()
    pairs = [(first(), second()) for _ in range(rounds)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def has_proc() -> bool:
    """Whether this system shows other processes in /proc (Linux)."""
    return Path("/proc/self/stat").exists()


def tree_ms(pid: int) -> float:
    """CPU milliseconds so far of a process, its living descendants and all that it has reaped."""
    return sum(_ticks(member) for member in _tree(pid)) * _TICK_MS


def _tree(root: int) -> list[int]:
    members = [root]
    for pid in members:
        try:
            tasks = list(Path(f"/proc/{pid}/task").iterdir())
            children = [(task / "children").read_text().split() for task in tasks]
        except OSError:
            continue  # it ended while we looked; whoever reaps it counts it
        members += [int(child) for some in children for child in some]
    return members


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(int(fields[index]) for index in (11, 12, 13, 14))


def resident_mib(pid: int) -> float:
    """The memory that a process holds now."""
    return _status_mib(pid, "VmRSS")


def peak_mib(pid: int) -> float:
    """The most that it held since `forget_peak`."""
    return _status_mib(pid, "VmHWM")


def forget_peak(pid: int) -> None:
    """Begin to measure the peak anew."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def _status_mib(pid: int, name: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"/proc/{pid}/status has no {name}")
