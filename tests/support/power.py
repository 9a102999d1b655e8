"""File systems whose power can be cut: what was not put on the disk by then is gone.

An ext4 in a file of its own is shut down by the kernel without its journal being flushed, taken
away and mounted again. Nothing that only the page cache had can come back.
"""

import contextlib
import fcntl
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

#: `_IOR('X', 125, __u32)` of linux/fs.h, and `EXT4_GOING_FLAGS_NOLOGFLUSH`.
_SHUTDOWN = 0x8004587D
_NO_LOG_FLUSH = 2
#: Seconds between two commits of the journal that nobody asked for: longer than any test.
_COMMIT = 600


class CutDisk:
    """One such file system, mounted at `at`."""

    def __init__(self, at: Path, image: Path) -> None:
        self.at = at
        self._image = image

    def mount(self) -> bool:
        """Mount it; false where that is impossible here."""
        options = f"loop,commit={_COMMIT}"
        command = ["mount", "-t", "ext4", "-o", options, str(self._image), str(self.at)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def cut(self) -> None:
        """Cut the power.

        Raises:
            OSError: The file system knows no such thing.
        """
        folder = os.open(self.at, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, _SHUTDOWN, struct.pack("I", _NO_LOG_FLUSH))
        finally:
            os.close(folder)

    def unmount(self) -> None:
        """Take it away; nobody may have it open."""
        subprocess.run(["umount", str(self.at)], check=True)

    def again(self) -> None:
        """Mount what is left of it, as after a power cut."""
        self.unmount()
        assert self.mount(), "what is left cannot be mounted"


@contextlib.contextmanager
def cut_disk(at: Path, mebibytes: int = 128) -> Iterator[CutDisk]:
    """Make one and mount it at a new folder, or skip."""
    if os.getuid() != 0 or shutil.which("mkfs.ext4") is None:
        pytest.skip("only root can mount a file system, and mkfs.ext4 has to be there")
    image = at.with_suffix(".ext4")
    with image.open("wb") as file:
        file.truncate(mebibytes << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True)
    at.mkdir()
    disk = CutDisk(at, image)
    if not disk.mount():
        pytest.skip("no file can be mounted as a file system here")
    try:
        yield disk
    finally:
        disk.unmount()
