"""Watch one folder: hints wake it, scans tell the truth, the rule decides, intake takes."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from shipway_client.errors import ShipwayError
from shipway_client.wire import FolderState

from shipway_daemon.catalog.folders import FolderRow
from shipway_daemon.clock import now as wall_now
from shipway_daemon.watch import ready
from shipway_daemon.watch.choice import Choice
from shipway_daemon.watch.condition import Condition
from shipway_daemon.watch.hints import Hints
from shipway_daemon.watch.pending import Pending
from shipway_daemon.watch.scan import Found, scan
from shipway_daemon.watch.taking import RETRY_SECONDS, Takes, Taking

T = TypeVar("T")

_log = logging.getLogger(__name__)

SCAN_SECONDS = 60.0
_MISSING_SECONDS = 2.0
_MAX_AGE = 3600.0
_WEAKER = "Weaker guarantee: no read lease here, so only quiet tells."


class FolderWatch:
    """Owns one folder from start to cancellation. `known` maps paths to dealt-with signatures."""

    def __init__(
        self,
        row: FolderRow,
        known: dict[bytes, str],
        intake: Takes,
        changed: Callable[["FolderWatch"], None],
    ) -> None:
        self.row = row
        self.condition = Condition()
        self._intake = intake
        self._taking = Taking(row, known, intake)
        self._changed = changed
        self._choice = Choice.of(row)
        self._weak = False
        self._missing = ""
        self._hintless = ""
        self._pending = Pending(row.quiet)
        self._expecting = False
        self._wake = asyncio.Event()
        self._scan_due = 0.0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"shipway-watch-{row.id}")

    @property
    def waiting(self) -> int:
        """How many files are not finished yet."""
        return len(self._pending.files)

    def rescan(self) -> None:
        """Scan as soon as possible."""
        self._scan_due = 0.0
        self._wake.set()

    async def run(self) -> None:
        """Watch until cancelled; whatever breaks is shown, and the watch begins anew."""
        try:
            while True:
                await self._run()
                await asyncio.sleep(RETRY_SECONDS)
                self._scan_due = 0.0
        finally:
            self._thread.shutdown(wait=False, cancel_futures=True)

    async def _run(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                hints = Hints(self.row.path, self, self._in_thread)
                group.create_task(hints.listen(), name=f"hints-{self.row.id}")
                await self._work(group)
        except Exception as error:  # noqa: BLE001 - the edge of the watch: logged, and shown
            _log.exception("the watch of folder %s broke", self.row.id)
            reason = f"Shipway broke: {type(error).__name__}; it begins anew."
            self._set(replace(self.condition, state=FolderState.FAILED, reason=reason))

    async def _in_thread(self, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, function)

    def _show(self) -> None:
        """Say how the folder does: what is worst about it goes first."""
        state = FolderState.MISSING if self._missing else FolderState.WATCHING
        reasons = [self._missing, *self._taking.reasons(), self._hintless]
        reason = next(filter(None, reasons), _WEAKER if self._weak else "")
        self._set(replace(self.condition, state=state, reason=reason))

    def _set(self, condition: Condition) -> None:
        told = replace(self.condition, last_scan_at=None) != replace(condition, last_scan_at=None)
        self.condition = condition
        if told:
            self._changed(self)

    # ------------------------------------------------------------------ hints

    async def hear(self, paths: list[bytes]) -> None:
        """Look at what the system says has changed."""
        self._notice(await self._in_thread(lambda: self._resolve(paths)))

    def hintless(self, reason: str) -> None:
        """Show that the system gives no hints, or gives them again."""
        if reason != self._hintless:
            self._hintless = reason
            self._show()

    def _resolve(self, paths: list[bytes]) -> list[Found]:
        """What hints name: a file is itself, a folder is all that lies in it by now."""
        found: list[Found] = []
        for path in paths:
            signature = ready.signature(path)
            if signature is None:
                with contextlib.suppress(OSError):
                    found += scan(self._choice, path)
            elif self._choice.wants(path):
                found.append(Found(path, signature))
        return found

    # ------------------------------------------------------------------- work

    async def _work(self, group: asyncio.TaskGroup) -> None:
        while True:
            self._wake.clear()
            if time.monotonic() >= self._scan_due:
                await self._scan()
            if self._expecting:
                self._expecting = False
                group.create_task(self._expect())
            await self._look(group)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._pause()):
                    await self._wake.wait()

    def _pause(self) -> float:
        due = self._scan_due
        if (file_due := self._pending.next_due()) is not None:
            due = min(due, file_due)
        return max(0.01, due - time.monotonic())

    async def _scan(self) -> None:
        self._scan_due = time.monotonic() + SCAN_SECONDS
        try:
            self._weak = await self._in_thread(lambda: ready.weak_guarantee(Path(self.row.path)))
            found = await self._in_thread(lambda: scan(self._choice, self._choice.root))
        except OSError as error:
            self._scan_due = time.monotonic() + _MISSING_SECONDS
            self._missing = f"It cannot be read: {error.strerror}."
            self._show()
            return
        self._missing = ""
        self.condition = replace(self.condition, last_scan_at=wall_now())
        self._show()
        self._notice(found)

    def _notice(self, found: list[Found]) -> None:
        fresh = False
        for file in found:
            if not self._taking.is_news(file.path, str(file.signature)):
                continue
            if file.signature.size == 0:  # nothing to wait for yet; its first bytes are a change
                continue
            age = 0.0
            if not self._weak:
                age = time.time() - file.signature.changed_ns / 1e9
            age = min(max(age, 0.0), _MAX_AGE)
            fresh |= self._pending.notice(file.path, file.signature, time.monotonic(), age)
        if fresh:
            self._expecting = True
            self._changed(self)
            self._wake.set()

    async def _look(self, group: asyncio.TaskGroup) -> None:
        """Look at every file that is due, and start taking those that are finished."""
        for path in self._pending.due(time.monotonic()):
            seen = await self._in_thread(partial(ready.look, path, weak=self._weak))
            if seen is None:
                await self._wait_or_forget(path)
            elif self._pending.judge(path, seen, time.monotonic()):
                self._pending.drop(path)
                self._taking.begin(path)
                group.create_task(self._take(path, str(seen.signature)))

    async def _wait_or_forget(self, path: bytes) -> None:
        """Let what cannot be opened wait: once forgotten, each scan would find it anew."""
        if await self._in_thread(lambda: ready.signature(path)) is None:
            self._pending.drop(path)
            self._changed(self)
        else:
            self._pending.postpone(path, time.monotonic() + RETRY_SECONDS)

    async def _expect(self) -> None:
        """Get ready while a file is still being written, or has to be quiet."""
        with contextlib.suppress(ShipwayError):  # whatever it is, taking the file will tell
            await self._intake.expect()

    async def _take(self, path: bytes, signature: str) -> None:
        pause = await self._taking.take(path, signature)
        self._show()
        await self._look_again(path, pause)
        self._changed(self)

    async def _look_again(self, path: bytes, pause: float) -> None:
        """See whether the file changed while it was taken, or could not be taken at all."""
        signature = await self._in_thread(lambda: ready.signature(path))
        if signature is None:
            self._taking.forget(path)
            self._show()
        if signature is None or not self._taking.is_news(path, str(signature)):
            return
        now = time.monotonic()
        self._pending.notice(path, signature, now)
        self._pending.postpone(path, now + max(pause, self.row.quiet))
        self._wake.set()
