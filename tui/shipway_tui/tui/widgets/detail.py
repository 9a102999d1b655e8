"""The pane beside a list: all that is known of the selected row."""

from collections.abc import Iterable
from typing import ClassVar

from shipway_plugins.words import Finding
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from shipway_tui.tui.widgets.hanging import LABEL_CELLS, HangingText
from shipway_tui.tui.words import SEVERITIES, Tone, Word, plain

MUTED = "dim"


class Detail(VerticalScroll, inherit_bindings=False):
    """Scrolls; takes the focus with tab."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_down", "Down", show=False, id="detail.down", tooltip="Next line"),
        Binding("up,k", "scroll_up", "Up", show=False, id="detail.up", tooltip="Previous line"),
        Binding(
            "ctrl+d,pagedown",
            "page_down",
            "Page down",
            show=False,
            id="detail.page_down",
            tooltip="A page down",
        ),
        Binding(
            "ctrl+u,pageup",
            "page_up",
            "Page up",
            show=False,
            id="detail.page_up",
            tooltip="A page up",
        ),
        Binding(
            "g,home", "scroll_home", "Top", show=False, id="detail.top", tooltip="The first line"
        ),
        Binding("G,end", "scroll_end", "End", show=False, id="detail.end", tooltip="The last line"),
    ]

    def compose(self) -> ComposeResult:
        """One text."""
        yield HangingText(id="detail-text")

    def show(self, content: Content) -> None:
        """Put up a text; the same one again leaves the scroll position alone."""
        self.query_one(HangingText).update(content)


def style_of(tone: Tone) -> str:
    """Name the style of a tone; muted is dim, because the theme's muted is bound to widgets."""
    return MUTED if tone is Tone.MUTED else f"${tone.value}"


def toned(word: Word) -> Content:
    """Write a word in its tone."""
    return Content.styled(str(word), style_of(word.tone))


def muted(text: str) -> Content:
    """Write something that is there to be read second."""
    return Content.styled(plain(text, lines=True), MUTED)


def heading(text: str) -> Content:
    """Write the name of a part."""
    return Content.styled(plain(text), "bold")


def fact(label: str, value: str | Word | Content | None) -> Content:
    """Write one line: a label and its value."""
    if isinstance(value, Word):
        shown = toned(value)
    elif isinstance(value, Content):
        shown = value
    else:
        shown = Content(plain(value) if value else "–")
    return Content.assemble(muted(label.ljust(LABEL_CELLS)), " ", shown)


def lines(parts: Iterable[Content]) -> Content:
    """Put parts under each other."""
    return Content("\n").join(list(parts))


def finding_lines(findings: Iterable[Finding]) -> list[Content]:
    """Write findings, each with its remedy beneath it."""
    written: list[Content] = []
    for finding in findings:
        mark = SEVERITIES[finding.severity]
        written.append(
            Content.assemble(toned(mark), "  ", plain(finding.sentence), muted(f"  {finding.rule}"))
        )
        if finding.remedy:
            written.append(muted(f"  {finding.remedy}"))
    return written
