"""What a child prints: read as log lines, within bounds, without ever blocking the child."""

import asyncio
import logging
import os
from collections import deque
from collections.abc import Callable, Iterator
from typing import TypeAlias

from shipway_daemon.workers.masking import CUT, Mask

#: The longest line that is kept, in bytes; the rest of it is dropped.
MAX_LINE = 4096
#: How many bytes of lines are kept for each call; what comes after is read and dropped.
MAX_KEPT = 256 * 1024

_CHUNK = 64 * 1024

OnLine: TypeAlias = Callable[[str], None]

_log = logging.getLogger("shipway.workers")


def to_log(line: str) -> None:
    """Take a child's line into the daemon's own log."""
    _log.info("%s", line)


class Lines:
    """Cuts bytes into lines of at most `MAX_LINE`; a longer one ends there, and says so."""

    def __init__(self) -> None:
        self._rest = b""
        self._dropping = False

    def feed(self, chunk: bytes) -> Iterator[str]:
        """Yield the lines that `chunk` completes."""
        *ended, rest = chunk.split(b"\n")
        for piece in ended:
            yield self._line(piece)
        self._hold(rest)

    def skip(self, chunk: bytes) -> None:
        """Pass over `chunk`, but keep the beginning of the line that it leaves unfinished."""
        _, ended, rest = chunk.rpartition(b"\n")
        if ended:
            self._rest, self._dropping = b"", False
        self._hold(rest)

    def end(self) -> Iterator[str]:
        """Yield the last line, if it never ended."""
        if self._rest:
            yield self._line(b"")

    def _hold(self, rest: bytes) -> None:
        room = 0 if self._dropping else MAX_LINE - len(self._rest)
        self._rest += rest[:room]
        self._dropping = self._dropping or len(rest) > room

    def _line(self, piece: bytes) -> str:
        line = self._rest if self._dropping else self._rest + piece
        cut = self._dropping or len(line) > MAX_LINE
        self._rest, self._dropping = b"", False
        if cut:
            return line[:MAX_LINE].decode("utf-8", "ignore") + CUT
        return line.rstrip(b"\r").decode("utf-8", "replace")


class LogPipe:
    """Standard output and standard error of one child, in one pipe.

    It is our own pipe rather than asyncio's: asyncio waits for its pipes to close before it says
    that a process ended, and a grandchild may hold them open.
    """

    def __init__(self, on_line: OnLine, mask: Mask) -> None:
        self._on_line = on_line
        self._mask = mask
        self._lines = Lines()
        self._room = MAX_KEPT
        self._dropped = 0
        #: The last lines, for the sentence that says how the child died.
        self.tail: deque[str] = deque(maxlen=20)
        #: The child's end; -1 before `listen` and after `close_write_end`.
        self.write_end = -1
        self._task: asyncio.Task[None] | None = None
        self._transport: asyncio.ReadTransport | None = None

    async def listen(self) -> None:
        """Make the pipe and start reading it, in a task that `finish` ends."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=_CHUNK)
        read_end, self.write_end = os.pipe()
        pipe = os.fdopen(read_end, "rb", buffering=0)
        try:
            self._transport, _ = await loop.connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(reader), pipe
            )
        except BaseException:
            pipe.close()
            raise
        self._task = asyncio.create_task(self._read(reader), name="log of a child process")

    def close_write_end(self) -> None:
        """Close our copy of the child's end, so that the pipe ends with the child."""
        if self.write_end >= 0:
            os.close(self.write_end)
            self.write_end = -1

    def refill(self) -> None:
        """Begin a new call: it has its own share of lines."""
        self._say_what_was_dropped()
        self._room = MAX_KEPT

    async def finish(self, seconds: float) -> None:
        """Wait until the pipe is at its end, at most `seconds`, and let go of it."""
        self.close_write_end()
        if self._task is None or self._transport is None:
            return
        await asyncio.wait({self._task}, timeout=seconds)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._transport.close()
        for line in self._lines.end():
            self._keep(line)
        self._say_what_was_dropped()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while chunk := await reader.read(_CHUNK):
            if self._room <= 0:
                self._dropped += len(chunk)
                self._lines.skip(chunk)
                continue
            for line in self._lines.feed(chunk):
                self._keep(line)

    def _keep(self, line: str) -> None:
        if self._room <= 0:
            self._dropped += len(line) + 1
            return
        self._room -= len(line) + 1
        masked = self._mask.text(line)
        self.tail.append(masked)
        self._on_line(masked)

    def _say_what_was_dropped(self) -> None:
        if self._dropped:
            self._on_line(f"({self._dropped} more bytes of output were dropped)")
        self._dropped = 0
