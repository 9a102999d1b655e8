"""The bytes of one upload: appended in order, hashed on their way, on the disk once they are told.

What is hashed is what is written, from the same memory. After a restart the file is read again, for
a hash cannot be stored.
"""

import errno
import hashlib
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

from shipway_daemon.blobs.durable import sync_data, sync_directory
from shipway_daemon.blobs.headway import StagingStopped

_READ_STEP = 1024 * 1024


class Hash(Protocol):
    """What hashlib makes."""

    def update(self, data: memoryview, /) -> None:
        """Hash more bytes."""

    def copy(self) -> Self:
        """Another hash of the same bytes."""

    def hexdigest(self) -> str:
        """The digest of all bytes so far."""


@dataclass(frozen=True)
class Mark:
    """A place in the file: how many bytes are before it, and their hash where it is known."""

    offset: int
    sha256: Hash | None


class Part:
    """A file that grows at its end. Every method that touches it blocks: call it in a thread.

    One caller at a time, but that `sync` may run beside `append`. Each raises OSError where the
    disk is full or broken; call `roll_back` then: a sync that failed is never tried again on the
    same pages, for the kernel may have thrown them away.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None
        self._durable = Mark(0, hashlib.sha256())
        self._end = _copy(self._durable)

    @property
    def offset(self) -> int:
        """How many bytes were written; needs no thread."""
        return self._end.offset

    @property
    def durable(self) -> int:
        """How many bytes are on the disk for good; needs no thread."""
        return self._durable.offset

    def create(self) -> None:
        """Make the empty file, for good."""
        os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        sync_directory(self.path.parent)
        self._durable = Mark(0, hashlib.sha256())
        self._end = _copy(self._durable)

    def find(self) -> None:
        """Take up the file that an earlier daemon left; its bytes are hashed when they are needed.

        Raises:
            FileNotFoundError: It is gone.
        """
        file = os.open(self.path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            sync_data(file)
            self._durable = Mark(os.fstat(file).st_size, None)
            self._end = self._durable
        finally:
            os.close(file)

    def open(self, stop: threading.Event) -> None:
        """Be ready to append; reads the file where its hash is not known.

        Raises:
            StagingStopped: `stop` was set meanwhile.
        """
        self._file = os.open(self.path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            if self._end.sha256 is None:
                self._durable = Mark(self.offset, self._read_again(stop))
                self._end = _copy(self._durable)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Append no more for now."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def append(self, data: memoryview) -> None:
        """Write `data` at the end, and hash it."""
        file, sha256 = self._opened()
        written = 0
        while written < len(data):
            written += os.pwrite(file, data[written:], self.offset + written)
        sha256.update(data)
        self._end = Mark(self.offset + len(data), sha256)

    def mark(self) -> Mark:
        """The end as it is now, to be synced; needs no thread, and no append at the same time."""
        return _copy(self._end)

    def sync(self, mark: Mark) -> None:
        """Put all bytes before `mark` on the disk."""
        file, _ = self._opened()
        sync_data(file)
        self._durable = mark

    def roll_back(self) -> None:
        """Forget what is not on the disk for good."""
        self._end = _copy(self._durable)
        os.truncate(self.path, self._end.offset)

    def digest(self, stop: threading.Event) -> str:
        """The SHA-256 of all bytes.

        Raises:
            StagingStopped: `stop` was set meanwhile.
        """
        self.open(stop)
        try:
            return self._opened()[1].hexdigest()
        finally:
            self.close()

    def reset(self) -> None:
        """Begin anew with an empty file. The old one is left to whoever else names its bytes."""
        self.remove()
        self.create()

    def remove(self) -> None:
        """Remove the file, where it is there."""
        self.path.unlink(missing_ok=True)

    def _opened(self) -> tuple[int, Hash]:
        if self._file is None or self._end.sha256 is None:
            raise RuntimeError("the part is not open")
        return self._file, self._end.sha256

    def _read_again(self, stop: threading.Event) -> Hash:
        sha256 = hashlib.sha256()
        buffer = memoryview(bytearray(_READ_STEP))
        offset = 0
        while offset < self.offset:
            if stop.is_set():
                raise StagingStopped
            got = os.preadv(self._file or -1, [buffer[: self.offset - offset]], offset)
            if got == 0:
                raise OSError(errno.EIO, "the upload is shorter than it was")
            sha256.update(buffer[:got])
            offset += got
        return sha256


def _copy(mark: Mark) -> Mark:
    """The same place, with a hash that may go on by itself."""
    return Mark(mark.offset, mark.sha256.copy() if mark.sha256 is not None else None)
