"""The keys of a view, over it: its own, then those of lists, then those that work anywhere."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from shipway_tui.tui.widgets.detail import muted
from shipway_tui.tui.words import fit_end, plain

LIST, EVERYWHERE = "Lists", "Everywhere"
#: The detail has the keys of the list once more.
_TOLD_ALREADY = "detail"
_KEY_CELLS = 9


@dataclass
class Line:
    """An action with all its keys; `enabled` is False where it rests now."""

    name: str
    enabled: bool
    keys: list[str] = field(default_factory=list)


Groups = dict[str, dict[str, Line]]


class HelpScreen(ModalScreen[None]):
    """Three columns where there is room, else one under the other; a key that rests is dim."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (76, "-columns")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1,q", "close", "Close", id="help.close", tooltip="Close"),
        Binding("down,j", "scroll(1)", "Down", show=False, id="help.down", tooltip="Next line"),
        Binding("up,k", "scroll(-1)", "Up", show=False, id="help.up", tooltip="Previous line"),
    ]

    def __init__(self, over: Screen[Any]) -> None:
        super().__init__()
        self.groups = groups_of(over)

    def compose(self) -> ComposeResult:
        """A column for each group."""
        with VerticalScroll(id="help"), Horizontal(id="help-columns"):
            for title, lines in self.groups.items():
                if lines:
                    yield Static(_column(title, lines), classes="help-column")

    def on_mount(self) -> None:
        """Name it, and say what dim means."""
        pane = self.query_one("#help")
        pane.border_title = "Keys"
        pane.border_subtitle = "dim keys rest: press to hear why"
        pane.focus()

    def action_close(self) -> None:
        """Go back to the view."""
        self.dismiss(None)

    def action_scroll(self, lines: int) -> None:
        """Move by lines, where not everything fits."""
        self.query_one("#help").scroll_relative(y=lines, animate=False)


def groups_of(screen: Screen[Any]) -> Groups:
    """Sort the bindings of a screen into three groups; the first is titled by the screen."""
    own = str(getattr(screen, "HEADING", "")) or "This view"
    groups: Groups = {own: {}, LIST: {}, EVERYWHERE: {}}
    for active in screen.active_bindings.values():
        identity = active.binding.id or ""
        if not identity or identity.startswith(_TOLD_ALREADY):
            continue
        line = groups[_group(active, own)].setdefault(
            identity, Line(active.binding.description, active.enabled)
        )
        line.keys.append(screen.app.get_key_display(active.binding))
    return groups


def _group(active: ActiveBinding, own: str) -> str:
    if isinstance(active.node, App):
        return EVERYWHERE
    return LIST if (active.binding.id or "").startswith("list.") else own


def _column(title: str, lines: dict[str, Line]) -> Content:
    rows = [Content.styled(plain(title), "bold underline")]
    for line in lines.values():
        keys = fit_end(" ".join(line.keys), _KEY_CELLS).ljust(_KEY_CELLS)
        if line.enabled:
            row = Content.assemble(Content.styled(keys, "$text-accent"), " ", line.name)
        else:
            row = muted(f"{keys} {line.name}")
        rows.append(row)
    return Content("\n").join(rows)
