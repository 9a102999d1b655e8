"""A child process that is started when it is needed and ended when it idles."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from shipway_daemon.patience import finish
from shipway_daemon.workers import limits
from shipway_daemon.workers.errors import WorkerDied, WorkerFailed
from shipway_daemon.workers.frames import OnReport
from shipway_daemon.workers.limits import Allowance
from shipway_daemon.workers.process import GRACE_SECONDS, WorkerProcess

T = TypeVar("T")

#: How long a child may idle before it is ended.
IDLE_SECONDS = 60.0
#: And one that was started only for a look, so that a look at many leaves few behind.
PASSING_SECONDS = 2.0

_log = logging.getLogger("shipway.workers")


class OnDemand:
    """Owns at most one child at a time and gives it one call at a time."""

    def __init__(
        self,
        name: str,
        start: Callable[[], Awaitable[WorkerProcess]],
        *,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._name = name
        self._start = start
        self._idle_seconds = idle_seconds
        self._turn = asyncio.Lock()
        self._worker: WorkerProcess | None = None
        self._starting: asyncio.Task[None] | None = None
        self._idling: asyncio.Task[None] | None = None
        self._closed = False
        self._outdated = False
        #: Whether the child that is started next, or runs, is there only for a look in passing.
        self.in_passing = False

    async def warm(self) -> None:
        """Start the child if none is running."""
        async with self._turn:
            await self._ready(watched=False)
            self._begin_idling(watched=False)

    async def call(
        self,
        method: str,
        params: object,
        answer_type: type[T],
        *,
        seconds: float,
        quiet: float | None = None,
        on_report: OnReport | None = None,
        allowed: Allowance | None = None,
    ) -> T:
        """Wait for our turn, start the child if need be, and call it.

        Where the call is `allowed` so much and no more, the child is also started anew when it has
        grown too large over the calls before.

        Raises:
            PluginError: What the plugin raised.
            WorkerFailed: Anything else that went wrong; see `WorkerProcess.call`.
        """
        async with self._turn:
            worker = await self._ready(watched=allowed is not None)
            try:
                return await worker.call(
                    method,
                    params,
                    answer_type,
                    seconds=seconds,
                    quiet=quiet,
                    on_report=on_report,
                    allowed=allowed,
                )
            finally:
                self._begin_idling(watched=allowed is not None)

    @property
    def alive(self) -> bool:
        """Whether the child is running and can take a call."""
        return self._worker is not None and self._worker.alive

    def renew(self) -> None:
        """Let the next call start a new child; one whose call has just ended is ended at once."""
        self._outdated = True

    async def kill(self, grace: float = GRACE_SECONDS) -> None:
        """End the child now, in the middle of a call or of its start; that call fails."""
        if self._starting is not None:
            self._starting.cancel()
            await finish(asyncio.ensure_future(_settled(self._starting)))
        if self._worker is not None:
            await self._worker.terminate(grace)

    async def rest(self) -> None:
        """End the child as soon as no call is at work; the next call starts another."""
        async with self._turn:
            await self._stop_idling()
            await self.kill()

    async def close(self) -> None:
        """End the child and take no more calls."""
        self._closed = True
        await self.kill()
        async with self._turn:
            await self._stop_idling()
            await self.kill()

    async def _ready(self, *, watched: bool) -> WorkerProcess:
        if self._closed:
            raise WorkerFailed(f"{self._name} is closed.")
        await self._stop_idling()
        if not self.alive or self._outdated or (watched and await self._has_grown()):
            await self._replace()
        if self._worker is None:
            raise WorkerDied(f"{self._name} was ended while it started.")
        return self._worker

    async def _replace(self) -> None:
        if self._worker is not None:
            await self._worker.terminate()
            self._worker = None
        self._outdated = False
        self._starting = asyncio.create_task(self._begin(), name=f"start of {self._name}")
        try:
            await self._starting
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
        finally:
            self._starting = None

    async def _begin(self) -> None:
        self._worker = await self._start()

    async def _has_grown(self) -> bool:
        """Say whether the child has kept too much memory from one call to the next."""
        if self._worker is None:
            return False
        memory = (await self._worker.look()).memory
        if memory <= limits.IDLE_MEMORY:
            return False
        _log.info("%s idles with %s MiB of memory and is started anew", self._name, memory >> 20)
        return True

    def _begin_idling(self, *, watched: bool) -> None:
        idle = self._idle(watched=watched)
        self._idling = asyncio.create_task(idle, name=f"idling of {self._name}")

    async def _stop_idling(self) -> None:
        if self._idling is not None:
            self._idling.cancel()
            await _settled(self._idling)
            self._idling = None

    async def _idle(self, *, watched: bool) -> None:
        if not (self._outdated or (watched and self.alive and await self._has_grown())):
            soon = min(PASSING_SECONDS, self._idle_seconds)
            await asyncio.sleep(soon if self.in_passing else self._idle_seconds)
        if self._worker is not None:
            await self._worker.terminate()


async def _settled(task: "asyncio.Task[None]") -> None:
    """Wait until `task` is done. What it raised comes again when its child is next ended."""
    await asyncio.gather(task, return_exceptions=True)
