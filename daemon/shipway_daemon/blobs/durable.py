"""What it takes for a file to survive a power cut."""

import fcntl
import os
import sys
from pathlib import Path


def sync_file(descriptor: int) -> None:
    """Put a file's bytes on the disk itself; on macOS fsync leaves them in the drive's cache."""
    if sys.platform == "darwin":
        try:
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        except OSError:
            os.fsync(descriptor)  # a file system that has no more than that
    else:
        os.fsync(descriptor)


def sync_data(descriptor: int) -> None:
    """Put a file's bytes and its length on the disk, and nothing else of it where that is less."""
    if sys.platform == "darwin":
        sync_file(descriptor)
    else:
        os.fdatasync(descriptor)


def sync_directory(directory: Path) -> None:
    """Put a directory's entries on the disk, so that a rename into it is final."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        sync_file(descriptor)
    finally:
        os.close(descriptor)
