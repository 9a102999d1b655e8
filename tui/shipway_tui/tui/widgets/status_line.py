"""The line above the footer: the connection, the places with their keys, the home."""

from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from rich.cells import cell_len
from shipway_client.version import VERSION
from shipway_client.wire import IngestProgress
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from shipway_tui.tui.desk import Connection, Desk, Link
from shipway_tui.tui.widgets.detail import muted, toned
from shipway_tui.tui.words import Tone, Word, fit_middle, plain

if TYPE_CHECKING:
    from textual.timer import Timer

    from shipway_tui.tui.arrivals import Arrivals

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
    "folders": "Folders",
    "daemon": "Daemon",
}
#: Left out where there is no room for all; its key is in the help.
_LAST_PLACE = "daemon"

#: How often what is on its way in is written anew.
ARRIVALS_SECONDS = 0.25
#: The spaces between the places, where there is room and where there is little.
_GAPS = ("  ", " ")
#: A home or a file that is cut to fewer cells tells nothing.
_LEAST_CORNER = 12


class StatusLine(Widget):
    """Always visible; says that the data may be old when the daemon is away."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._arrivals: Arrivals | None = None
        self._timer: Timer | None = None

    def on_mount(self) -> None:
        """Hear of the connection."""
        self._desk.linked.subscribe(self, self._linked)
        self._desk.ingesting.subscribe(self, self._ingesting)

    def _linked(self, _: Connection) -> None:
        self.refresh()

    def _ingesting(self, told: IngestProgress) -> None:
        """Show what is on its way in, for as long as it is told of."""
        if self._arrivals is None:
            from shipway_tui.tui.arrivals import Arrivals

            self._arrivals = Arrivals()
        self._arrivals.hear(told, monotonic())
        if self._timer is None:
            self._timer = self.set_interval(ARRIVALS_SECONDS, self._tick)
            self.refresh()

    def _tick(self) -> None:
        if self._arrivals is not None:
            self._arrivals.forget(monotonic())
        if not self._arrivals and self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.refresh()

    def render(self) -> Content:
        """Write the line, with the home cut to what is left."""
        notice, coming = self._notice(), self._arrivals.text() if self._arrivals else ""
        left = self._left(cell_len(notice or coming))
        room = self.size.width - left.cell_length - 2
        if notice:
            told = self._with_a_way_out(notice, room)
            return Content.assemble(left, "  ", Content.styled(told, "$text-warning"))
        home = short_path(self._desk.client.locations.home)
        corner = fit_middle(coming or home, room)
        gap = " " * max(2, self.size.width - left.cell_length - cell_len(corner))
        return Content.assemble(left, gap, muted(corner)) if room >= _LEAST_CORNER else left

    def _left(self, beside: int) -> Content:
        """The connection and the places: all of them where that leaves `beside` cells."""
        link = toned(LINKS[self._desk.connection.link])
        tail = "  read-only" if self._desk.read_only else ""
        room = self.size.width - link.cell_length - len(tail) - (beside + 4 if beside else 2)
        named = self._places()
        here = named[self.app.current_mode]
        every = _side_by_side(list(named.values()), room)
        if every is None and self.app.current_mode != _LAST_PLACE:
            del named[_LAST_PLACE]
            every = _side_by_side(list(named.values()), room)
        return Content.assemble(link, "  ", every or here, tail)

    def _places(self) -> dict[str, Content]:
        """Each place with its key, by name; the one that is looked at stands out."""
        keys = keys_of(self)
        return {place: self._place(place, keys.get(f"place.{place}", "")) for place in PLACES}

    def _place(self, place: str, key: str) -> Content:
        title = PLACES[place]
        here = place == self.app.current_mode
        written = Content.assemble(
            muted(f"{key} " if key else ""),
            Content.styled(title, "bold underline") if here else muted(title),
        )
        return written.stylize(Style.from_meta({"@click": f"app.place({place!r})"}))

    def _notice(self) -> str:
        connection = self._desk.connection
        if connection.link is Link.CONNECTED and connection.mismatch:
            return f"daemon {connection.daemon_version}, client {VERSION}: restart the daemon"
        return plain(connection.reason)

    def _with_a_way_out(self, notice: str, room: int) -> str:
        """Name the place that starts a daemon, where there is room and one is not there."""
        away = self._desk.connection.link is Link.RECONNECTING
        key = keys_of(self).get(f"place.{_LAST_PLACE}", "")
        whole = f"{notice} {key} {PLACES[_LAST_PLACE]} starts one."
        if away and key and self.app.current_mode != _LAST_PLACE and cell_len(whole) <= room:
            return whole
        return fit_middle(notice, room)


def _side_by_side(parts: list[Content], room: int) -> Content | None:
    """Put parts beside each other, with a gap that fits; None where none does."""
    cells = sum(part.cell_length for part in parts)
    for gap in _GAPS:
        if cells + len(gap) * (len(parts) - 1) <= room:
            return Content(gap).join(parts)
    return None


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
