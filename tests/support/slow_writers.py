"""Writers that take their time: each makes a file of the bytes of another, as build tools do.

python slow_writers.py KIND SOURCE TARGET [FIRST]

Prints the time (seconds since 1970) at which the file was finished, before which nobody may have
taken it. `FIRST` is what a writer that closes twice writes first.
"""

import mmap
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

_STEPS = 10


def _in_steps(file: int, data: bytes, pause: float) -> None:
    """Write in ten steps with a pause after each but the last."""
    step = len(data) // _STEPS + 1
    for at in range(0, len(data), step):
        os.write(file, data[at : at + step])
        if at + step < len(data):
            time.sleep(pause)


def _create(target: Path) -> int:
    return os.open(target, os.O_RDWR | os.O_CREAT | os.O_TRUNC)


def steady(data: bytes, target: Path) -> None:
    """Ten steps, 0.1 s apart."""
    file = _create(target)
    _in_steps(file, data, 0.1)
    os.close(file)


def _stalls(seconds: float) -> Callable[[bytes, Path], None]:
    def write(data: bytes, target: Path) -> None:
        """Half of it, a stall, the rest."""
        file = _create(target)
        os.write(file, data[: len(data) // 2])
        time.sleep(seconds)
        os.write(file, data[len(data) // 2 :])
        os.close(file)

    return write


def preallocated(data: bytes, target: Path) -> None:
    """All of its size at once, then half of the bytes, a stall, the rest."""
    file = _create(target)
    os.ftruncate(file, len(data))
    os.write(file, data[: len(data) // 2])
    time.sleep(3)
    os.write(file, data[len(data) // 2 :])
    os.close(file)


def tail_first(data: bytes, target: Path) -> None:
    """The last half, which holds the directory of a ZIP, then the first half step by step."""
    file = _create(target)
    half = len(data) // 2
    os.pwrite(file, data[half:], half)
    time.sleep(1)
    _in_steps(file, data[:half], 0.3)
    os.close(file)


def mapped(data: bytes, target: Path) -> None:
    """Through a mapping of its memory; the descriptor is closed at once."""
    file = _create(target)
    os.ftruncate(file, len(data))
    with mmap.mmap(file, len(data)) as memory:
        os.close(file)
        step = len(data) // _STEPS + 1
        for at in range(0, len(data), step):
            memory[at : at + step] = data[at : at + step]
            time.sleep(0.3)
        memory.flush()


def renamed(data: bytes, target: Path) -> None:
    """Under another name, then renamed into place."""
    other = target.with_name(target.name + ".part")
    steady(data, other)
    other.rename(target)


def copied(data: bytes, target: Path) -> None:
    """As `cp -p` does: step by step, and then with the time of the original."""
    file = _create(target)
    _in_steps(file, data, 0.3)
    os.utime(file, (1_000_000_000, 1_000_000_000))
    os.close(file)


def killed(data: bytes, target: Path) -> None:
    """Half of it; then its writer is killed."""
    file = _create(target)
    os.write(file, data[: len(data) // 2])
    os.kill(os.getpid(), signal.SIGKILL)


KINDS: dict[str, Callable[[bytes, Path], None]] = {
    "killed half way": killed,
    "steady 0.1 s": steady,
    "stalls 1.2 s": _stalls(1.2),
    "stalls 3 s": _stalls(3),
    "stalls 6 s": _stalls(6),
    "preallocated, stalls 3 s": preallocated,
    "tail first": tail_first,
    "mapped into memory": mapped,
    "renamed into place": renamed,
    "cp -p": copied,
}
TWICE = "closed twice, 2 s apart"


def main(kind: str, source: str, target: str, first: str = "") -> None:
    """Write one file."""
    if kind == TWICE:
        shutil.copyfile(first, target)
        time.sleep(2)
        shutil.copyfile(source, target)
    else:
        KINDS[kind](Path(source).read_bytes(), Path(target))
    sys.stdout.write(f"{time.time()}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
