"""What differs between two versions: the one before and the one that is looked at."""

from typing import ClassVar

from shipway_client.comparing import compare
from shipway_client.errors import NotFound, ShipwayError
from shipway_client.wire import Comparison, Difference
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.place import Place
from shipway_tui.tui.widgets.detail import Detail, fact, heading, lines, muted, style_of
from shipway_tui.tui.widgets.hanging import LABEL_CELLS
from shipway_tui.tui.words import Tone, plain

#: Two texts of more cells than these stand under each other.
_ONE_LINE = 60


class DiffScreen(Place):
    """Compares `address` with `other`, or with the version before it."""

    HEADING = "Differences"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", id="diff.back", tooltip="Go back"),
        Binding("r", "refresh", "Refresh", show=False, id="list.refresh", tooltip="Read afresh"),
    ]

    def __init__(self, desk: Desk, address: str, other: str | None = None) -> None:
        super().__init__(desk)
        self._address, self._other = address, other
        self.detail = Detail(id="diff")

    def compose_body(self) -> ComposeResult:
        """One pane."""
        with Container(id="body"), Vertical(id="diff-pane", classes="pane"):
            yield self.detail

    def on_mount(self) -> None:
        """Scrolling is all there is to do."""
        self.query_one("#diff-pane").border_title = Content(plain(self._address))
        self.detail.focus()

    @work(exclusive=True, group="load")
    async def load(self) -> None:
        """Read both, and compare them."""
        try:
            self._show(await self._compare())
        except NotFound as error:
            self.detail.show(muted(error.message))
        except ShipwayError as error:
            self.complain(error)

    async def _compare(self) -> Comparison:
        versions = self.desk.client.versions
        after = await versions.show(self._address)
        if self._other is None:
            return compare(await versions.before(self._address), after)
        other = await versions.show(self._other)
        older, newer = sorted((other, after), key=lambda version: version.id)
        return compare(older, newer)

    def _show(self, comparison: Comparison) -> None:
        pane = self.query_one("#diff-pane")
        pane.border_title = Content(plain(f"{comparison.before} → {comparison.after}"))
        count = len(comparison.differences)
        pane.border_subtitle = "1 difference" if count == 1 else f"{count} differences"
        self.detail.show(lines(diff_lines(comparison)))

    def action_back(self) -> None:
        """Go back."""
        self.app.pop_screen()

    def action_refresh(self) -> None:
        """Read both afresh."""
        self.load()


def diff_lines(comparison: Comparison) -> list[Content]:
    """Write the differences: a text by what it was and is, a list by what came and went."""
    if not comparison.differences:
        return [muted("Nothing differs.")]
    written: list[Content] = []
    section = ""
    for difference in comparison.differences:
        if difference.section != section:
            section = difference.section
            written += [Content(""), heading(section)]
        written += _difference_lines(difference)
    return written


def _difference_lines(difference: Difference) -> list[Content]:
    name = plain(difference.name)
    before, after = difference.before or "–", difference.after or "–"
    removed, added = difference.removed, difference.added
    if not (removed or added) and len(before) + len(after) > _ONE_LINE:
        removed, added = [before], [after]
    if removed or added:
        marked = [("-", Tone.BAD, one) for one in removed]
        marked += [("+", Tone.GOOD, one) for one in added]
        return [
            muted(name),
            *(
                Content.styled(f"  {sign} {plain(one)}", style_of(tone))
                for sign, tone, one in marked
            ),
        ]
    told = Content.assemble(
        Content.styled(plain(before), style_of(Tone.BAD)), muted(" → "),
        Content.styled(plain(after), style_of(Tone.GOOD)),
    )  # fmt: skip
    if len(name) <= LABEL_CELLS:
        return [fact(name, told)]
    return [Content.assemble(muted(name), " ", told)]
