"""How a list command reads all pages and prints them as they come."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TypeVar

import click
from shipway_client.client import Client
from shipway_client.wire import Page

from shipway_tui.commands.asking import ask
from shipway_tui.commands.output.objects import print_objects
from shipway_tui.commands.output.table import Column, Table
from shipway_tui.commands.output.text import safe
from shipway_tui.commands.quiet import is_quiet

T = TypeVar("T")

#: The daemon's page; more than a screen, less than is felt.
PAGE = 200

#: Reads one page: the client, the cursor (None at first), how many at most.
Reader = Callable[[Client, str | None, int], Awaitable[Page[T]]]


def show_list(
    read: Reader[T],
    columns: Sequence[Column[T]],
    *,
    as_json: bool,
    limit: int | None,
    empty: str,
) -> None:
    """Print every item, as a table or as JSON lines; `empty` is said when there is none."""
    ask(lambda client: _print_pages(client, read, Table(columns), as_json, limit, empty))


def none_of(query: str | None, none: str) -> str:
    """What an empty list says: `none`, or by what nothing was found."""
    return f"Nothing is found by {safe(query)!r}." if query else none


async def _print_pages(
    client: Client,
    read: Reader[T],
    table: Table[T],
    as_json: bool,  # noqa: FBT001 - private
    limit: int | None,
    empty: str,
) -> None:
    found = False
    async for items in each_page(client, read, limit):
        found = found or bool(items)
        if as_json:
            print_objects(items)
        else:
            table.print(items)
    if not (found or as_json or is_quiet()):
        click.echo(empty, err=True)


async def each_page(
    client: Client, read: Reader[T], limit: int | None = None
) -> AsyncIterator[list[T]]:
    """Read page after page, `limit` items at most."""
    after: str | None = None
    left = limit
    while left is None or left > 0:
        page = await read(client, after, PAGE if left is None else min(PAGE, left))
        yield page.items
        after = page.after
        if after is None:
            return
        left = None if left is None else left - len(page.items)
