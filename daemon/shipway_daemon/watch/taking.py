"""Take the finished files of one folder, and remember which were dealt with and which were not."""

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from shipway_client.errors import Refused, ShipwayError

from shipway_daemon.blobs.staging import SourceChanged
from shipway_daemon.catalog.folders import FolderRow
from shipway_daemon.intake.record import Arrival
from shipway_daemon.watch.arriving import arrival

_log = logging.getLogger(__name__)

#: How soon a file is tried again that could not be taken; twice as long after each further try.
RETRY_SECONDS = 5.0
#: The longest such pause: a file is tried as often as its folder is scanned.
MOST_SECONDS = 60.0


class Takes(Protocol):
    """What a watched folder needs of the intake."""

    async def take(self, path: Path, arrival: Arrival) -> None:
        """Take a finished file in, or hold it.

        Raises:
            ShipwayError: It was not taken; a Refused one is not tried again.
        """

    async def refuse(self, arrival: Arrival, error: Refused) -> None:
        """Remember a file that is not taken, and say so."""

    async def expect(self) -> None:
        """Get ready: a file will be finished soon."""

    async def forget(self, folder: int, paths: list[bytes]) -> None:
        """Keep only the number of these files, by what became of them.

        Raises:
            Unavailable: The database cannot be written now.
        """


@dataclass(frozen=True)
class Untaken:
    """Why a file was not taken, and how many seconds later it is tried again."""

    reason: str
    pause: float


class Taking:
    """The files of one folder that are being taken. `known` maps paths to dealt-with signatures."""

    def __init__(self, row: FolderRow, known: dict[bytes, str], intake: Takes) -> None:
        self._row = row
        self._known = known
        self._intake = intake
        self._untaken: dict[bytes, Untaken] = {}
        self._at_work: set[bytes] = set()

    def is_news(self, path: bytes, signature: str) -> bool:
        """Tell whether a file in this state is still to be dealt with, and not at work already."""
        return self._known.get(path) != signature and path not in self._at_work

    def reasons(self) -> Iterator[str]:
        """Why files could not be taken, the oldest first."""
        return (untaken.reason for untaken in self._untaken.values())

    def reason(self, path: bytes) -> str:
        """Why this file could not be taken, if that was tried."""
        untaken = self._untaken.get(path)
        return untaken.reason if untaken else ""

    def known(self) -> dict[bytes, str]:
        """A copy of what was dealt with, for another thread to look at."""
        return dict(self._known)

    def begin_anew(self) -> None:
        """Whatever was set apart is not at work any more."""
        self._at_work.clear()

    def begin(self, path: bytes) -> None:
        """Set a file apart; `take` has to follow."""
        self._at_work.add(path)

    async def take(self, path: bytes, signature: str) -> float:
        """Have a file taken in; returns the seconds until it is tried again at the earliest.

        0 where nothing stands against it: it was dealt with, or its quiet time begins anew.
        """
        try:
            await self._settle(path, arrival(self._row, path, signature))
        except SourceChanged:
            self._untaken.pop(path, None)
            return 0.0
        except Exception as error:  # noqa: BLE001 - the edge of the folder: shown, and tried again
            untaken = Untaken(_reason(error), self._longer_pause(path))
            self._untaken[path] = untaken
            return untaken.pause
        finally:
            self._at_work.discard(path)
        self._known[path] = signature
        self._untaken.pop(path, None)
        return 0.0

    def forget(self, path: bytes) -> None:
        """A file is gone: nobody has to know why it was not taken."""
        self._untaken.pop(path, None)

    async def forget_known(self, paths: list[bytes]) -> None:
        """Files are gone for good: what became of them is counted, and not kept one by one."""
        await self._intake.forget(self._row.id, paths)
        for path in paths:
            self._known.pop(path, None)

    async def _settle(self, path: bytes, arrived: Arrival) -> None:
        """Have a file taken in, or remember why it never will be."""
        try:
            await self._intake.take(Path(os.fsdecode(path)), arrived)
        except Refused as error:
            await self._intake.refuse(arrived, error)

    def _longer_pause(self, path: bytes) -> float:
        """Wait twice as long as before: what breaks its inspection is copied for each try."""
        last = self._untaken.get(path)
        return min(2 * last.pause, MOST_SECONDS) if last else RETRY_SECONDS


def _reason(error: Exception) -> str:
    """A sentence about what went wrong."""
    if isinstance(error, ShipwayError):
        return error.message
    _log.error("a file was not taken", exc_info=error)
    return f"Shipway broke on a file: {type(error).__name__}: {error}."
