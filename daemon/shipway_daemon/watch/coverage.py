"""Whether the system listens to all of the tree that a scan walks.

At the watch limit it leaves new folders out and says nothing; nor does it hear what lies in a file
system that was mounted inside the tree later.
"""

from enum import Enum

from shipway_daemon.watch.scan import Walk


class Verdict(Enum):
    """What one scan shows."""

    FITS = "fits"
    #: It may be that folders came between the hints and the scan: scan again soon.
    DOUBTFUL = "doubtful"
    #: Arm the tree again.
    SHORT = "short"


class Coverage:
    """Compares scans with what is listened to; what an arming cannot reach is accepted."""

    def __init__(self) -> None:
        self.missing = 0
        self._arming = 0
        self._accepted = 0
        self._devices: set[int] = set()
        self._doubted = False

    def judge(self, walk: Walk, watched: int | None, arming: int) -> Verdict:
        """Judge a scan made after the arming of that number; `watched` None: nobody can say."""
        if watched is None:
            self.missing = 0
            return Verdict.FITS
        self.missing = max(0, walk.folders - watched)
        if arming != self._arming:
            self._arming, self._accepted, self._devices = arming, self.missing, walk.devices
        if self.missing <= self._accepted and walk.devices == self._devices:
            self._doubted = False
            return Verdict.FITS
        self._doubted = not self._doubted
        return Verdict.DOUBTFUL if self._doubted else Verdict.SHORT
