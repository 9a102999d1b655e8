"""`shipway prune`: delete what retention lets go."""

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, cast

import click
from shipway_client.client import Client
from shipway_client.errors import ShipwayError
from shipway_client.wire import FeedLine, PrunedVersion, PruneReport

from shipway_tui.commands.asking import ask
from shipway_tui.commands.options import json_option
from shipway_tui.commands.output.objects import print_object
from shipway_tui.commands.output.table import Column, Table
from shipway_tui.commands.output.values import or_dash, size, when
from shipway_tui.commands.quiet import is_watched, say
from shipway_tui.commands.shape import Command

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

_ERASE_LINE = "\r\x1b[K"

COLUMNS = (
    Column[PrunedVersion]("VERSION", lambda gone: gone.address),
    Column[PrunedVersion]("NUMBER", lambda gone: or_dash(gone.version)),
    Column[PrunedVersion]("BUILD", lambda gone: or_dash(gone.build)),
    Column[PrunedVersion]("SIZE", lambda gone: size(gone.size), right=True),
    Column[PrunedVersion]("SINCE", lambda gone: when(gone.created_at)),
    Column[PrunedVersion]("REASON", lambda gone: gone.reason),
)


@click.command(name="prune", cls=Command)
@click.option("--dry-run", is_flag=True, help="Say what would go, and delete nothing.")
@json_option
def command(*, dry_run: bool, as_json: bool) -> None:
    """Delete the versions that retention lets go, and bytes that nothing names.

    The daemon does so by itself every hour. What is kept: `shipway profile set` and `watch set`.
    """
    report = ask(lambda client: _prune(client, dry_run=dry_run))
    if as_json:
        print_object(report)
        return
    Table(COLUMNS).print(report.versions)
    for line in summary(report):
        say(line)


def summary(report: PruneReport) -> list[str]:
    """Say in sentences what went, or would go."""
    if not report.count and not report.orphans:
        return ["Nothing is to go." if report.dry_run else "Nothing was to go."]
    more = report.count - len(report.versions)
    lines = [f"... and {more:,} more."] if more else []
    verb = "To go" if report.dry_run else "Gone"
    versions = "1 version" if report.count == 1 else f"{report.count:,} versions"
    lines.append(f"{verb}: {versions}, and {size(report.freed)} on the disk.")
    if report.orphans:
        files = "1 file" if report.orphans == 1 else f"{report.orphans:,} files"
        lines.append(f"Among that: {files} that nothing named.")
    return lines


async def _prune(client: Client, *, dry_run: bool) -> PruneReport:
    """Prune; where a person watches, count what is deleted."""
    if dry_run or not is_watched():
        return await client.pruning.prune(dry_run=dry_run)
    counting = asyncio.create_task(_count(client))
    try:
        return await client.pruning.prune()
    finally:
        counting.cancel()
        await asyncio.gather(counting, return_exceptions=True)
        click.echo(_ERASE_LINE, nl=False, err=True, color=True)


async def _count(client: Client) -> None:
    """Rewrite one line with each deletion; without a feed there is no line, and no harm."""
    feed = cast("AsyncGenerator[FeedLine, None]", client.history.feed())
    gone = 0
    try:
        async with aclosing(feed) as lines:
            async for line in lines:
                if line.event is not None and line.event.kind == "version.deleted":
                    gone += 1
                    text = f"{_ERASE_LINE}… {gone:,} versions deleted"
                    click.echo(text, nl=False, err=True, color=True)
    except ShipwayError as error:
        click.echo(f"{_ERASE_LINE}No progress to be seen: {error}", err=True, color=True)
