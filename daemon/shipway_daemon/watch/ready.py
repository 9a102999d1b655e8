"""One look at a file: what it is now, whether a writer has it open, whether it is closed.

Runs in the folder's own thread, so that a hung network mount starves nothing else.
"""

import errno
import fcntl
import os
import stat
import struct
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from shipway_daemon.blobs.staging import Signature
from shipway_daemon.watch.containers import Container, container_state

#: File systems whose leases do not tell what writers elsewhere do.
_WEAK_FILE_SYSTEMS = ("fuse", "nfs", "cifs", "smb", "9p", "afs", "ceph", "gluster")

#: What is opened has gone, or is a link, a socket or a device by now.
_NO_FILE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENXIO, errno.ENODEV)


class Lease(Enum):
    """Whether a writer has the file open."""

    FREE = "free"
    HELD = "held"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Look:
    """What one look at a file found."""

    signature: Signature
    lease: Lease
    container: Container


def look(path: bytes, *, weak: bool) -> Look | None:
    """Look at a file; None if it is gone, empty, or no regular file.

    Raises:
        OSError: It cannot be opened.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        if error.errno in _NO_FILE:
            return None
        raise
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size == 0:
            return None
        return Look(
            signature=Signature.of(status),
            lease=_lease(descriptor, weak=weak),
            container=container_state(descriptor, status.st_size),
        )
    except (OSError, struct.error):  # gone, or cut short while it was looked at
        return None
    finally:
        os.close(descriptor)


def look_at_all(paths: list[bytes], *, weak: bool) -> dict[bytes, Look | str | None]:
    """Look at each of these; a sentence of the system stands for one that cannot be opened."""
    looks: dict[bytes, Look | str | None] = {}
    for path in paths:
        try:
            looks[path] = look(path, weak=weak)
        except OSError as error:
            looks[path] = error.strerror or str(error)
    return looks


def signature(path: bytes) -> Signature | None:
    """The file's signature by name, without opening it; None if there is no regular file."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return Signature.of(status) if stat.S_ISREG(status.st_mode) else None


def _lease(descriptor: int, *, weak: bool) -> Lease:
    """Ask for a read lease and give it back at once; the kernel refuses it while a writer is in.

    Linux only; the daemon ignores SIGIO, which a writer that comes in between would cause.
    """
    if not sys.platform.startswith("linux") or weak:
        return Lease.UNKNOWN
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return Lease.HELD if error.errno == errno.EAGAIN else Lease.UNKNOWN
    return Lease.FREE


def weak_guarantee(root: Path) -> bool:
    """Tell whether leases mean nothing below `root`, so that only quiet time is to be had.

    True on macOS, and on network and FUSE file systems, where a refused lease has other causes.
    """
    if not sys.platform.startswith("linux"):
        return True
    return _file_system(root).startswith(_WEAK_FILE_SYSTEMS)


def _file_system(root: Path) -> str:
    """The type of the file system that `root` lies on, as the kernel calls it."""
    device = root.stat().st_dev
    wanted = f"{os.major(device)}:{os.minor(device)}"
    for line in Path("/proc/self/mountinfo").read_text(errors="replace").splitlines():
        fields, _, rest = line.partition(" - ")
        if fields.split()[2] == wanted:
            return rest.split()[0]
    return ""
