"""When a folder is scanned next. Times are monotonic seconds."""

import time

#: How often a folder is scanned whose hints come; the longest that a finished file stays unseen.
SCAN_SECONDS = 60.0
#: The least between two scans where no hints come, and the share of the time that they may take.
HINTLESS_SECONDS = 5.0
_HINTLESS_SHARE = 1 / 50
#: The share of the time that scans may take which hints ask for, in a tree that is never at rest.
_HASTY_SHARE = 1 / 5
MISSING_SECONDS = 2.0
_DOUBTFUL_SECONDS = 5.0


class Pace:
    """Knows when the next scan is due, and when the last one is paid off."""

    def __init__(self) -> None:
        self.due = 0.0
        self._paid = 0.0
        self._asked = False
        self._pressed = False

    def at_once(self) -> None:
        """Scan now, whatever the last one took, and again if one is under way."""
        self.due = 0.0
        self._pressed = True

    def begin(self) -> float:
        """A scan begins; returns the time for `scanned`."""
        self._asked = self._pressed = False
        return time.monotonic()

    def hasten(self) -> None:
        """Scan as soon as the last scan is paid off, and again if one is under way."""
        self.due = min(self.due, self._paid)
        self._asked = True

    def missing(self) -> None:
        """There was nothing to scan: look soon whether there is."""
        self.due = time.monotonic() + MISSING_SECONDS

    def doubtful(self) -> None:
        """Look again soon, for what a scan showed may have been a coincidence."""
        self.due = min(self.due, time.monotonic() + _DOUBTFUL_SECONDS)

    def scanned(self, begun: float, *, hints: bool) -> None:
        """A scan that was begun then is over; `hints`: changes are told of."""
        ended = time.monotonic()
        took = ended - begun
        self._paid = ended + took / _HASTY_SHARE
        rest = SCAN_SECONDS if hints else max(HINTLESS_SECONDS, took / _HINTLESS_SHARE)
        self.due = self._paid if self._asked else ended + min(rest, SCAN_SECONDS)
        if self._pressed:
            self.due = ended
