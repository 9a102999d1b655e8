"""Uploading a file from the command line, with its progress on a terminal."""

import asyncio
import os
import shutil
import time
from pathlib import Path

import click
from shipway_client.client import Client
from shipway_client.sending import RESUMED, send_file
from shipway_client.wire import AddFile, Ingested

from shipway_tui.commands.output.text import cut_end, safe
from shipway_tui.commands.output.values import size
from shipway_tui.commands.quiet import is_watched

_ERASE_LINE = "\r\x1b[K"
_SHOWN_SECONDS = 0.1


async def upload(client: Client, request: AddFile) -> Ingested:
    """Send a file and have it taken in; where a person watches, say how far and how fast it is.

    Raises:
        ShipwayError: The file was not taken.
        OSError: It cannot be read here either.
    """
    path = Path(request.path)
    line = RateLine(path.name)
    try:
        return await send_file(client, path, request, line.show)
    except asyncio.CancelledError:
        line.close()
        click.echo(RESUMED, err=True)
        raise
    finally:
        line.close()


def can_read(path: str) -> bool:
    """Whether this process could upload the file."""
    return Path(path).is_file() and os.access(path, os.R_OK)


class RateLine:
    """One line on the terminal that says how far a file is; nothing where there is none."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._shown = is_watched()
        self._began: tuple[float, int] | None = None
        self._due = 0.0

    def show(self, done: int, total: int) -> None:
        """Rewrite the line, at most ten times a second."""
        now = time.monotonic()
        self._began = self._began or (now, done)
        if not self._shown or (now < self._due and done < total):
            return
        self._due = now + _SHOWN_SECONDS
        text = cut_end(safe(self._text(now, done, total)), shutil.get_terminal_size().columns - 1)
        click.echo(_ERASE_LINE + text, nl=False, err=True, color=True)

    def _text(self, now: float, done: int, total: int) -> str:
        began, first = self._began or (now, done)
        rate = (done - first) / (now - began) if now > began else 0.0
        so_far = f"… {self._name}  {done * 100 // total} %  {size(done)} of {size(total)}"
        return f"{so_far}  {size(int(rate))}/s" if rate else so_far

    def close(self) -> None:
        """Leave the terminal tidy."""
        if self._shown:
            click.echo(_ERASE_LINE, nl=False, err=True, color=True)
        self._shown = False
