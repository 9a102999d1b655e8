"""A page as SQL: from the cursor on, in the order that is asked for, by two columns at most."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Select, asc, desc, tuple_

from shipway_daemon.queries.orders import Cursor, Key, Order, read_cursor, write_cursor

T = TypeVar("T")


class Sort(msgspec.Struct, Generic[T], frozen=True):
    """A sort key and its column, which is never null; `kind` is the type of its values."""

    column: ColumnElement[Any]
    of: Callable[[T], Any]
    kind: type
    unique: bool = False


class Keyset(Generic[T]):
    """The sorts of one list. `identity` is the column, and the number, that no two rows share."""

    def __init__(
        self,
        sorts: Mapping[str, Sort[T]],
        identity: ColumnElement[int],
        number: Callable[[T], int],
    ) -> None:
        self._sorts = sorts
        self._identity = identity
        self._number = number

    def __contains__(self, key: str) -> bool:
        return key in self._sorts

    def cursor(self, order: Order) -> Callable[[T], str]:
        """How the cursor of a page is written that ends with an item."""
        key = self._key(order)
        return lambda item: write_cursor(item, key, self._number)

    def page(self, selection: Select[Any], order: Order, after: str | None) -> Select[Any]:
        """Order a selection, and begin it after the cursor.

        Raises:
            WrongUsage: It is no cursor of this order.
        """
        way = desc if order.descending else asc
        columns = (way(column) for column in self._columns(order))
        return self.begun(selection, order, after).order_by(*columns)

    def begun(self, selection: Select[Any], order: Order, after: str | None) -> Select[Any]:
        """Begin a selection after the cursor, in no order yet.

        Raises:
            WrongUsage: It is no cursor of this order.
        """
        found = read_cursor(after, self._key(order))
        return selection if found is None else selection.where(self._past(order, found))

    def _key(self, order: Order) -> Key[T]:
        sort = self._sorts[order.key]
        return Key(sort.of, sort.kind, sort.unique)

    def _columns(self, order: Order) -> list[ColumnElement[Any]]:
        sort = self._sorts[order.key]
        return [sort.column] if sort.unique else [sort.column, self._identity]

    def _past(self, order: Order, cursor: Cursor) -> ColumnElement[bool]:
        columns = self._columns(order)
        if len(columns) == 1:
            return columns[0] < cursor if order.descending else columns[0] > cursor
        here = tuple_(*columns)
        return here < cursor if order.descending else here > cursor
