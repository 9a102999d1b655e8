"""One scan of a folder, and all that is learned from it."""

import logging
import time
from dataclasses import dataclass
from pathlib import Path

from shipway_client.errors import Unavailable

from shipway_daemon.catalog.folders import FolderRow
from shipway_daemon.watch import ready
from shipway_daemon.watch.choice import Choice
from shipway_daemon.watch.coverage import Coverage, Verdict
from shipway_daemon.watch.departed import Departed
from shipway_daemon.watch.hints import Hints
from shipway_daemon.watch.root_thread import RootThread
from shipway_daemon.watch.scan import Walk, scan
from shipway_daemon.watch.taking import Taking

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Survey:
    """What a scan found: the walk, whether leases mean nothing here, how far the hints reach.

    `unheard` is a sentence about what the system tells nothing of.
    """

    walk: Walk
    weaker: bool
    doubtful: bool
    unheard: str


class Surveyor:
    """Scans one folder in its thread, compares with its hints, and forgets what is gone."""

    def __init__(self, row: FolderRow, choice: Choice, thread: RootThread, hints: Hints) -> None:
        self._row = row
        self._choice = choice
        self._thread = thread
        self._hints = hints
        self._coverage = Coverage()
        self._departed = Departed()

    async def survey(self) -> Survey:
        """Scan now; hints that do not reach all of it are armed again.

        Raises:
            OSError: The root cannot be read.
        """
        arming, watched = self._hints.armed, self._hints.watched
        root = self._choice.root
        weaker = await self._thread.call(lambda: ready.weak_guarantee(Path(self._row.path)))
        walk = await self._thread.call(lambda: scan(self._choice, root, self._thread.sign))
        verdict = self._coverage.judge(walk, watched, arming, time.monotonic())
        if verdict is Verdict.SHORT:
            self._hints.again()
        self._hints.walked()
        return Survey(walk, weaker, verdict is Verdict.DOUBTFUL, self._coverage.reason)

    async def forget(self, walk: Walk, taking: Taking) -> None:
        """Forget files that were dealt with and, after this walk, are gone for good."""
        known, moment = taking.known(), time.monotonic()
        gone = await self._thread.call(lambda: self._departed.gone(walk, known, moment))
        if not gone:
            return
        try:
            await taking.forget_known(gone)
        except Unavailable as error:
            _log.warning("what is gone from folder %s is kept: %s", self._row.id, error)
