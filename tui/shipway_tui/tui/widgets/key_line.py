"""The last line: the keys of what has the focus, each with what it does.

Textual's footer is a widget for each key, which it makes anew at every change: a third of what the
first paint cost.
"""

from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.binding import ActiveBinding
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

#: The cells between two keys.
_GAP = 2
#: What stays where not all keys have room: it leads to the others.
_KEPT = "app.help"


@dataclass(frozen=True)
class _Key:
    """One key as it stands in the line, from the cell `start` on."""

    active: ActiveBinding
    display: str
    start: int = 0

    @property
    def text(self) -> str:
        return f"{self.display} {self.active.binding.description}"

    @property
    def end(self) -> int:
        return self.start + cell_len(self.text)


class KeyLine(Widget):
    """The keys that are shown; one that rests is dim, and a click on it says why."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    KeyLine {
        dock: bottom; height: 1;
        background: $footer-background; color: $footer-foreground;
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._keys: list[_Key] = []

    def on_mount(self) -> None:
        """Write the line anew when keys come, go, rest or wake."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen:
            self.refresh()

    def render(self) -> Content:
        """Write the keys that have room."""
        self._keys = _placed(self._shown(), self.size.width)
        line = Content("")
        for key in self._keys:
            gap = " " * (key.start - line.cell_length)
            line = Content.assemble(line, gap, _written(key))
        return line

    def _shown(self) -> list[_Key]:
        """The keys by action: one that has several is shown with its first."""
        by_action: dict[str, _Key] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.show and binding.action not in by_action:
                by_action[binding.action] = _Key(active, self.app.get_key_display(binding))
        return list(by_action.values())

    def on_click(self, event: events.Click) -> None:
        """Press the key."""
        if key := self._at(event.x):
            self.app.simulate_key(key.active.binding.key)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Tell more of the key under the mouse."""
        key = self._at(event.x)
        self.tooltip = (key.active.tooltip or key.active.binding.description) if key else None

    def _at(self, x: int) -> _Key | None:
        return next((key for key in self._keys if key.start <= x < key.end), None)


def _placed(keys: list[_Key], room: int) -> list[_Key]:
    """Give each key its place; where there is no room for all, the help stays for the rest."""
    placed = _in_a_row(keys)
    if not placed or placed[-1].end <= room:
        return placed
    kept = [key for key in keys if key.active.binding.id == _KEPT]
    fitting = [key for key in keys if key not in kept]
    while fitting and (placed := _in_a_row([*fitting, *kept]))[-1].end > room:
        fitting.pop()
    return placed if fitting else _in_a_row(kept)


def _in_a_row(keys: list[_Key]) -> list[_Key]:
    placed: list[_Key] = []
    for key in keys:
        start = placed[-1].end + _GAP if placed else 0
        placed.append(_Key(key.active, key.display, start))
    return placed


def _written(key: _Key) -> Content:
    binding = key.active.binding
    if not key.active.enabled:
        return Content.styled(key.text, "dim")
    return Content.assemble(
        Content.styled(key.display, "bold $footer-key-foreground"), " ", binding.description
    )
