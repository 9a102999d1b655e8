"""In which order a list is asked for, and the cursor that says where a page ended."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec
from shipway_client.errors import WrongUsage
from shipway_client.wire.queries import Queryable

from shipway_daemon.queries.words import near

T = TypeVar("T")

#: The value of the last row's sort key, and its id where others may have the same value.
Cursor = tuple[Any, int] | int | str

_MAX_CURSOR = 10_000
_MAX_INTEGER = 2**63 - 1


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A sort key of a list, and whether the greatest comes first."""

    key: str
    descending: bool = False


#: The order of what has numbers that only ever grow.
NEWEST_FIRST = Order(key="created", descending=True)


def parse_sort(text: str | None, table: Queryable) -> Order:
    """Read a sort as a list takes it; none is the list's own.

    Raises:
        WrongUsage: There is no such key.
    """
    told = text or table.order
    order = Order(key=told.removeprefix("-"), descending=told.startswith("-"))
    if order.key not in table.sorts:
        raise WrongUsage(
            f"The list of {table.nouns} cannot be sorted by {order.key[:50]!r}.",
            f"{near(order.key, table.sorts)}Keys: {', '.join(table.sorts)}; with a minus before "
            "it the other way round.",
        )
    return order


class Key(msgspec.Struct, Generic[T], frozen=True):
    """A sort key: what it is of an item, its type, and whether no two items have the same."""

    of: Callable[[T], Any]
    kind: type
    unique: bool = False


def write_cursor(item: T, key: Key[T], identity: Callable[[T], int]) -> str:
    """Say where a page ends that ends with this item."""
    if key.unique:
        return str(key.of(item))
    return msgspec.json.encode((key.of(item), identity(item))).decode()


def read_cursor(text: str | None, key: Key[Any]) -> Cursor | None:
    """Read what `write_cursor` wrote for this key; None where there is nothing.

    Raises:
        WrongUsage: It is no cursor of this key.
    """
    if text is None:
        return None
    try:
        return _read(text[:_MAX_CURSOR], key)
    except (ValueError, msgspec.DecodeError) as error:
        raise WrongUsage(
            f"{text[:50]!r} is no cursor.", "Use the `after` of the page before."
        ) from error


def _read(text: str, key: Key[Any]) -> Cursor:
    if not key.unique:
        value, identity = msgspec.json.decode(text, type=tuple[Any, int])
        if not isinstance(value, key.kind):
            raise ValueError(value)
        _check_integers(value, identity)
        return value, identity
    if key.kind is str:
        return text
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise ValueError(text)
    return int(text)


def _check_integers(*values: object) -> None:
    """Keep out what SQLite cannot hold."""
    for value in values:
        if isinstance(value, int) and abs(value) > _MAX_INTEGER:
            raise ValueError(value)
