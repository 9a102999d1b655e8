"""What the system tells of a folder. It may fail, or fall silent: scans are the truth."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

import watchfiles

_log = logging.getLogger(__name__)

#: How often a folder's name is seen to mean the same folder still.
ROOT_SECONDS = 2.0
#: How long to do without hints that the system refuses; a scan comes as often.
REFUSED_SECONDS = 60.0
_LARGE_BATCH = 4096


class Hears(Protocol):
    """Whoever is told."""

    async def hear(self, paths: list[bytes]) -> None:
        """These changed, or came."""

    def rescan(self) -> None:
        """Something may have been missed."""

    def hintless(self, reason: str) -> None:
        """There are no hints for the time being; an empty reason: there are again."""


class Hints:
    """Listens to one folder; `in_thread` runs a call that a hung mount may hold up."""

    def __init__(
        self,
        path: str,
        ear: Hears,
        in_thread: Callable[
            [Callable[[], tuple[int, int] | None]], Awaitable[tuple[int, int] | None]
        ],
    ) -> None:
        self._path = path
        self._ear = ear
        self._in_thread = in_thread

    async def listen(self) -> None:
        """Tell of all that is heard, until cancelled; a missing folder is waited for."""
        while True:
            identity = await self._identity()
            if identity is None:
                await asyncio.sleep(ROOT_SECONDS)
                continue
            stop = asyncio.Event()
            guarding = asyncio.create_task(self._guard(identity, stop))
            try:
                await self._follow(stop)
            finally:
                guarding.cancel()
                await asyncio.gather(guarding, return_exceptions=True)
            self._ear.rescan()

    async def _guard(self, identity: tuple[int, int], stop: asyncio.Event) -> None:
        """End the hints when the folder's name means another folder: they would stay silent."""
        while not stop.is_set():
            if await self._identity() != identity:
                stop.set()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ROOT_SECONDS):
                    await stop.wait()

    async def _follow(self, stop: asyncio.Event) -> None:
        try:
            async for changes in watchfiles.awatch(
                self._path, watch_filter=None, stop_event=stop, ignore_permission_denied=True
            ):
                self._ear.hintless("")
                await self._tell(changes)
                if (watchfiles.Change.deleted, self._path) in changes:
                    return  # a new folder may be given the number of the old one
        except Exception as error:  # noqa: BLE001 - the library's own, which come in groups as well
            await self._do_without(error, stop)

    async def _tell(self, changes: set[tuple[watchfiles.Change, str]]) -> None:
        if len(changes) > _LARGE_BATCH:
            self._ear.rescan()
            return
        deleted = watchfiles.Change.deleted
        await self._ear.hear([os.fsencode(path) for change, path in changes if change != deleted])

    async def _do_without(self, error: Exception, stop: asyncio.Event) -> None:
        """Scan now, and try again: soon after a fault, such as a name that is no text."""
        _log.warning("no hints of %s: %r", self._path, error)
        reason = error.strerror or str(error) if isinstance(error, OSError) else _innermost(error)
        self._ear.hintless(f"No hints from the system ({reason}); scanning instead.")
        self._ear.rescan()
        with contextlib.suppress(TimeoutError):
            refused = isinstance(error, OSError)
            async with asyncio.timeout(REFUSED_SECONDS if refused else ROOT_SECONDS):
                await stop.wait()

    async def _identity(self) -> tuple[int, int] | None:
        return await self._in_thread(lambda: _identity(Path(self._path)))


def _identity(root: Path) -> tuple[int, int] | None:
    try:
        status = root.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _innermost(error: BaseException) -> str:
    """What a group of errors is about."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"
