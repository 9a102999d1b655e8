"""A line of a log, and what a log must be able to do to be paged through."""

from typing import Protocol

import msgspec


class Line(msgspec.Struct, frozen=True):
    """One line. `key` rises from line to line; `at` is RFC 3339, or empty where none is told."""

    key: int
    text: str
    at: str = ""
    level: str = ""


class LogSource(Protocol):
    """A log that is read by pages; every page is oldest first.

    Each raises ShipwayError where it cannot be read, and Gone where it begins anew.
    """

    title: str

    async def last(self, count: int) -> list[Line]:
        """The newest lines."""
        ...

    async def before(self, key: int, count: int) -> list[Line]:
        """The lines that stand right before a key."""
        ...

    async def after(self, key: int, count: int) -> list[Line]:
        """The lines that stand right behind a key; -1 stands before the first one."""
        ...
