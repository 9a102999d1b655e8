"""Keyset pages: the cursor is the key of the last row, and no page counts or skips rows."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from shipway_client.errors import WrongUsage
from shipway_client.wire import Page
from sqlalchemy import Connection

from shipway_daemon.events import history

T = TypeVar("T")

MAX_LIMIT = 200


def check_limit(limit: int) -> int:
    """Return `limit` if a page may be that long.

    Raises:
        WrongUsage: It is not between 1 and 200.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise WrongUsage(f"A page has 1 to {MAX_LIMIT} rows, not {limit}.")
    return limit


def id_cursor(after: str | None) -> int | None:
    """Read the cursor of a list that is ordered by id.

    Raises:
        WrongUsage: It is no cursor.
    """
    if after is None:
        return None
    if not (after.isascii() and after.isdigit()) or len(after) > 18:
        raise WrongUsage(f"{after!r} is no cursor.", "Use the `after` of the page before.")
    return int(after)


def page(tx: Connection, rows: Sequence[T], limit: int, key: Callable[[T], object]) -> Page[T]:
    """Make a page of at most `limit` out of rows that were asked for with `limit + 1`."""
    items = list(rows[:limit])
    more = len(rows) > limit
    return Page(items=items, after=str(key(items[-1])) if more else None, seq=history.last(tx))
