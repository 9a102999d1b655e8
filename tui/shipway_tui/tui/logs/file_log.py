"""The daemon's log file: read from its end, block by block, so that its length costs nothing."""

import asyncio
import os
from pathlib import Path

import msgspec
from shipway_client.errors import Gone, NotFound, Unavailable

from shipway_tui.tui.logs.line import Line

_BLOCK_BYTES = 256 * 1024
_HINT = "A daemon that was not started in the background writes to where it was started."


class _Written(msgspec.Struct):
    """A line of the structured log, as the daemon writes it."""

    at: str = ""
    level: str = ""
    message: str = ""
    error: str = ""


class FileLog:
    """A line's key is the offset of its first byte; a line without its end is not told yet."""

    def __init__(self, path: Path) -> None:
        self.title = f"Log of the daemon, {path.name}"
        self._path = path

    async def last(self, count: int) -> list[Line]:
        """The newest lines."""
        return await asyncio.to_thread(self._before, None, count)

    async def before(self, key: int, count: int) -> list[Line]:
        """The lines that stand right before an offset."""
        return await asyncio.to_thread(self._before, key, count)

    async def after(self, key: int, count: int) -> list[Line]:
        """The lines that stand right behind the one at an offset; -1 stands before the first.

        Raises:
            Gone: The file is shorter than it was.
        """
        return await asyncio.to_thread(self._after, key, count)

    def _open(self) -> int:
        try:
            return os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError as error:
            raise NotFound(f"There is no log at {self._path}.", _HINT) from error
        except OSError as error:
            raise Unavailable(f"{self._path}: {error.strerror}.") from error

    def _before(self, key: int | None, count: int) -> list[Line]:
        file = self._open()
        try:
            end = start = os.fstat(file).st_size if key is None else key
            held = b""
            while start > 0 and held.count(b"\n") <= count:
                size = min(_BLOCK_BYTES, start)
                start -= size
                held = os.pread(file, size, start) + held
            return _lines(held, start, whole=start == 0)[-count:] if end else []
        finally:
            os.close(file)

    def _after(self, key: int, count: int) -> list[Line]:
        file = self._open()
        try:
            start, size, held = max(key, 0), os.fstat(file).st_size, b""
            if start > size:
                raise Gone("The log was begun anew.")
            while held.count(b"\n") <= count and (
                block := os.pread(file, _BLOCK_BYTES, start + len(held))
            ):
                held += block
            found = _lines(held, start, whole=True)
            return (found if key < 0 else found[1:])[:count]
        finally:
            os.close(file)


def _lines(held: bytes, start: int, *, whole: bool) -> list[Line]:
    """Divide what was read from `start`; unless it is `whole` its first line lacks a beginning."""
    found = []
    for part in held.splitlines(keepends=True):
        if part.endswith(b"\n"):
            found.append(_line(start, part))
        start += len(part)
    return found if whole else found[1:]


def _line(key: int, part: bytes) -> Line:
    try:
        told = msgspec.json.decode(part, type=_Written)
    except msgspec.MsgspecError:
        return Line(key, part.decode(errors="replace").rstrip("\r\n"))
    return Line(key, f"{told.message} {told.error}".strip(), told.at, told.level)
