"""Watch one folder: hints wake it, scans tell the truth, the rule decides, intake takes."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import replace

from shipway_client.errors import ShipwayError
from shipway_client.wire import FolderState, WaitingFile

from shipway_daemon.blobs.staging import Signature
from shipway_daemon.catalog.folders import FolderRow
from shipway_daemon.clock import now as wall_now
from shipway_daemon.watch import ready
from shipway_daemon.watch.choice import Choice
from shipway_daemon.watch.condition import Condition, Troubles
from shipway_daemon.watch.hints import Hints
from shipway_daemon.watch.named import resolve
from shipway_daemon.watch.pace import Pace
from shipway_daemon.watch.pending import Pending
from shipway_daemon.watch.root_thread import RootThread
from shipway_daemon.watch.scan import Found
from shipway_daemon.watch.survey import Surveyor
from shipway_daemon.watch.taking import RETRY_SECONDS, Takes, Taking
from shipway_daemon.watch.waiting import MOST, unreadable_folders, waiting_files

_log = logging.getLogger(__name__)

_MAX_AGE = 3600.0
#: How many files are looked at in one go.
_LOOKS = 64


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
        self._troubles = Troubles()
        self._unreadable: dict[bytes, str] = {}
        self._pending = Pending(row.quiet)
        self._expecting = False
        self._wake = asyncio.Event()
        self._pace = Pace()
        self._thread = RootThread(f"shipway-watch-{row.id}", self._silence)
        self._hints = Hints(row.path, self, self._thread)
        self._surveyor = Surveyor(row, self._choice, self._thread, self._hints)

    @property
    def waiting(self) -> int:
        """How many files are not finished yet."""
        return len(self._pending.files)

    @property
    def unreadable(self) -> int:
        """How many files and folders cannot be read."""
        files = sum(waiting.unreadable for waiting in self._pending.files.values())
        return files + self.condition.unreadable

    def waiting_files(self) -> list[WaitingFile]:
        """List what is not taken yet, and why: what cannot be read first, then oldest first."""
        folders = unreadable_folders(self._unreadable, self.condition.last_scan_at or "")
        return [*folders, *waiting_files(self._pending, self._taking)][:MOST]

    def rescan(self) -> None:
        """Scan as soon as the last scan is paid off."""
        self._pace.hasten()
        self._wake.set()

    async def run(self) -> None:
        """Watch until cancelled; whatever breaks is shown, and the watch begins anew."""
        try:
            while True:
                await self._run()
                await asyncio.sleep(RETRY_SECONDS)
                self._taking.begin_anew()
                self._pace.at_once()
        finally:
            self._thread.close()

    async def _run(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._hints.listen(), name=f"hints-{self.row.id}")
                await self._work(group)
        except Exception as error:  # noqa: BLE001 - the edge of the watch: logged, and shown
            _log.exception("the watch of folder %s broke", self.row.id)
            reason = f"Shipway broke: {type(error).__name__}; it begins anew."
            self._set(replace(self.condition, state=FolderState.FAILED, reason=reason))

    def _show(self) -> None:
        """Say how the folder does: what is worst about it goes first."""
        state, reason = self._troubles.state(), self._troubles.reason()
        reason = reason or next(self._taking.reasons(), "")
        self._set(replace(self.condition, state=state, reason=reason))

    def _set(self, condition: Condition) -> None:
        told = replace(self.condition, last_scan_at=None) != replace(condition, last_scan_at=None)
        self.condition = condition
        if told:
            self._changed(self)

    # ------------------------------------------------------------------ hints

    async def hear(self, paths: list[bytes]) -> None:
        """Look at what the system says has changed."""
        sign = self._thread.sign
        self._notice(await self._thread.call(lambda: resolve(self._choice, paths, sign)))

    def hintless(self, reason: str) -> None:
        """Show that the system gives no hints, or gives them again."""
        if reason != self._troubles.hintless:
            self._troubles.hintless = reason
            self._show()

    # ------------------------------------------------------------------- work

    async def _work(self, group: asyncio.TaskGroup) -> None:
        while True:
            self._wake.clear()
            if self._pace.due <= time.monotonic():
                await self._scan()
            await self._look(group)
            if self._expecting:
                self._expecting = False
                group.create_task(self._expect())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._pause()):
                    await self._wake.wait()

    def _pause(self) -> float:
        due = self._pace.due
        if (file_due := self._pending.next_due()) is not None:
            due = min(due, file_due)
        return max(0.01, due - time.monotonic())

    def _silence(self, silent: bool) -> None:  # noqa: FBT001 - what else could it be told
        """Show that the root does not answer, or does again: then see what came meanwhile."""
        self._troubles.silent = silent
        self._show()
        if not silent:
            self._pace.at_once()
            self._wake.set()

    async def _scan(self) -> None:
        begun = self._pace.begin()
        try:
            survey = await self._surveyor.survey()
        except OSError as error:
            self._pace.missing()
            self._troubles.missing = f"It cannot be read: {error.strerror}."
            self._show()
            return
        self._troubles.missing, self._troubles.unheard = "", survey.unheard
        self._pace.scanned(begun, hints=self._troubles.state() is FolderState.WATCHING)
        if survey.doubtful:
            self._pace.doubtful()
        walk = survey.walk
        self._unreadable = walk.unreadable
        self.condition = replace(self.condition, last_scan_at=wall_now())
        self._set(replace(self.condition, weaker=survey.weaker, unreadable=len(walk.unreadable)))
        self._show()
        self._notice(walk.files)
        await self._surveyor.forget(walk, self._taking)

    def _notice(self, found: list[Found]) -> None:
        fresh = False
        for file in found:
            if not self._taking.is_news(file.path, str(file.signature)):
                continue
            if file.signature.size == 0:  # nothing to wait for yet; its first bytes are a change
                continue
            age, now = self._age(file.signature), time.monotonic()
            fresh |= self._pending.notice(file.path, file.signature, now, age)
        if fresh:
            self._expecting = True
            self._changed(self)
            self._wake.set()

    def _age(self, signature: Signature) -> float:
        """How many seconds ago a file changed, by its own word, where that can be believed."""
        if self.condition.weaker:
            return 0.0
        return min(max(time.time() - signature.changed_ns / 1e9, 0.0), _MAX_AGE)

    async def _look(self, group: asyncio.TaskGroup) -> None:
        """Look at files that are due, and start taking those that are finished."""
        due, weak = self._pending.due(time.monotonic())[:_LOOKS], self.condition.weaker
        looks = await self._thread.call(lambda: ready.look_at_all(due, weak=weak)) if due else {}
        for path, seen in looks.items():
            if seen is None:
                self._pending.drop(path)
                self._taking.forget(path)
                self._changed(self)
            elif isinstance(seen, str):
                self._pending.unreadable(path, seen, time.monotonic())
            elif self._pending.judge(path, seen, time.monotonic(), self._age(seen.signature)):
                self._pending.drop(path)
                self._taking.begin(path)
                group.create_task(self._take(path, str(seen.signature)))

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
        signature = await self._thread.call(lambda: ready.signature(path))
        if signature is None:
            self._taking.forget(path)
            self._show()
        if signature is None or not self._taking.is_news(path, str(signature)):
            return
        now = time.monotonic()
        self._pending.notice(path, signature, now)
        self._pending.postpone(path, now + max(pause, self.row.quiet))
        self._wake.set()
