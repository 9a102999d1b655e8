"""The one table of every list: rows by key, cells cut to fit, keys of vi beside the arrows.

It draws the lines that are seen and no others (Textual's line API), so what a list costs does not
grow with its rows.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from shipway_tui.tui.widgets.columns import PADDING, Column, column_at, share
from shipway_tui.tui.widgets.rows import Cells, Row, Rows
from shipway_tui.tui.words import Tone

__all__ = ["Cells", "Column", "ListTable", "Row"]

#: Room that is kept free for the scroll bar, so that its coming does not move the columns.
_SCROLL_BAR = 1
_HEADER = 1
_MARK = "✓"
_EDGE = " " * PADDING


class ListTable(ScrollView, inherit_bindings=False):
    """A list whose rows are changed by key, so that the cursor stays on what it was on.

    `sorted_by` is the daemon's key of the order, with a `-` before it where it falls: the header
    shows it. `marked` holds the keys of the rows that bear a mark.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"list--header", "list--cursor", "list--mark"}
    DEFAULT_CSS = """
    ListTable {
        & > .list--header { text-style: bold; }
        & > .list--mark { text-style: bold; color: $text-accent; }
        & > .list--cursor {
            background: $block-cursor-blurred-background;
            color: $block-cursor-blurred-foreground;
            text-style: $block-cursor-blurred-text-style;
        }
        &:focus > .list--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        &:ansi > .list--cursor, &:nocolor > .list--cursor { text-style: underline; }
        &:ansi:focus > .list--cursor { text-style: bold; }
        &:nocolor:focus > .list--cursor { text-style: reverse; }
    }
    """
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

    sorted_by: reactive[str] = reactive("")
    marked: reactive[frozenset[str]] = reactive(frozenset)

    class Told(Message):
        """Something of a list; a burst of one kind is told of once."""

        def __init__(self, table: "ListTable") -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> "ListTable":
            """The list itself."""
            return self.table

        def can_replace(self, message: Message) -> bool:
            """What the list is like now is read from it, so the newest is enough."""
            return type(message) is type(self)

    class Highlighted(Told):
        """The cursor stands on another row."""

    class Scrolled(Told):
        """Other rows are seen."""

    class Opened(Told):
        """The row under the cursor was clicked."""

    class HeaderSelected(Told):
        """The title of a column was clicked."""

        def __init__(self, table: "ListTable", column: Column) -> None:
            super().__init__(table)
            self.column = column

    def __init__(self, columns: Sequence[Column], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._plan = {column.key: column for column in columns}
        self._rows = Rows()
        self._cursor = 0
        self._strips: dict[str, Strip] = {}
        self._styles_of: dict[str, Style] = {}
        self.columns: dict[str, int] = {}
        """The width of each column that is shown, by its key."""

    # ------------------------------------------------------------------ what there is

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    @property
    def keys(self) -> list[str]:
        """The keys of all rows, in the order in which they stand."""
        return [row.key for row in self._rows]

    @property
    def last_rank(self) -> Any:
        """The rank of the last row; None where there is no row."""
        return self._rows[-1].rank if self._rows else None

    @property
    def cursor_row(self) -> int:
        """Where the cursor stands, from 0."""
        return self._cursor

    @property
    def cursor_key(self) -> str | None:
        """The key of the row under the cursor."""
        return self._rows[self._cursor].key if self._rows else None

    @property
    def last_visible(self) -> int:
        """The last row that is seen, from 0; -1 where there is none."""
        return min(self.scroll_offset.y + self._page, self.row_count) - 1

    def get_row_index(self, key: str) -> int:
        """Tell where a row stands, from 0.

        Raises:
            KeyError: There is no such row.
        """
        return self._rows.index(key)

    def get_cell(self, key: str, column: str) -> Text:
        """Give a cell as it is shown.

        Raises:
            KeyError: There is no such row, or the column is not shown.
        """
        row = self._rows[self._rows.index(key)]
        text, tone = self._plan[column].fit(row.cells.get(column, ""), self.columns[column])
        return Text(text.rstrip(), self._tone(tone))

    def get_row(self, key: str) -> list[Text]:
        """Give the cells of a row as they are shown.

        Raises:
            KeyError: There is no such row.
        """
        return [self.get_cell(key, column) for column in self.columns]

    # -------------------------------------------------------------------- what changes

    def replace(self, rows: Sequence[Row]) -> None:
        """Show exactly these rows; the cursor stays on its row, or where that was."""
        fresh = Rows(rows)
        if list(fresh) == list(self._rows):
            return
        for row in self._rows:
            if fresh.get(row.key) != row:
                self._strips.pop(row.key, None)
        under, self._rows = self.cursor_key, fresh
        self._settle(under)

    def put(self, *rows: Row) -> None:
        """Show some rows: new, or with the cells that changed."""
        under, fresh = self.cursor_key, [row for row in rows if self._rows.get(row.key) != row]
        for row in fresh:
            self._strips.pop(row.key, None)
            self._rows.put(row)
        if fresh:
            self._settle(under)

    def drop(self, *keys: str) -> None:
        """Take some rows away."""
        under, gone = self.cursor_key, [key for key in keys if key in self._rows]
        for key in gone:
            self._strips.pop(key, None)
            self._rows.drop(key)
        if gone:
            self._settle(under)

    def trim(self, most: int) -> list[str]:
        """Take the rows away that stand after the first `most`, and name them."""
        gone = [self._rows[at].key for at in range(most, self.row_count)]
        self.drop(*gone)
        return gone

    def _settle(self, key: str | None) -> None:
        """Put the cursor back on its row; rows that came above push what is seen along."""
        before = self._cursor
        kept = key is not None and key in self._rows
        self._cursor = self._rows.index(key) if key is not None and kept else before
        self._cursor = max(0, min(self._cursor, self.row_count - 1))
        scrolled = self.scroll_offset.y
        self._grow()
        if kept and scrolled and self._cursor != before:
            self._scroll_y_to(scrolled + self._cursor - before)
        if not kept:
            self.post_message(self.Highlighted(self))
        self.refresh()

    def _grow(self) -> None:
        """Tell how long the list is; a scroll bar that comes or goes lays the screen out anew."""
        lines = self.row_count + _HEADER
        size = Size(self.size.width, lines)
        if self.show_vertical_scrollbar is not (lines > self.container_size.height):
            self.virtual_size = size
            return
        self.set_reactive(ListTable.virtual_size, size)
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.window_virtual_size = lines
        self.scroll_y = self.validate_scroll_y(self.scroll_y)

    # ---------------------------------------------------------------------- the cursor

    @property
    def _page(self) -> int:
        return max(1, self.size.height - _HEADER)

    def move_cursor(self, *, row: int) -> None:
        """Put the cursor on a row, from 0, and show it."""
        row = max(0, min(row, self.row_count - 1))
        if row == self._cursor:
            self._show_cursor()
            return
        self._refresh_row(self._cursor)
        self._cursor = row
        self._refresh_row(row)
        self._show_cursor()
        self.post_message(self.Highlighted(self))

    def _show_cursor(self) -> None:
        top = self.scroll_offset.y
        if self._cursor < top:
            self._scroll_y_to(self._cursor)
        elif self._cursor >= top + self._page:
            self._scroll_y_to(self._cursor - self._page + 1)

    def _scroll_y_to(self, y: int) -> None:
        self.scroll_to(y=y, animate=False, force=True)

    def _refresh_row(self, row: int) -> None:
        y = row - self.scroll_offset.y + _HEADER
        if y >= _HEADER:
            self.refresh(Region(0, y, self.size.width, 1))

    def action_cursor_down(self) -> None:
        """Go to the next row."""
        self.move_cursor(row=self._cursor + 1)

    def action_cursor_up(self) -> None:
        """Go to the row before."""
        self.move_cursor(row=self._cursor - 1)

    def action_scroll_top(self) -> None:
        """Go to the first row."""
        self.move_cursor(row=0)

    def action_scroll_bottom(self) -> None:
        """Go to the last row."""
        self.move_cursor(row=self.row_count - 1)

    def action_page_down(self) -> None:
        """Go a page down."""
        self.move_cursor(row=self._cursor + self._page)

    def action_page_up(self) -> None:
        """Go a page up."""
        self.move_cursor(row=self._cursor - self._page)

    def on_click(self, event: events.Click) -> None:
        """Select a row; open the selected one; tell of a column's title."""
        if event.y < _HEADER:
            self._click_title(event.x)
            return
        row = event.y - _HEADER + self.scroll_offset.y
        if row >= self.row_count:
            return
        if row == self._cursor:
            self.post_message(self.Opened(self))
        else:
            self.move_cursor(row=row)

    def _click_title(self, x: int) -> None:
        key = column_at(self.columns, x)
        if key is not None:
            self.post_message(self.HeaderSelected(self, self._plan[key]))

    # ------------------------------------------------------------------------- drawing

    def on_mount(self) -> None:
        """A new theme means new colours, and colours are kept in the lines."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self.notify_style_update())

    def on_resize(self, event: events.Resize) -> None:
        """Share the width anew, and keep the cursor in sight."""
        self.columns = share(tuple(self._plan.values()), event.size.width - _SCROLL_BAR)
        self._strips.clear()
        self.virtual_size = Size(event.size.width, self.row_count + _HEADER)
        self._show_cursor()

    def notify_style_update(self) -> None:
        """Forget every colour."""
        super().notify_style_update()
        self._strips.clear()
        self._styles_of.clear()

    def watch_marked(self) -> None:
        """Draw the marks anew."""
        self._strips.clear()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell that other rows are seen."""
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.Scrolled(self))

    def render_line(self, y: int) -> Strip:
        """Draw the titles, or the row that is seen in line `y`."""
        row = y - _HEADER + self.scroll_offset.y
        if y < _HEADER:
            return self._fill(self._titles())
        if row >= self.row_count:
            return Strip.blank(self.size.width, self._style(""))
        if row == self._cursor:
            return self._fill(self._line(self._rows[row], self._style("list--cursor")))
        return self._kept(self._rows[row])

    def _fill(self, strip: Strip) -> Strip:
        return strip.adjust_cell_length(self.size.width).apply_style(self._style(""))

    def _titles(self) -> Strip:
        style = self._style("list--header")
        titles = (
            _EDGE + self._plan[key].title(width, self.sorted_by).ljust(width) + _EDGE
            for key, width in self.columns.items()
        )
        return Strip([Segment("".join(titles), style)])

    def _kept(self, row: Row) -> Strip:
        strip = self._strips.get(row.key)
        if strip is None:
            strip = self._strips[row.key] = self._fill(self._line(row, None))
        return strip

    def _line(self, row: Row, cursor: Style | None) -> Strip:
        """Draw a row: each cell in its tone, or all of them, to the edge, as the cursor's."""
        marked = row.key in self.marked
        mark = cursor or (self._style("list--mark") if marked else Style.null())
        segments = [Segment((_MARK if marked else " ").ljust(PADDING), mark)]
        for key, width in self.columns.items():
            text, tone = self._plan[key].fit(row.cells.get(key, ""), width)
            segments.append(Segment(text + _EDGE * 2, cursor or self._tone(tone)))
        if cursor is not None:
            segments.append(Segment(" " * self.size.width, cursor))
        return Strip(segments)

    def _style(self, component: str) -> Style:
        """The style of a part; of the list itself where that is empty."""
        if component not in self._styles_of:
            self._styles_of[component] = (
                self.get_component_rich_style(component) if component else self.rich_style
            )
        return self._styles_of[component]

    def _tone(self, tone: Tone) -> Style:
        if tone is Tone.PLAIN:
            return Style.null()
        if tone is Tone.MUTED:
            return Style(dim=True)
        if tone not in self._styles_of:
            value = self.app.theme_variables.get(tone.value, "")
            colour = Color.parse(value).rich_color if value else None
            self._styles_of[tone] = Style(color=colour)
        return self._styles_of[tone]
