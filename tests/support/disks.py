"""File systems to run out of room on, or that turn read-only; limits that a process runs into."""

import contextlib
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def small_disk(at: Path, size: str) -> Iterator[Path]:
    """Mount a file system of `size` (as in `1m`) at a new folder, or skip."""
    if os.getuid() != 0:
        pytest.skip("only root can mount a small file system")
    at.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", str(at)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        yield at
    finally:
        subprocess.run(["umount", str(at)], check=True)


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Let a folder be read-only for all who open anything in it from now on, or skip.

    A view of the folder that cannot be written to is mounted over it: what is open stays open.
    """
    if os.getuid() != 0 or not sys.platform.startswith("linux"):
        pytest.skip("only root on Linux can mount one folder over another")
    if _mount("--bind", folder, folder).returncode:
        pytest.skip("no folder can be mounted over another here")
    try:
        if _mount("-o", "remount,ro,bind", folder).returncode:
            pytest.skip("no mount can be made read-only here")
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _mount(*words: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["mount", *map(str, words)], capture_output=True, check=False)


@contextlib.contextmanager
def limited(pid: int, limit: int, most: int) -> Iterator[None]:
    """Give a process a soft limit (`resource.RLIMIT_...`) for a while, or skip."""
    if not hasattr(resource, "prlimit"):
        pytest.skip("limits of another process can be set on Linux only")
    before = resource.prlimit(pid, limit)
    resource.prlimit(pid, limit, (most, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, limit, before)


@contextlib.contextmanager
def filled(file: Path) -> Iterator[None]:
    """Let no byte be left on the file system of `file` for a while."""
    fill(file)
    try:
        yield
    finally:
        file.unlink()


def fill(file: Path) -> None:
    """Write until no byte is left."""
    with file.open("wb", buffering=0) as ballast, contextlib.suppress(OSError):
        for step in (65_536, 4_096, 1):
            with contextlib.suppress(OSError):
                while True:
                    ballast.write(bytes(step))
