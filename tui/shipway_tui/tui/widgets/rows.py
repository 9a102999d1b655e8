"""The rows of a list, in the order of their ranks; changed by key, one at a time or all at once."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from shipway_tui.tui.words import Word

Cells = dict[str, str | Word]


@dataclass(frozen=True)
class Row:
    """A row: its key, its rank (rows stand in ascending rank), its cells by column key."""

    key: str
    rank: Any
    cells: Cells


class Rows:
    """Sorted rows that are found by key; a change costs the same in a long list as in a short."""

    def __init__(self, rows: Sequence[Row] = ()) -> None:
        self._ranked = sorted(rows, key=_rank)
        self._known = {row.key: row for row in self._ranked}

    def __len__(self) -> int:
        return len(self._ranked)

    def __contains__(self, key: object) -> bool:
        return key in self._known

    def __iter__(self) -> Iterator[Row]:
        return iter(self._ranked)

    def __getitem__(self, index: int) -> Row:
        return self._ranked[index]

    def get(self, key: str) -> Row | None:
        """Find a row by its key."""
        return self._known.get(key)

    def index(self, key: str) -> int:
        """Tell where a row stands.

        Raises:
            KeyError: There is no such row.
        """
        row = self._known[key]
        start = bisect_left(self._ranked, row.rank, key=_rank)
        return next(at for at in range(start, len(self._ranked)) if self._ranked[at].key == key)

    def put(self, row: Row) -> None:
        """Take in a row, in the place of the one with its key."""
        if row.key in self._known:
            at = self.index(row.key)
            if self._known[row.key].rank == row.rank:
                self._ranked[at] = self._known[row.key] = row
                return
            del self._ranked[at]
        self._ranked.insert(bisect_right(self._ranked, row.rank, key=_rank), row)
        self._known[row.key] = row

    def drop(self, key: str) -> None:
        """Let go of a row.

        Raises:
            KeyError: There is no such row.
        """
        del self._ranked[self.index(key)]
        del self._known[key]


def _rank(row: Row) -> Any:
    return row.rank
