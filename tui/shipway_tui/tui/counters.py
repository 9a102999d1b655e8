"""Which events of a folder tell nothing but counters: they are history, but no news to a reader."""

from collections.abc import Iterable

from shipway_client.wire import Event

_KIND = "folder.changed"
#: What of a folder's change is news; the rest of its data are counts.
_NEWS = ("state", "reason")


class FolderNews:
    """Remembers how each folder stood last; one that stands as before brings no news."""

    def __init__(self) -> None:
        self._last: dict[str, list[object]] = {}

    def tells(self, event: Event) -> bool:
        """Whether the next event, in the order of their numbers, tells more than counters."""
        if event.kind != _KIND or _NEWS[0] not in event.data:
            return True  # without a state it tells what is asked of the folder now
        now = [event.data.get(name) for name in _NEWS]
        before = self._last.get(event.subject)
        self._last[event.subject] = now
        return now != before

    def among(self, events: Iterable[Event]) -> list[Event]:
        """Choose those that tell more than counters; newest first, as they are given."""
        told = [event for event in sorted(events, key=lambda event: event.seq) if self.tells(event)]
        return told[::-1]
