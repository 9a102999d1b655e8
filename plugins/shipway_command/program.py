"""Running a program to its end, whatever it does: its output bounded, its time bounded."""

import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Protocol

from shipway_plugins.errors import PluginError, StoreRefused, StoreUnreachable

from shipway_command import group
from shipway_command.lines import Lines

#: The most that a program may write to both its outputs, in bytes.
MAX_OUTPUT = 64 * 1024 * 1024
#: What a program that ran out of time has between SIGTERM and SIGKILL, in seconds.
GRACE = 2.0
#: How long a program that was killed may take to be dead, in seconds.
KILL_SECONDS = 10.0
#: How long the output of a program that has ended is waited for: another may hold it open.
AFTER_END = 0.5
_POLL = 0.25
_PIECE = 65536


class Listener(Protocol):
    """Who hears a program while it runs."""

    def output(self, line: bytes) -> None:
        """Take a line of standard output, without its end."""

    def trouble(self, line: bytes) -> None:
        """Take a line of standard error, without its end."""

    def alive(self) -> None:
        """Hear, now and then, that it still runs."""


class NotStarted(StoreRefused):
    """The program cannot be run, so nothing was sent."""


class Program:
    """One command line, with the environment and the folder that it is run in."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        self._words = words
        self._environment = environment
        self._folder = folder

    @property
    def name(self) -> str:
        """What people call it."""
        return f"The program {self._words[0]}"

    def run(self, question: bytes, listener: Listener, seconds: float) -> int:
        """Run it, and give its exit code, negative for a signal; nothing of it is left then.

        Raises:
            NotStarted: It cannot be run.
            StoreUnreachable: It ran out of time, or wrote without end, and was ended.
        """
        deadline = time.monotonic() + seconds
        process = self._start(question)
        of = os.getpgrp() if group.leads() else process.pid
        try:
            if not _Output(process, listener).read_until(deadline, self.name):
                _ask_to_end(process)
                raise StoreUnreachable(
                    f"{self.name} did not end within {seconds:g} seconds, and was ended."
                )
        finally:
            # It may have left the group, and so need a signal of its own.
            process.kill()
            stay = group.end_members(of) or _unreaped(process)
            _close(process)
        if stay:
            raise StoreUnreachable(f"{self.name} left the process {stay[0]}, which does not die.")
        return process.returncode

    def _start(self, question: bytes) -> "subprocess.Popen[bytes]":
        try:
            # Not a pipe: whether the program reads it, and when, is then all the same.
            with tempfile.TemporaryFile() as file:
                file.write(question)
                file.seek(0)
                return self._started(file)
        except OSError as problem:
            raise NotStarted(
                f"{self.name} cannot be run: {problem.strerror}.", _hint(problem)
            ) from problem

    def _started(self, question: IO[bytes]) -> "subprocess.Popen[bytes]":
        # What a lane lets its children have, the lane's lock, goes on to the program, so that the
        # environment is not free before the program is dead.
        return subprocess.Popen(
            self._words,
            stdin=question,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            close_fds=False,
            cwd=self._folder,
            env=self._environment,
            process_group=None if group.leads() else 0,
        )


class _Output:
    """Both outputs of a running program."""

    def __init__(self, process: "subprocess.Popen[bytes]", listener: Listener) -> None:
        self._process = process
        self._listener = listener
        self._left = MAX_OUTPUT

    def read_until(self, deadline: float, name: str) -> bool:
        """Read to the end of the program; False when the deadline came first.

        Raises:
            StoreUnreachable: It wrote more than the cap.
        """
        process, listener = self._process, self._listener
        with selectors.DefaultSelector() as selector:
            for stream, take in (
                (process.stdout, listener.output),
                (process.stderr, listener.trouble),
            ):
                assert stream is not None
                selector.register(stream, selectors.EVENT_READ, Lines(take))
            ended = self._read(selector, deadline, name)
            for key in selector.get_map().values():
                key.data.finish()
        return ended

    def _read(self, selector: selectors.BaseSelector, deadline: float, name: str) -> bool:
        """Read for as long as anybody writes; what outlives the program is not waited for long."""
        last = float("inf")
        while time.monotonic() < min(deadline, last):
            if self._process.poll() is not None and last == float("inf"):
                last = time.monotonic() + AFTER_END
            if not selector.get_map():
                return self._ends_by(deadline)
            self._read_ready(selector, name, _POLL)
            self._listener.alive()
        if self._process.poll() is None:
            return False
        while self._read_ready(selector, name, 0):
            pass
        return True

    def _read_ready(self, selector: selectors.BaseSelector, name: str, wait: float) -> bool:
        ready = selector.select(wait) if selector.get_map() else []
        for key, _ in ready:
            self._read_one(selector, key, name)
        return bool(ready)

    def _read_one(
        self, selector: selectors.BaseSelector, key: selectors.SelectorKey, name: str
    ) -> None:
        piece = os.read(key.fd, _PIECE)
        self._left -= len(piece)
        if not piece:
            key.data.finish()
            selector.unregister(key.fileobj)
        elif self._left < 0:
            raise StoreUnreachable(
                f"{name} wrote more than {MAX_OUTPUT >> 20} MiB, and was ended.",
                "Let it write less, or into a file of its own.",
            )
        else:
            key.data.feed(piece)

    def _ends_by(self, deadline: float) -> bool:
        """Wait for a program that closed its outputs and goes on."""
        while self._process.poll() is None and time.monotonic() < deadline:
            time.sleep(min(_POLL, max(0.0, deadline - time.monotonic())))
            self._listener.alive()
        return self._process.poll() is not None


def fate(code: int) -> str:
    """Say how a program ended."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"


def unknown(name: str, code: int, last: str) -> PluginError:
    """Make the failure of a program that ended without a word: what it did is not known."""
    return StoreUnreachable(f"{name} {fate(code)}.", f"Its last line: {last}" if last else "")


def _ask_to_end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        return


def _unreaped(process: "subprocess.Popen[bytes]") -> list[int]:
    """Take in the exit code of a program that was killed; name it if it does not die."""
    try:
        process.wait(KILL_SECONDS)
    except subprocess.TimeoutExpired:
        return [process.pid]
    return []


def _close(process: "subprocess.Popen[bytes]") -> None:
    streams: list[IO[bytes] | None] = [process.stdout, process.stderr]
    for stream in streams:
        if stream is not None:
            stream.close()


def _hint(problem: OSError) -> str:
    if isinstance(problem, PermissionError):
        return "Make it executable: `chmod +x`."
    if isinstance(problem, FileNotFoundError):
        return "Look at the setting program, and at the first line of a script."
    return "A script needs a first line such as #!/bin/sh."
