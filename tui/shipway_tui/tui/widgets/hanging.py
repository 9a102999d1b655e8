"""Text whose long lines are continued under their own beginning, not at the edge."""

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

#: The cells of a label and the space behind it.
LABEL_CELLS = 11
_STEP = 2


class HangingText(Widget):
    """Shows lines, wrapped to its width; a fact's value stays in the column of values."""

    DEFAULT_CSS = "HangingText { width: 1fr; height: auto; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._content = Content("")
        self._lines: list[Content] = []
        self._wrapped_at: tuple[int, list[Content]] | None = None

    def update(self, content: Content) -> None:
        """Put up a text; the screen is laid out anew where it takes another number of lines."""
        if content.is_same(self._content):
            return
        width = self.size.width
        before = len(self._wrapped(width))
        self._content = content
        self._lines = content.split("\n", allow_blank=True)
        self._wrapped_at = None
        self.refresh(layout=not width or len(self._wrapped(width)) != before)

    @property
    def text(self) -> str:
        """What is shown, unwrapped."""
        return "\n".join(line.plain for line in self._lines)

    def render(self) -> Content:
        """Write the lines for the width that there is."""
        return Content("\n").join(self._wrapped(self.size.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Count the lines that the text takes at a width."""
        del container, viewport
        return len(self._wrapped(width))

    def _wrapped(self, width: int) -> list[Content]:
        if self._wrapped_at is None or self._wrapped_at[0] != width:
            wrapped = [part for line in self._lines for part in hang(line, width)]
            self._wrapped_at = width, wrapped
        return self._wrapped_at[1]


def hang(line: Content, width: int) -> list[Content]:
    """Wrap one line to `width` cells; what follows its first part is set in."""
    if width <= LABEL_CELLS or line.cell_length <= width:
        return [line]
    indent = " " * _indent(line)
    if len(indent) > width // 2:
        indent = " " * _STEP
    end = _break(line.plain, width, len(indent))
    parts, rest = [line[:end].rstrip()], _lstrip(line[end:])
    while rest.cell_length > width - len(indent):
        end = _break(rest.plain, width - len(indent), 0)
        parts.append(Content.assemble(indent, rest[:end].rstrip()))
        rest = _lstrip(rest[end:])
    return [*parts, Content.assemble(indent, rest)]


def _indent(line: Content) -> int:
    """A fact, which begins with a label, is set in to its value; other lines a step further."""
    if any(span.start == 0 and span.end == LABEL_CELLS for span in line.spans):
        return LABEL_CELLS + 1
    return len(line.plain) - len(line.plain.lstrip(" ")) + _STEP


def _break(text: str, width: int, after: int) -> int:
    """Find where to break: behind the last space that fits beyond `after`, else in the word."""
    cells, fits = 0, 0
    for index, char in enumerate(text):
        cells += cell_len(char)
        if cells > width:
            break
        fits = index + 1
    space = text.rfind(" ", after + 1, fits + 1)
    return space + 1 if space > 0 else max(1, fits)


def _lstrip(content: Content) -> Content:
    blank = len(content.plain) - len(content.plain.lstrip(" "))
    return content[blank:]
