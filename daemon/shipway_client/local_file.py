"""A file that is read piece by piece to be sent, and hashed on the way."""

import hashlib
import os
from pathlib import Path

from shipway_client.errors import Failed

#: How many bytes are read at once.
PIECE_BYTES = 1024 * 1024


class LocalFile:
    """A file that is open here, and the hash of as much of it as was read in order."""

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            OSError: It cannot be opened.
        """
        self._path = path
        self._file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        self._opened = os.fstat(self._file)
        self._sha256 = hashlib.sha256()
        self._hashed = 0

    @property
    def size(self) -> int:
        """How many bytes it had when it was opened."""
        return self._opened.st_size

    @property
    def key(self) -> str:
        """What tells this state of this file from any other, without reading it."""
        status = self._opened
        path = os.fsencode(self._path).decode("utf-8", "replace")
        return f"{path}:{status.st_dev}:{status.st_ino}:{status.st_size}:{status.st_mtime_ns}"

    def close(self) -> None:
        """Close it."""
        os.close(self._file)

    def read(self, offset: int, count: int) -> bytes:
        """Read and hash; blocks, so call it in a thread.

        Raises:
            Failed: The file is shorter than it was.
        """
        while self._hashed < offset:  # the daemon had that before we came
            count_before = min(PIECE_BYTES, offset - self._hashed)
            self._hash(self._hashed, self._exactly(self._hashed, count_before))
        piece = self._exactly(offset, count)
        self._hash(offset, piece)
        return piece

    def digest(self) -> str:
        """The SHA-256 of the whole; blocks, so call it in a thread.

        Raises:
            Failed: The file changed since it was opened.
        """
        self.read(self.size, 0)
        now, then = os.fstat(self._file), self._opened
        if (now.st_size, now.st_mtime_ns) != (then.st_size, then.st_mtime_ns):
            raise self._changed()
        return self._sha256.hexdigest()

    def _exactly(self, offset: int, count: int) -> bytes:
        piece = os.pread(self._file, count, offset)
        if len(piece) < count:
            raise self._changed()
        return piece

    def _hash(self, offset: int, piece: bytes) -> None:
        fresh = memoryview(piece)[self._hashed - offset :]
        self._sha256.update(fresh)
        self._hashed += len(fresh)

    def _changed(self) -> Failed:
        return Failed(f"{self._path} changed while it was sent.", "Add it when it is finished.")
