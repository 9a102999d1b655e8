"""What every screen does alike: ask the daemon, show what went wrong, say why a key rests."""

from collections.abc import Awaitable
from typing import ClassVar, TypeVar

from shipway_client.errors import NoDaemon, ShipwayError
from textual.app import ComposeResult
from textual.screen import Screen

from shipway_tui.tui.desk import Connection, Desk, Link
from shipway_tui.tui.widgets.key_line import KeyLine
from shipway_tui.tui.widgets.status_line import StatusLine
from shipway_tui.tui.words import plain

R = TypeVar("R")

READ_ONLY_TEXT = "Shipway was opened read-only."


class Place(Screen[None]):
    """A screen with a status line and a line of keys."""

    #: Actions that change something; they rest when the application was opened read-only.
    ACTING: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._resting: frozenset[str] = frozenset()
        # A new screen is styled when it is mounted. Textual's -1 means that every style sheet is
        # parsed and applied once more for each; any other change of the theme still counts.
        self._css_update_count = 0

    def compose(self) -> ComposeResult:
        """The part of the place, then the two lines that every screen has."""
        yield from self.compose_body()
        yield StatusLine(self.desk)
        yield KeyLine()

    def _compositor_refresh(self) -> None:
        """Draw nothing while the paint is held back: Textual would draw it, and throw it away."""
        if not self.desk.holds_paint:
            super()._compositor_refresh()

    def compose_body(self) -> ComposeResult:
        """What the place itself shows."""
        yield from ()

    def on_mount(self) -> None:
        """Hear of the connection, and begin at once where it stands already."""
        self.desk.linked.subscribe(self, self._linked)
        self._linked(self.desk.connection)

    def _linked(self, connection: Connection) -> None:
        self.set_class(connection.link is Link.RECONNECTING, "-stale")
        self.refresh_keys()
        if self.desk.connected:
            self.load()

    def load(self) -> object:
        """Read everything afresh; a worker in the places that read."""
        return None

    async def ask(self, answer: Awaitable[R]) -> R | None:
        """Wait for the daemon's answer; an error becomes a notice, and the answer None."""
        try:
            return await answer
        except ShipwayError as error:
            self.complain(error)
            return None

    def complain(self, error: ShipwayError) -> None:
        """Show an error; that no daemon answers is in the status line already."""
        if isinstance(error, NoDaemon) and not self.desk.connected:
            return
        text = f"{error.message}\n{error.hint}" if error.hint else error.message
        self.notify(plain(text, lines=True), severity="error", timeout=8, markup=False)

    def say(self, text: str, *, title: str = "") -> None:
        """Show what was done."""
        self.notify(plain(text, lines=True), title=title, markup=False)

    def why_not(self, action: str) -> str:
        """Say why an action cannot be done now; empty when it can."""
        if action not in self.ACTING:
            return ""
        if self.desk.read_only:
            return READ_ONLY_TEXT
        away = self.desk.connection.link is Link.RECONNECTING
        return "The daemon does not answer now." if away else ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Grey the key of an action that cannot be done now."""
        return None if self.why_not(action) else True

    def refresh_keys(self) -> None:
        """Draw the footer anew where a key came to rest or woke; on every move would be slow."""
        bindings = [binding for _, binding in self._bindings]
        resting = frozenset(b.id or b.action for b in bindings if self.why_not(b.action))
        if resting != self._resting:
            self._resting = resting
            self.refresh_bindings()

    def copy(self, text: str) -> None:
        """Put a text on the clipboard, and show it for terminals that do not take it."""
        self.app.copy_to_clipboard(text)
        self.say(text, title="Copied")
