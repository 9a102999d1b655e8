"""The columns of a list: which are shown, how wide they are, and how a cell is cut to fit."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from shipway_tui.tui.words import Tone, Word, fit_end, fit_middle, plain

#: The empty cells at each side of a cell; a row's mark stands in the first of them.
PADDING = 1
_LEAST = 6
#: An elastic column that has fewer cells pushes the last column out.
_READABLE = 10
#: Where the rows of a sorted column begin: with the least, or with the greatest.
_ARROWS = ("↑", "↓")


@dataclass(frozen=True)
class Column:
    """A column. `width` 0 takes its `share` of what is left; `middle` cuts there.

    It is shown where the table has at least `wide` cells. `sort` is what the daemon calls the
    order by this column; empty where it has none.
    """

    key: str
    label: str
    width: int = 0
    middle: bool = False
    wide: int = 0
    share: int = 1
    sort: str = ""

    def fit(self, cell: str | Word, width: int) -> tuple[str, Tone]:
        """Cut a cell to `width` cells, filled up with spaces, and tell its tone."""
        text = plain(str(cell))
        text = fit_middle(text, width) if self.middle else fit_end(text, width)
        tone = cell.tone if isinstance(cell, Word) else Tone.PLAIN
        return text + " " * (width - cell_len(text)), tone

    def title(self, width: int, sorted_by: str) -> str:
        """Write the label; with an arrow where `sorted_by` (`key`, or `-key`) is this column."""
        if not self.sort or sorted_by.removeprefix("-") != self.sort:
            return fit_end(self.label, width)
        arrow = _ARROWS[sorted_by.startswith("-")]
        return f"{fit_end(self.label, width - 2)} {arrow}"


def share(plan: Sequence[Column], width: int) -> dict[str, int]:
    """Give each column that has room its width; elastic ones share what is left.

    In a narrow window the last columns go, down to two: the detail has what they say.
    """
    shown = [column for column in plan if column.wide <= width]
    while len(shown) > 2 and _least(shown) > width:
        shown.pop()
    fixed = sum(column.width for column in shown) + 2 * PADDING * len(shown)
    shares = sum(column.share for column in shown if not column.width)
    rest = max(0, width - fixed)
    given = {column.key: column.width for column in shown}
    for column in shown:
        if not column.width:
            given[column.key] = max(_LEAST, rest * column.share // shares)
    return given


def _least(shown: Sequence[Column]) -> int:
    """The cells that columns take at least, where what is cut can still be told apart."""
    return sum((column.width or _READABLE) + 2 * PADDING for column in shown)


def column_at(widths: dict[str, int], x: int) -> str | None:
    """Find the column that the cell `x` of a line belongs to."""
    end = 0
    for key, width in widths.items():
        end += width + 2 * PADDING
        if x < end:
            return key
    return None
