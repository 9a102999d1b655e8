"""Small file systems, to run out of room on."""

import contextlib
import os
import subprocess
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


def fill(file: Path) -> None:
    """Write until no byte is left."""
    with file.open("wb", buffering=0) as ballast, contextlib.suppress(OSError):
        for step in (65_536, 4_096, 1):
            with contextlib.suppress(OSError):
                while True:
                    ballast.write(bytes(step))
