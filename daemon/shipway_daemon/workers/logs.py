"""What a child prints: read as log lines, within bounds, without ever blocking the child."""

import asyncio
import contextlib
import fcntl
import logging
import os
import sys
import termios
from collections import deque
from collections.abc import Callable, Iterator
from typing import TypeAlias

from shipway_daemon.workers.masking import CUT, Mask

#: The longest line that is kept, in bytes; the rest of it is dropped.
MAX_LINE = 4096
#: How many bytes of lines are kept for each call; what comes after is read and dropped.
MAX_KEPT = 256 * 1024
#: What a line costs of that beside its bytes, so that there are not too many of them either.
LINE_COST = 128
#: What is dropped is read with a pause after each chunk, so that a child which prints without end
#: waits for us, and not the daemon for it: about 50 MiB a second.
DROP_PAUSE = 0.001

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


class LogPipe(asyncio.Protocol):
    """Standard output and standard error of one child, in one pipe.

    It is our own pipe rather than that of asyncio's processes: those wait for their pipes to close
    before they say that a process ended, and a grandchild may hold them open.
    """

    def __init__(self, on_line: OnLine, mask: Mask) -> None:
        self._on_line = on_line
        self._mask = mask
        self._lines = Lines()
        self._room = MAX_KEPT
        self._dropped = 0
        self._stale = 0
        #: The last lines, for the sentence that says how the child died.
        self.tail: deque[str] = deque(maxlen=20)
        #: The child's end; -1 before `listen` and after `close_write_end`.
        self.write_end = -1
        self._read_end = -1
        self._transport: asyncio.ReadTransport | None = None
        self._ended = asyncio.Event()

    async def listen(self) -> None:
        """Make the pipe and start reading it; `finish` ends that."""
        self._read_end, self.write_end = os.pipe()
        pipe = os.fdopen(self._read_end, "rb", buffering=0)
        try:
            loop = asyncio.get_running_loop()
            self._transport, _ = await loop.connect_read_pipe(lambda: self, pipe)
        except BaseException:
            pipe.close()
            raise

    def close_write_end(self) -> None:
        """Close our copy of the child's end, so that the pipe ends with the child."""
        if self.write_end >= 0:
            os.close(self.write_end)
            self.write_end = -1

    def refill(self) -> None:
        """Begin a new call, with a share of its own; what the last one left is no part of it."""
        if self._room <= 0 and not self._ended.is_set():
            self._stale = _waiting(self._read_end)
        self._say_what_was_dropped()
        self._room = MAX_KEPT

    async def finish(self, seconds: float) -> None:
        """Wait until the pipe is at its end, at most `seconds`, and let go of it."""
        self.close_write_end()
        if self._transport is None:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ended.wait()
        self._transport.close()
        for line in self._lines.end():
            self._keep(line)
        self._say_what_was_dropped()

    # ------------------------------------------------------- what the transport calls

    def data_received(self, data: bytes) -> None:
        """Take what was printed, as far as there is room."""
        old, new = data[: self._stale], data[self._stale :]
        self._stale -= len(old)
        if old:
            self._drop(old)
        if new and self._room <= 0:
            self._drop(new)
        elif new:
            for line in self._lines.feed(new):
                self._keep(line)

    def connection_lost(self, exc: Exception | None) -> None:
        """Note the end of the pipe."""
        del exc
        self._ended.set()

    def _drop(self, data: bytes) -> None:
        self._dropped += len(data)
        self._lines.skip(data)
        if self._transport is not None:
            self._transport.pause_reading()
            asyncio.get_running_loop().call_later(DROP_PAUSE, self._transport.resume_reading)

    def _keep(self, line: str) -> None:
        if self._room <= 0:
            self._dropped += len(line) + 1
            return
        self._room -= len(line) + LINE_COST
        masked = self._mask.text(line)
        self.tail.append(masked)
        self._on_line(masked)

    def _say_what_was_dropped(self) -> None:
        if self._dropped:
            self._on_line(f"({self._dropped} more bytes of output were dropped)")
        self._dropped = 0


def _waiting(descriptor: int) -> int:
    """How many bytes wait in a pipe."""
    answer = fcntl.ioctl(descriptor, termios.FIONREAD, bytes(4))
    return int.from_bytes(answer, sys.byteorder)
