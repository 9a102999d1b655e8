"""A table that fits the terminal, printed page by page as it is read."""

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import click

from shipway_tui.commands.output import colour
from shipway_tui.commands.output.text import cells, cut_middle, pad, safe

T = TypeVar("T")

GAP = "  "

#: No column is made narrower than this to fit a terminal.
NARROWEST = 8


@dataclass(frozen=True)
class Column(Generic[T]):
    """One column: its title, the text of its cell, and whether numbers stand to the right.

    `word` is the plain status word that gives a cell its colour.
    """

    title: str
    text: Callable[[T], str]
    right: bool = False
    word: Callable[[T], str] | None = None


class Table(Generic[T]):
    """Prints rows under one header; the first page decides how wide each column is."""

    def __init__(self, columns: Sequence[Column[T]]) -> None:
        self._columns = columns
        self._widths: list[int] = []

    def print(self, rows: Sequence[T]) -> None:
        """Print one page of rows."""
        if not rows:
            return
        texts = [[safe(column.text(row)) for column in self._columns] for row in rows]
        lines = []
        if not self._widths:
            self._widths = self._measure(texts)
            lines.append(self._header())
        lines += [self._line(row, text) for row, text in zip(rows, texts, strict=True)]
        click.echo("\n".join(lines), color=True)

    def _measure(self, texts: list[list[str]]) -> list[int]:
        titles = [column.title for column in self._columns]
        natural = [max(map(cells, column)) for column in zip(titles, *texts, strict=True)]
        if not sys.stdout.isatty():
            return natural
        return fitted(natural, shutil.get_terminal_size().columns - len(GAP) * (len(titles) - 1))

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


def fitted(widths: list[int], room: int) -> list[int]:
    """Narrow the widest columns until all fit into `room` cells, or none can give any more."""
    widths = list(widths)
    while sum(widths) > room:
        widest = max(widths)
        if widest <= NARROWEST:
            break
        widths[widths.index(widest)] = widest - 1
    return widths
