"""The daemon's log file: its last lines, and those that come, as text or as they were written."""

import os
import time
from collections import deque
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import click
import msgspec
from shipway_client.errors import NotFound

from shipway_tui.commands.output import colour
from shipway_tui.commands.output.text import safe

#: A file says nothing when it grows; half a second is soon enough for an eye.
_LOOK_SECONDS = 0.5
_BLOCK = 64 * 1024
_COLOURS = {"warning": colour.YELLOW, "error": colour.RED, "critical": colour.RED}


class LogLine(msgspec.Struct):
    """One line of the structured log, as `shipway_daemon.logs` writes it."""

    at: str
    level: str
    message: str
    name: str = msgspec.field(name="from", default="")
    error: str = ""


def print_log(path: Path, *, lines: int, follow: bool, as_json: bool) -> None:
    """Print the last `lines` of the log, and with `follow` all that comes, until ctrl+c.

    Raises:
        NotFound: There is no log file.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise NotFound(
            f"There is no log at {path}.",
            "A daemon that `shipway daemon start` has not started writes to where it was started: "
            "see `journalctl --user -u shipway` under systemd.",
        ) from error
    with file:
        for line in last_lines(file, lines):
            _print(line, as_json=as_json)
    if follow:
        for line in _new_lines(path, file_end(path)):
            _print(line, as_json=as_json)


def file_end(path: Path) -> int:
    """How long the log is now."""
    return path.stat().st_size


def last_lines(file: BinaryIO, count: int) -> list[bytes]:
    """Read the last lines of a file from its end, so that a long log costs nothing."""
    end = file.seek(0, os.SEEK_END)
    start, held = end, b""
    while start > 0 and held.count(b"\n") <= count:
        size = min(_BLOCK, start)
        start = file.seek(start - size)
        held = file.read(size) + held
    return list(deque(held.splitlines(), maxlen=count)) if count else []


def _new_lines(path: Path, offset: int) -> Iterator[bytes]:
    """Yield each whole line as it comes; a log that was cut or replaced is read from its start."""
    held = b""
    inode = path.stat().st_ino
    while True:
        try:
            status = path.stat()
        except FileNotFoundError:
            time.sleep(_LOOK_SECONDS)
            continue
        if status.st_ino != inode or status.st_size < offset:
            inode, offset, held = status.st_ino, 0, b""
        if status.st_size == offset:
            time.sleep(_LOOK_SECONDS)
            continue
        with path.open("rb") as file:
            file.seek(offset)
            read = file.read()
        offset += len(read)
        *whole, held = (held + read).split(b"\n")
        yield from whole


def _print(line: bytes, *, as_json: bool) -> None:
    click.echo(_encoded(line) if as_json else _shown(line), color=True)


def _encoded(line: bytes) -> bytes:
    """The line as it is, if it is JSON; else (a traceback at the start) as an object of its own."""
    try:
        msgspec.json.decode(line, type=dict)
    except msgspec.DecodeError:
        return msgspec.json.encode({"message": line.decode(errors="replace")})
    return line


def _shown(line: bytes) -> str:
    try:
        told = msgspec.json.decode(line, type=LogLine)
    except msgspec.DecodeError:
        return safe(line.decode(errors="replace"))
    level = colour.paint(f"{told.level:<7}", _COLOURS.get(told.level, ""))
    text = f"{_moment(told.at)}  {level}  {safe(told.message)}"
    errors = [f"    {safe(part)}" for part in told.error.splitlines()]
    return "\n".join([text, *errors])


def _moment(stamp: str) -> str:
    """An RFC 3339 time in the clock of this machine, to the second."""
    try:
        return datetime.fromisoformat(stamp).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        return stamp
