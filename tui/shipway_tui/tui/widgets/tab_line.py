"""One line of tabs: the one that is looked at stands out, a click goes to another."""

from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from shipway_tui.tui.widgets.detail import muted
from shipway_tui.tui.words import fit_end

#: The spaces between two tabs, where there is room and where there is little.
_GAPS = (2, 1)
#: A title that is cut to fewer cells tells nothing.
_LEAST = 3


class TabLine(Widget):
    """Draws titles by tab; `active` is the tab that is shown. Keys are the screen's matter."""

    DEFAULT_CSS = "TabLine { height: 1; padding: 0 1; }"
    active: reactive[str] = reactive("")
    titles: reactive[dict[str, str]] = reactive(dict)

    @dataclass
    class Chosen(Message):
        """A tab was clicked."""

        tab: str

    def __init__(self, titles: dict[str, str], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.set_reactive(TabLine.titles, titles)
        self.set_reactive(TabLine.active, next(iter(titles)))

    def render(self) -> Content:
        """Write the titles, cut where all of them do not fit."""
        shown, gap = self._fitted()
        parts = [
            Content.styled(title, "bold reverse") if tab == self.active else muted(title)
            for tab, title in shown.items()
        ]
        return Content(" " * gap).join(parts)

    def _fitted(self) -> tuple[dict[str, str], int]:
        """The titles with a space at either side, and the gap between them."""
        whole = {tab: f" {title} " for tab, title in self.titles.items()}
        for gap in (*_GAPS, 0):
            if self._width(whole, gap) <= self.size.width:
                return whole, gap
        return self._cut(), 1

    def _cut(self) -> dict[str, str]:
        """Keep the active title whole as long as the others keep a little."""
        titles = self.titles
        room = self.size.width - len(titles) + 1 - cell_len(titles[self.active]) - 2
        each = max(_LEAST, room // max(1, len(titles) - 1))
        return {
            tab: f" {title} " if tab == self.active else fit_end(title, each)
            for tab, title in titles.items()
        }

    @staticmethod
    def _width(shown: dict[str, str], gap: int) -> int:
        return sum(map(cell_len, shown.values())) + gap * (len(shown) - 1)

    def on_click(self, message: Click) -> None:
        """Go to the tab under the pointer."""
        offset = message.get_content_offset(self)
        if offset is None:
            return
        shown, gap = self._fitted()
        at = 0
        for tab, title in shown.items():
            if at <= offset.x < at + cell_len(title):
                self.post_message(self.Chosen(tab))
                return
            at += cell_len(title) + gap
