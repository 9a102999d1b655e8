"""Whether the system listens to all of the tree that a scan walks.

At the watch limit it leaves new folders out and says nothing; nor does it hear what lies in a file
system that was mounted inside the tree later.
"""

from enum import Enum

from shipway_daemon.watch.scan import Walk

#: How long an arming is left alone: in a tree that is never at rest no two numbers agree.
SETTLE_SECONDS = 10.0
#: How long what an arming could not reach is left alone: somebody may raise the limit.
AGAIN_SECONDS = 300.0


class Verdict(Enum):
    """What one scan shows."""

    FITS = "fits"
    #: It may be that folders came between the hints and the scan: scan again soon.
    DOUBTFUL = "doubtful"
    #: Arm the tree again.
    SHORT = "short"


class Coverage:
    """Compares scans with what is listened to; what an arming cannot reach is accepted for a while.

    `reason` is a sentence about what is not heard, empty where all is.
    """

    def __init__(self) -> None:
        self.reason = ""
        self._arming = 0
        self._armed_at = 0.0
        self._accepted = 0
        self._devices: set[int] = set()
        self._doubted = False

    def judge(self, walk: Walk, watched: int | None, arming: int, now: float) -> Verdict:
        """Judge a scan made after the arming of that number; `watched` None: nobody can say.

        `now` is in monotonic seconds.
        """
        if watched is None:
            self.reason = ""
            return Verdict.FITS
        missing = max(0, walk.folders - watched)
        if arming != self._arming:
            self._arming, self._armed_at = arming, now
            self._accepted, self._devices = missing, walk.devices
        age = now - self._armed_at
        more = missing > self._accepted or walk.devices != self._devices
        grown = more and age >= SETTLE_SECONDS
        self._doubted = grown and not self._doubted
        if self._doubted:
            return Verdict.DOUBTFUL
        self.reason = _reason(missing, walk)
        late = missing > 0 and age > AGAIN_SECONDS
        return Verdict.SHORT if grown or late else Verdict.FITS


def _reason(missing: int, walk: Walk) -> str:
    if not missing:
        return ""
    unheard = f"The system tells nothing of {missing} of its {walk.folders} folders, which are"
    if walk.unreadable:  # arming stops at the first folder that may not be read
        return f"{unheard} scanned instead, because of {_name(walk)}, which may not be read."
    return (
        f"{unheard} scanned instead: its limit (fs.inotify.max_user_watches) may be reached. "
        "Raise it, or watch a smaller folder."
    )


def _name(walk: Walk) -> str:
    return min(walk.unreadable).decode("utf-8", "replace")
