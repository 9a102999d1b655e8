"""What the system tells of a folder. It may fail, or fall silent: scans are the truth."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Protocol

from shipway_daemon.watch.root_thread import RootThread
from shipway_daemon.workers.errors import WorkerFailed
from shipway_daemon.workers.hints import HintsProcess
from shipway_daemon.workers.questions import Heard

_log = logging.getLogger(__name__)

#: How often a folder's name is seen to mean the same folder still.
ROOT_SECONDS = 2.0
#: How long to do without hints that the system refuses.
REFUSED_SECONDS = 60.0

_Identity = tuple[int, int]


class Hears(Protocol):
    """Whoever is told."""

    async def hear(self, paths: list[bytes]) -> None:
        """These changed, or came."""

    def rescan(self) -> None:
        """Something may have been missed."""

    def hintless(self, reason: str) -> None:
        """There are no hints for the time being; an empty reason: there are again."""


class Hints:
    """Listens to one folder.

    `watched` is how many folders the system listens to, None where it does not say so or there are
    no hints; `armed` counts how often the tree was armed.
    """

    def __init__(self, path: str, ear: Hears, thread: RootThread) -> None:
        self.watched: int | None = None
        self.armed = 0
        self._path = path
        self._ear = ear
        self._thread = thread
        self._anew = asyncio.Event()
        self._walked = asyncio.Event()

    def walked(self) -> None:
        """The whole tree answers: it can be armed."""
        self._walked.set()

    def again(self) -> None:
        """Arm the tree again: there is more of it than is listened to."""
        self._anew.set()

    async def listen(self) -> None:
        """Tell of all that is heard, until cancelled; a missing folder is waited for."""
        while True:
            self.watched = None
            await self._walked.wait()
            identity = await self._identity()
            if identity is None:
                await asyncio.sleep(ROOT_SECONDS)
                continue
            self._anew.clear()
            await _first(self._follow(), self._guard(identity))
            self._ear.rescan()

    async def _guard(self, identity: _Identity) -> None:
        """Return when the folder's name means another folder: its hints would stay silent."""
        while not self._anew.is_set():
            if await self._identity() != identity:
                self._walked.clear()
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ROOT_SECONDS):
                    await self._anew.wait()

    async def _follow(self) -> None:
        """Listen until the folder is gone, or the hints are."""
        try:
            process = await HintsProcess.start(self._path)
            try:
                refused = await self._arm(process)
                while not refused:
                    heard = await process.hear()
                    self.watched = heard.watches
                    if heard.gone:
                        return  # a new folder may be given the number of the old one
                    await self._tell(heard)
            finally:
                await process.close()
        except WorkerFailed as error:
            refused = error.message
        await self._do_without(refused)

    async def _arm(self, process: HintsProcess) -> str:
        armed = await process.arm(os.fsencode(self._path))
        if not armed.reason:
            self.watched = armed.watches
            self.armed += 1
            self._ear.hintless("")
            self._ear.rescan()  # what came between the last scan and now
        return armed.reason

    async def _tell(self, heard: Heard) -> None:
        if heard.flood:
            self._ear.rescan()
        elif heard.paths:
            await self._ear.hear(heard.paths)

    async def _do_without(self, reason: str) -> None:
        _log.warning("no hints of %s: %s", self._path, reason)
        self._ear.hintless(f"No hints from the system ({reason.rstrip('.')}); scanning instead.")
        self._ear.rescan()
        await asyncio.sleep(REFUSED_SECONDS)

    async def _identity(self) -> _Identity | None:
        """Which folder the name means now, None for none; waits where it does not answer."""
        return await self._thread.call(lambda: _identity(Path(self._path)))


async def _first(*ways: Coroutine[Any, Any, None]) -> None:
    """Go all ways until one has ended, then leave the others; what broke is raised."""
    tasks = [asyncio.create_task(way) for way in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            raise end


def _identity(root: Path) -> _Identity | None:
    try:
        status = root.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
