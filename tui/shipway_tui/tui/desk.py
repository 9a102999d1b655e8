"""What every screen shares: the client, the clock, the connection, and the news from the feed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from shipway_client.client import Client
from shipway_client.version import VERSION
from textual.dom import DOMNode
from textual.signal import Signal

from shipway_tui.tui.undo import UndoStack

if TYPE_CHECKING:
    from shipway_client.wire import Event, IngestProgress, JobProgress

    from shipway_tui.tui.adding.run import AddRun


class Link(StrEnum):
    """Whether the feed is being followed now."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"


@dataclass(frozen=True)
class Connection:
    """The state of the feed, and which daemon it comes from. `reason` says why it broke."""

    link: Link
    daemon_version: str | None = None
    reason: str = ""

    @property
    def mismatch(self) -> bool:
        """Whether daemon and client are of different versions."""
        return self.daemon_version is not None and self.daemon_version != VERSION


def utc_now() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


class Desk:
    """Carried by every screen. Signals tell: `happened`, `progressed`, `ingesting`, `linked`.

    `counted` tells that `unmatched`, the number of held binaries, is another one. `undo` holds what
    was done lately and can be taken back, `adding` the files that are being added by hand now.
    """

    def __init__(
        self,
        owner: DOMNode,
        client: Client,
        *,
        read_only: bool = False,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.client = client
        self.read_only = read_only
        self.now = now
        self.connection = Connection(Link.CONNECTING)
        self.linked: Signal[Connection] = Signal(owner, "linked")
        self.happened: Signal[tuple[Event, ...]] = Signal(owner, "happened")
        self.progressed: Signal[JobProgress] = Signal(owner, "progressed")
        self.ingesting: Signal[IngestProgress] = Signal(owner, "ingesting")
        self.adding: AddRun | None = None
        self.unmatched = 0
        self.holds_paint = False
        self.read: Signal[None] = Signal(owner, "read")
        self.counted: Signal[int] = Signal(owner, "counted")
        self._unmatched_more = False
        self.undo = UndoStack()

    @property
    def connected(self) -> bool:
        """Whether the feed is being followed now."""
        return self.connection.link is Link.CONNECTED

    def count(self, unmatched: int, *, more: bool) -> None:
        """Tell the lists how many binaries are held; `more` where that is not all of them."""
        if (unmatched, more) != (self.unmatched, self._unmatched_more):
            self.unmatched, self._unmatched_more = unmatched, more
            self.counted.publish(unmatched)

    def unmatched_text(self, key: str) -> str:
        """Say how many binaries are held, and which key shows them; empty where none is.

        `key` is empty while another is listened to, as by the filter.
        """
        more = " and more" if self._unmatched_more else ""
        where = f" ({key})" if key else ""
        return f"{self.unmatched}{more} unmatched{where}" if self.unmatched else ""

    def link(self, connection: Connection) -> None:
        """Tell every screen of a change of the connection."""
        self.connection = connection
        self.linked.publish(connection)
