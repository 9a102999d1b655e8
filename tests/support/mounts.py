"""File systems that come and go, and one that never answers."""

import contextlib
import ctypes
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


def mount(at: Path) -> None:
    """Mount an empty file system at (or over) a folder, or skip."""
    if os.getuid() != 0:
        pytest.skip("only root can mount a file system")
    command = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(at)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")


def unmount(at: Path) -> None:
    """Take it away, also while somebody looks at it."""
    subprocess.run(["umount", "-l", str(at)], check=True)


@contextlib.contextmanager
def mounted(at: Path) -> Iterator[Path]:
    """Have an empty file system at (or over) a folder for as long as the block lasts."""
    mount(at)
    try:
        yield at
    finally:
        unmount(at)


@contextlib.contextmanager
def hung(at: Path) -> Iterator[None]:
    """Have a file system over a folder that answers nothing, as one whose server is gone.

    It is FUSE whose other end nobody reads. At the end of the block whoever waits for it gets an
    error, and the folder is what it was.
    """
    if os.getuid() != 0 or not Path("/dev/fuse").exists():
        pytest.skip("only root can mount a file system that hangs, and only where there is FUSE")
    other_end = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
    options = f"fd={other_end},rootmode=40000,user_id=0,group_id=0,allow_other"
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"hung", os.fsencode(at), b"fuse", 0, options.encode()):
        os.close(other_end)
        pytest.skip(f"FUSE cannot be mounted here: {os.strerror(ctypes.get_errno())}")
    try:
        yield
    finally:
        os.close(other_end)
        unmount(at)
