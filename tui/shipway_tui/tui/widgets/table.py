"""The one table of every list: rows by key, cells cut to fit, keys of vi beside the arrows."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.widgets import DataTable

from shipway_tui.tui.words import Tone, Word, fit_end, fit_middle, plain

#: Room that is kept free for the scroll bar, so that its coming does not move the columns.
_SCROLL_BAR = 1
_PADDING = 1
_LEAST = 6


@dataclass(frozen=True)
class Column:
    """A column. `width` 0 takes its `share` of what is left; `middle` cuts there.

    It is shown where the table has at least `wide` cells.
    """

    key: str
    label: str
    width: int = 0
    middle: bool = False
    wide: int = 0
    share: int = 1


Cells = dict[str, str | Word]


@dataclass(frozen=True)
class Row:
    """A row: its key, its rank (rows stand in ascending rank), its cells by column key."""

    key: str
    rank: Any
    cells: Cells


class _First(Text):
    """The first cell of a row; it knows the row, because sorting hands out cells only."""

    row: str = ""


class ListTable(DataTable[Text], inherit_bindings=False):
    """A list whose rows are changed by key, so that the cursor stays on what it was on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "cursor_down", "Down", show=False, id="list.down", tooltip="Next row"),
        Binding("up,k", "cursor_up", "Up", show=False, id="list.up", tooltip="Previous row"),
        Binding("g,home", "scroll_top", "Top", show=False, id="list.top", tooltip="First row"),
        Binding("G,end", "scroll_bottom", "Bottom", show=False, id="list.end", tooltip="Last row"),
        Binding(
            "ctrl+d,pagedown", "page_down", "Page down", show=False, id="list.page_down",
            tooltip="A page down",
        ),
        Binding(
            "ctrl+u,pageup", "page_up", "Page up", show=False, id="list.page_up",
            tooltip="A page up",
        ),
    ]  # fmt: skip

    def __init__(self, columns: Sequence[Column], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(cursor_type="row", cell_padding=_PADDING, id=id)
        self._plan = tuple(columns)
        self._widths: dict[str, int] = {}
        self._shown: dict[str, Row] = {}

    @property
    def cursor_key(self) -> str | None:
        """The key of the row under the cursor."""
        if not self.is_valid_row_index(self.cursor_row):
            return None
        return self.ordered_rows[self.cursor_row].key.value

    @property
    def keys(self) -> list[str]:
        """The keys of all rows, in the order in which they stand."""
        return [str(row.key.value) for row in self.ordered_rows]

    @property
    def last_rank(self) -> Any:
        """The rank of the last row; None where there is no row."""
        return self._shown[self.keys[-1]].rank if self.row_count else None

    def replace(self, rows: Sequence[Row]) -> None:
        """Show exactly these rows, touching only what differs."""
        with self._steady_cursor():
            for key in self._shown.keys() - {row.key for row in rows}:
                self._remove(key)
            for row in rows:
                self._put(row)
            self._order()

    def put(self, row: Row) -> None:
        """Show one row: new, or with the cells that changed."""
        with self._steady_cursor():
            self._put(row)
            self._order()

    def drop(self, key: str) -> None:
        """Take one row away."""
        if key in self._shown:
            with self._steady_cursor():
                self._remove(key)

    def on_mount(self) -> None:
        """Colours are cut into the cells, so a new theme means new cells."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self._refit())

    def on_resize(self, event: events.Resize) -> None:
        """Share the width anew."""
        widths = _share(self._plan, event.size.width - _SCROLL_BAR)
        if widths != self._widths:
            self._widths = widths
            self._refit()

    def _refit(self) -> None:
        key, rows = self.cursor_key, list(self._shown.values())
        self.clear(columns=True)
        self._shown.clear()
        for column in self._plan:
            if width := self._widths.get(column.key):
                self.add_column(fit_end(column.label, width), key=column.key, width=width)
        self.replace(rows)
        if key in self._shown:
            self.move_cursor(row=self.get_row_index(key))

    def _put(self, row: Row) -> None:
        known = self._shown.get(row.key)
        self._shown[row.key] = row
        if not self._widths or row == known:
            return
        if known is None:
            self.add_row(*self._fit_row(row), key=row.key, height=1)
            return
        for column, cell in zip(self._widths, self._fit_row(row), strict=True):
            if row.cells.get(column) != known.cells.get(column):
                self.update_cell(row.key, column, cell)

    def _remove(self, key: str) -> None:
        del self._shown[key]
        if self._widths:
            self.remove_row(key)

    def _order(self) -> None:
        if not self._widths:
            return
        ranks = [self._shown[key].rank for key in self.keys]
        if any(later < earlier for earlier, later in pairwise(ranks)):
            self.sort(key=lambda cells: self._shown[cells[0].row].rank)

    @contextmanager
    def _steady_cursor(self) -> Iterator[None]:
        key, before = self.cursor_key, self.cursor_row
        yield
        if key is None or key not in self._shown or not self._widths:
            return
        now = self.get_row_index(key)
        if now == before:
            return
        scrolled = self.scroll_y > 0
        self.move_cursor(row=now)
        if scrolled:
            self.call_after_refresh(self.scroll_relative, y=now - before, animate=False)

    def _fit_row(self, row: Row) -> list[Text]:
        fitted = [
            self._fit(row.cells.get(column.key, ""), column)
            for column in self._plan
            if column.key in self._widths
        ]
        first = _First.assemble(fitted[0])
        first.row = row.key  # type: ignore[attr-defined]
        return [first, *fitted[1:]]

    def _fit(self, cell: str | Word, column: Column) -> Text:
        width = self._widths[column.key]
        text = plain(str(cell))
        text = fit_middle(text, width) if column.middle else fit_end(text, width)
        tone = cell.tone if isinstance(cell, Word) else Tone.PLAIN
        return Text(text, style=self._style(tone), no_wrap=True, end="")

    def _style(self, tone: Tone) -> Style:
        if tone is Tone.PLAIN:
            return Style()
        if tone is Tone.MUTED:
            return Style(dim=True)
        value = self.app.theme_variables.get(tone.value, "")
        return Style(color=Color.parse(value).rich_color) if value else Style()


def _share(plan: Sequence[Column], width: int) -> dict[str, int]:
    """Give each column that has room its width; elastic ones share what is left."""
    shown = [column for column in plan if column.wide <= width]
    fixed = sum(column.width for column in shown) + 2 * _PADDING * len(shown)
    shares = sum(column.share for column in shown if not column.width)
    rest = max(0, width - fixed)
    share = {column.key: column.width for column in shown}
    for column in shown:
        if not column.width:
            share[column.key] = max(_LEAST, rest * column.share // shares)
    return share
