"""Waiting for a file to be taken in, with its progress on a terminal."""

import asyncio
import shutil
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click
from shipway_client.client import Client
from shipway_client.errors import NotFound, ShipwayError, Unreadable
from shipway_client.wire import AddFile, FeedLine, Ingested, IngestProgress

from shipway_tui.commands import uploading
from shipway_tui.commands.output.text import cut_end, safe
from shipway_tui.commands.output.values import progress
from shipway_tui.commands.quiet import is_watched

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

_ERASE_LINE = "\r\x1b[K"


async def ingest(client: Client, request: AddFile, *, upload: bool = False) -> Ingested:
    """Take a file in: by its path, or where the daemon cannot read that, by an upload.

    `upload` sends the file whatever the daemon can read.

    Raises:
        ShipwayError: The file was not taken.
    """
    if upload:
        _check_there(request.path)
        return await uploading.upload(client, request)
    try:
        return await _hand_over(client, request)
    except (NotFound, Unreadable):
        if not uploading.can_read(request.path):
            raise
        return await uploading.upload(client, request)


def _check_there(path: str) -> None:
    """Answer as the daemon does where there is no file.

    Raises:
        NotFound: There is none.
    """
    if not Path(path).exists():
        raise NotFound(f"There is no file {safe(path)}.", "See how it is spelt.")


async def _hand_over(client: Client, request: AddFile) -> Ingested:
    """Let the daemon read the file; where a person watches, say how far it is."""
    if not is_watched():
        return await client.versions.add(request)
    watching = asyncio.create_task(_watch(client, request.path))
    try:
        return await client.versions.add(request)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        click.echo(_ERASE_LINE, nl=False, err=True, color=True)


async def _watch(client: Client, path: str) -> None:
    """Rewrite one line as the copy gets on; without a feed there is no line, and no harm."""
    feed = cast("AsyncGenerator[FeedLine, None]", client.history.feed())
    try:
        async with aclosing(feed) as lines:
            async for line in lines:
                if line.ingest is not None and line.ingest.source == f"add:{path}":
                    _show(line.ingest)
    except ShipwayError as error:
        click.echo(f"{_ERASE_LINE}No progress to be seen: {error}", err=True, color=True)


def _show(told: IngestProgress) -> None:
    columns = shutil.get_terminal_size().columns
    text = cut_end(safe(f"… {told.file_name}  {progress(told.progress)}"), columns - 1)
    click.echo(_ERASE_LINE + text, nl=False, err=True, color=True)
