"""The line above the footer: the connection, the places with their keys, the home."""

from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import cell_len
from shipway_client.version import VERSION
from shipway_client.wire import IngestProgress
from textual.content import Content
from textual.widget import Widget

from shipway_tui.tui.desk import Connection, Desk, Link
from shipway_tui.tui.widgets.detail import muted, toned
from shipway_tui.tui.words import Tone, Word, fit_middle, plain

if TYPE_CHECKING:
    from textual.timer import Timer

LINKS = {
    Link.CONNECTING: Word("○", "Connecting", Tone.CAUTION),
    Link.CONNECTED: Word("●", "Connected", Tone.GOOD),
    Link.RECONNECTING: Word("◐", "Reconnecting", Tone.BAD),
}
PLACES = {
    "profiles": "Profiles",
    "environments": "Environments",
    "jobs": "Jobs",
    "activity": "Activity",
    "plugins": "Plugins",
}


#: How long the last word of a file on its way in stays; the next comes within 0.25 s.
INGEST_SECONDS = 1.0
#: The cells that the connection and all places need.
_ALL_PLACES = 74
#: A home or a file that is cut to fewer cells tells nothing.
_LEAST_CORNER = 12


class StatusLine(Widget):
    """Always visible; says that the data may be old when the daemon is away."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._ingest: IngestProgress | None = None
        self._fading: Timer | None = None

    def on_mount(self) -> None:
        """Hear of the connection."""
        self._desk.linked.subscribe(self, self._linked)
        self._desk.ingesting.subscribe(self, self._ingesting)

    def _linked(self, _: Connection) -> None:
        self.refresh()

    def _ingesting(self, told: IngestProgress) -> None:
        """Show the newest file on its way in, for as long as it is told of."""
        self._ingest = told
        if self._fading is not None:
            self._fading.stop()
        self._fading = self.set_timer(INGEST_SECONDS, self._fade)
        self.refresh()

    def _fade(self) -> None:
        self._ingest = None
        self.refresh()

    def render(self) -> Content:
        """Write the line, with the home cut to what is left."""
        notice = self._notice()
        left = Content.assemble(
            toned(LINKS[self._desk.connection.link]), "  ", self._places(notice)
        )
        if self._desk.read_only:
            left = left.append("  read-only")
        room = self.size.width - left.cell_length - 2
        if notice:
            return Content.assemble(
                left, "  ", Content.styled(fit_middle(notice, room), "$text-warning")
            )
        corner = fit_middle(self._corner(), room)
        gap = " " * max(2, self.size.width - left.cell_length - cell_len(corner))
        return Content.assemble(left, gap, muted(corner)) if room >= _LEAST_CORNER else left

    def _corner(self) -> str:
        """A file on its way in, else where the home is."""
        if self._ingest is None:
            return short_path(self._desk.client.locations.home)
        done, total = self._ingest.progress.done, self._ingest.progress.total
        percent = f"{100 * done // total} % " if total else ""
        return f"{percent}{plain(self._ingest.file_name)}"

    def _places(self, notice: str) -> Content:
        needed = _ALL_PLACES + len(notice)
        keys = keys_of(self)
        named = [
            Content.assemble(
                muted(f"{key} " if (key := keys.get(f"place.{place}")) else ""),
                Content.styled(title, "bold underline")
                if place == self.app.current_mode
                else muted(title),
            )
            for place, title in PLACES.items()
            if self.size.width >= needed or place == self.app.current_mode
        ]
        return Content("  ").join(named)

    def _notice(self) -> str:
        connection = self._desk.connection
        if connection.link is Link.CONNECTED and connection.mismatch:
            return f"daemon {connection.daemon_version}, client {VERSION}: restart the daemon"
        return plain(connection.reason)


def keys_of(widget: Widget) -> dict[str, str]:
    """Find the key that each binding has now, by the binding's id; the user may have moved it."""
    keys: dict[str, str] = {}
    for active in widget.screen.active_bindings.values():
        binding = active.binding
        if binding.id:
            keys.setdefault(binding.id, widget.app.get_key_display(binding))
    return keys


def short_path(path: Path) -> str:
    """Write a path with the user's own folder as `~`."""
    home = Path.home()
    if path.is_relative_to(home) and path != home:
        return f"~/{path.relative_to(home)}"
    return str(path)
