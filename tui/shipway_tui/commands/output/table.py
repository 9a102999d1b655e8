"""A table that fits the terminal, printed page by page as it is read."""

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import click

from shipway_tui.commands.output import colour
from shipway_tui.commands.output.text import cells, cut_middle, pad, safe
from shipway_tui.commands.quiet import is_quiet

T = TypeVar("T")

GAP = "  "

#: No column is made narrower than this to fit a terminal.
NARROWEST = 8
#: What the first column and the others are worth: with less, the last column goes instead.
_FIRST, _OTHER = 20, 10


@dataclass(frozen=True)
class Column(Generic[T]):
    """One column: its title, the text of its cell, and whether numbers stand to the right.

    `word` is the plain status word that gives a cell its colour. `key` is what a quiet command
    prints of a row; the first column, where none says so.
    """

    title: str
    text: Callable[[T], str]
    right: bool = False
    word: Callable[[T], str] | None = None
    key: bool = False


class Table(Generic[T]):
    """Prints rows under one header; the first page decides how wide each column is."""

    def __init__(self, columns: Sequence[Column[T]]) -> None:
        self._columns = list(columns)
        self._widths: list[int] = []

    def print(self, rows: Sequence[T]) -> None:
        """Print one page of rows; of each only its key where the command is quiet."""
        if not rows:
            return
        if is_quiet():
            key = next((column for column in self._columns if column.key), self._columns[0])
            click.echo("\n".join(safe(key.text(row)) for row in rows))
            return
        lines = []
        if not self._widths:
            self._measure(rows)
            lines.append(self._header())
        texts = [[safe(column.text(row)) for column in self._columns] for row in rows]
        lines += [self._line(row, text) for row, text in zip(rows, texts, strict=True)]
        click.echo("\n".join(lines), color=True)

    def _measure(self, rows: Sequence[T]) -> None:
        """Decide which columns are shown, and how wide each is."""
        natural = [
            max(cells(column.title), *(cells(safe(column.text(row))) for row in rows))
            for column in self._columns
        ]
        if not sys.stdout.isatty():
            self._widths = natural
            return
        columns = shutil.get_terminal_size().columns
        kept = self._chosen(natural, columns)
        self._columns = [self._columns[index] for index in kept]
        self._widths = fitted([natural[index] for index in kept], _room(columns, len(kept)))

    def _chosen(self, natural: list[int], columns: int) -> list[int]:
        """Leave out columns that a narrow terminal has no room for, the last ones first.

        The first and the status stay: what it is, and how it is.
        """
        kept = list(range(len(natural)))
        spare = [index for index in kept[1:] if self._columns[index].word is None]
        worth = [self._worth(index, width) for index, width in enumerate(natural)]
        while spare and sum(worth[index] for index in kept) > _room(columns, len(kept)):
            kept.remove(spare.pop())
        return kept

    def _worth(self, index: int, natural: int) -> int:
        """How many cells a column needs to say something; a status needs its whole word."""
        if self._columns[index].word is not None:
            return natural
        return min(natural, _OTHER if index else _FIRST)

    def _header(self) -> str:
        titles = [
            pad(cut_middle(column.title, width), width, right=column.right)
            for column, width in zip(self._columns, self._widths, strict=True)
        ]
        return colour.paint(GAP.join(titles).rstrip(), colour.BOLD)

    def _line(self, row: T, texts: list[str]) -> str:
        parts = []
        for column, text, width in zip(self._columns, texts, self._widths, strict=True):
            part = pad(cut_middle(text, self._allowed(width)), width, right=column.right)
            code = colour.OF_WORD.get(column.word(row), "") if column.word else ""
            parts.append(colour.paint(part, code))
        return GAP.join(parts).rstrip()

    def _allowed(self, width: int) -> int:
        """A later page may be wider than the first; only a terminal makes us cut it."""
        return width if sys.stdout.isatty() else sys.maxsize


def _room(columns: int, count: int) -> int:
    """The cells that `count` columns have for themselves."""
    return columns - len(GAP) * (count - 1)


def fitted(widths: list[int], room: int) -> list[int]:
    """Narrow the widest columns until all fit into `room` cells, or none can give any more."""
    widths = list(widths)
    while sum(widths) > room:
        widest = max(widths)
        if widest <= NARROWEST:
            break
        widths[widths.index(widest)] = widest - 1
    return widths
