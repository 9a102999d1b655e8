"""Lines of a log with a cursor; draws those that are seen and no others."""

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from shipway_tui.tui.logs.line import Line
from shipway_tui.tui.words import clock_text, plain

_LEVELS = {"warning": "▲", "error": "✘", "critical": "✘"}
_STEP_CELLS = 16
#: A line is drawn up to here; the whole of it stands beneath the log.
_LONGEST = 2_000


class LogView(ScrollView, inherit_bindings=False):
    """The cursor is a place among the lines; `needle` is what is searched for."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"log--cursor", "log--hit"}
    DEFAULT_CSS = """
    LogView {
        height: 1fr; background: transparent; scrollbar-size-vertical: 1; overflow-x: hidden;
        & > .log--hit { text-style: bold underline; color: $text-warning; }
        & > .log--cursor {
            background: $block-cursor-background; color: $block-cursor-foreground;
        }
        &:ansi > .log--cursor, &:nocolor > .log--cursor { text-style: reverse; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False, id="log.down", tooltip="Next line"),
        Binding("up,k", "move(-1)", "Up", show=False, id="log.up", tooltip="Previous line"),
        Binding("ctrl+d,pagedown", "page(1)", "Page down", show=False, id="log.page_down",
                tooltip="A page down"),
        Binding("ctrl+u,pageup", "page(-1)", "Page up", show=False, id="log.page_up",
                tooltip="A page up"),
        Binding("right", "shift(1)", "Right", show=False, id="log.right", tooltip="To the right"),
        Binding("left", "shift(-1)", "Left", show=False, id="log.left", tooltip="To the left"),
    ]  # fmt: skip

    class Moved(Message):
        """The cursor was moved by a key or by the mouse."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.can_focus = True
        self.lines: Sequence[Line] = ()
        self.cursor = 0
        self.needle = ""
        self._left = 0

    @property
    def current(self) -> Line | None:
        """The line under the cursor."""
        return self.lines[self.cursor] if self.lines else None

    def show(self, lines: Sequence[Line], cursor: int) -> None:
        """Show these lines, with the cursor at one of them."""
        self.lines = lines
        self.cursor = max(0, min(cursor, len(lines) - 1))
        self.virtual_size = Size(self.size.width, len(lines))
        self.scroll_to_region(
            Region(0, self.cursor, 1, 1), animate=False, force=True, x_axis=False, immediate=True
        )
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in sight."""
        del event
        self.show(self.lines, self.cursor)

    def render_line(self, y: int) -> Strip:
        """Draw one line of the window."""
        row, width = int(self.scroll_offset.y) + y, self.size.width
        if row >= len(self.lines):
            return Strip.blank(width, self.rich_style)
        text = self._text(self.lines[row])
        if row == self.cursor:
            text.stylize(self.get_component_rich_style("log--cursor", partial=True))
        strip = Strip(text.render(self.app.console))
        return strip.crop_extend(self._left, self._left + width, self.rich_style)

    def _text(self, line: Line) -> Text:
        said = plain(line.text[:_LONGEST])
        clock = clock_text(line.at)[11:] if line.at else ""
        mark = _LEVELS.get(line.level, " ")
        hits = self._hits(said)
        head = Text.assemble("›" if hits else " ", mark, " ", (clock, Style(dim=True)), " ")
        start = len(head)
        head.append(said)
        for at in hits:
            style = self.get_component_rich_style("log--hit", partial=True)
            head.stylize(style, start + at, start + at + len(self.needle))
        head.no_wrap, head.end = True, ""
        return head

    def _hits(self, said: str) -> list[int]:
        """Where the needle stands; a mark before the line says that it does, without colour."""
        if not self.needle:
            return []
        text, needle = said.casefold(), self.needle.casefold()
        hits, at = [], text.find(needle)
        while at >= 0:
            hits.append(at)
            at = text.find(needle, at + len(needle))
        return hits

    def action_move(self, step: int) -> None:
        """Move the cursor by lines."""
        self.show(self.lines, self.cursor + step)
        self.post_message(self.Moved())

    def action_page(self, step: int) -> None:
        """Move the cursor by a page."""
        self.action_move(step * max(1, self.size.height - 1))

    def action_shift(self, step: int) -> None:
        """Look further to the right, or back."""
        self._left = max(0, self._left + step * _STEP_CELLS)
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where it was clicked."""
        self.show(self.lines, int(self.scroll_offset.y) + event.y)
        self.post_message(self.Moved())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move on by a few lines."""
        event.stop()
        self.action_move(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move back by a few lines."""
        event.stop()
        self.action_move(-3)
