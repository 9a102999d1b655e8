"""A program in a terminal of its own: what it writes and when, what is typed, what it costs."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

#: Ends a hang; nothing that is measured takes as long.
DEADLINE_SECONDS = 60.0
_CHUNK = 1 << 16


class Terminal:
    """The far side of a pseudo terminal."""

    def __init__(self, pid: int, fd: int) -> None:
        self.pid = pid
        self._fd = fd
        self._seen = b""

    def type(self, keys: str) -> float:
        """Press keys; the answer is the moment, on the clock that does not go back."""
        self._seen = b""
        moment = time.monotonic()
        os.write(self._fd, keys.encode())
        return moment

    def forget(self) -> None:
        """Look only at what is written from now on."""
        self.rest(0.0)
        self._seen = b""

    def until(self, *texts: str) -> float:
        """Wait until each of the texts was written since the last key; the answer is the moment.

        Raises:
            RuntimeError: The program ended, or it does not write them.
        """
        wanted = [text.encode() for text in texts]
        deadline = time.monotonic() + DEADLINE_SECONDS
        while not all(text in self._seen for text in wanted):
            if time.monotonic() > deadline:
                raise RuntimeError(f"{texts} did not come; the last was {self._seen[-500:]!r}")
            self._read(1.0)
        return time.monotonic()

    def rest(self, seconds: float) -> None:
        """Take in what is written until nothing came for some time."""
        while self._read(seconds):
            pass

    def cpu_ms(self) -> float:
        """CPU milliseconds so far, of all threads (Linux: from /proc, in nanoseconds)."""
        tasks = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e6

    def _read(self, seconds: float) -> bool:
        if not select.select([self._fd], [], [], seconds)[0]:
            return False
        try:
            chunk = os.read(self._fd, _CHUNK)
        except OSError:
            chunk = b""  # Linux says EIO when the program has ended
        if not chunk:
            raise RuntimeError(f"the program ended after {self._seen[-500:]!r}")
        self._seen += chunk
        return True


@contextmanager
def in_terminal(command: Sequence[str], columns: int = 120, lines: int = 40) -> Iterator[Terminal]:
    """Run a command in a terminal of a size; it is killed at the end."""
    pid, fd = pty.fork()
    if pid == 0:
        os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        os.environ.pop("NO_COLOR", None)
        time.sleep(0.05)  # until the size is set
        os.execv(command[0], list(command))  # noqa: S606 - the bench's own command
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    try:
        yield Terminal(pid, fd)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(fd)
