"""A bounded view of bytes: every reader here asks it, and none can read past its end."""

import io
from typing import BinaryIO, Self

from shipway_plugins.errors import NotABinary


class Window:
    """`size` bytes of `file` from `start`, read on demand; `what` names them in errors."""

    def __init__(self, file: BinaryIO, start: int, size: int, what: str) -> None:
        self._file = file
        self._start = start
        self.size = size
        self.what = what

    @classmethod
    def of_file(cls, file: BinaryIO) -> Self:
        """Return a view of a whole file."""
        return cls(file, 0, file.seek(0, io.SEEK_END), "The file")

    @classmethod
    def of_bytes(cls, data: bytes, what: str) -> Self:
        """Return a view of bytes that are in memory."""
        return cls(io.BytesIO(data), 0, len(data), what)

    def take(self, offset: int, size: int) -> bytes:
        """Read exactly `size` bytes from `offset`.

        Raises:
            NotABinary: They lie outside, or the file ends before them.
        """
        if offset < 0 or size < 0 or offset + size > self.size:
            raise self.broken(f"it points at byte {offset + size} of {self.size}")
        self._file.seek(self._start + offset)
        data = self._file.read(size)
        if len(data) != size:
            raise self.broken("it ends early")
        return data

    def part(self, offset: int, size: int, what: str = "") -> "Window":
        """Return a narrower view.

        Raises:
            NotABinary: It would lie outside this one.
        """
        if offset < 0 or size < 0 or offset + size > self.size:
            raise self.broken(f"a part of it ends at byte {offset + size} of {self.size}")
        return Window(self._file, self._start + offset, size, what or self.what)

    def broken(self, reason: str) -> NotABinary:
        """Make the error that says what is wrong with these bytes."""
        return NotABinary(
            f"{self.what} is damaged: {reason}.",
            "Build the file again, or copy it again from where it was built.",
        )
