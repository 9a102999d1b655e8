"""The life of one child process, from its start to the end of all that it started."""

import asyncio
import contextlib
import os
import signal

from shipway_daemon.patience import finish
from shipway_daemon.workers.errors import WorkerFailed
from shipway_daemon.workers.leftovers import end_marked
from shipway_daemon.workers.spawn import Spawned

#: How long a killed process may take to disappear.
KILL_SECONDS = 10.0
#: How long the ends of a dead child's pipes may stay open in processes that left its group.
AFTER_DEATH_SECONDS = 1.0


class Life:
    """Sees to it that a child ends with its group, and says how it ended."""

    def __init__(self, name: str, spawned: Spawned, mark: str) -> None:
        self._name = name
        self._process = spawned.process
        self._log = spawned.log
        self._mark = mark
        self._hang_up = spawned.writer.transport.abort
        self._verdict = ""
        self._reaper = asyncio.create_task(self._reap(), name=f"reaper of {name}")
        self._ending: asyncio.Task[None] | None = None
        self._cut: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int:
        """The process, its session and its group: all three have this number."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs, and nobody is about to end it."""
        return self._process.returncode is None and self._ending is None

    @property
    def fate(self) -> str:
        """How it ended, as the end of a sentence."""
        if self._verdict:
            return self._verdict
        code = self._process.returncode
        if code is None:
            return "stopped talking"
        if code >= 0:
            return f"ended with exit code {code}"
        return f"was ended by {signal.Signals(-code).name}"

    async def condemn(self, verdict: str) -> None:
        """End it now, for a reason that its `fate` gives from then on."""
        self._verdict = verdict
        await self.end(0)

    async def end(self, grace: float) -> None:
        """End the child and its group: SIGTERM, `grace` seconds, SIGKILL; then wait for it.

        What had left the group is killed too.

        Raises:
            WorkerFailed: Even SIGKILL did not end it.
        """
        if self._ending is None:
            self._ending = asyncio.create_task(self._end(grace), name=f"end of {self._name}")
        await finish(self._ending)

    async def dead_within(self, seconds: float) -> bool:
        """Wait until it is dead, at most `seconds`, and say whether it is."""
        done, _ = await asyncio.wait({self._reaper}, timeout=seconds)
        return bool(done)

    async def _reap(self) -> int:
        code = await self._process.wait()
        # What it left behind in its group goes with it.
        _signal_group(self.pid, signal.SIGKILL)
        # Its end of the frames may live on in a process that left the group.
        loop = asyncio.get_running_loop()
        self._cut = loop.call_later(AFTER_DEATH_SECONDS, self._hang_up)
        return code

    async def _end(self, grace: float) -> None:
        if self._process.returncode is None:
            _signal_group(self.pid, signal.SIGTERM if grace else signal.SIGKILL)
        if not await self.dead_within(grace or KILL_SECONDS):
            _signal_group(self.pid, signal.SIGKILL)
            if not await self.dead_within(KILL_SECONDS):
                raise WorkerFailed(f"{self._name} (process {self.pid}) cannot be killed.")
        await end_marked(self._mark)
        if self._cut is not None:
            self._cut.cancel()
        self._hang_up()
        await self._log.finish(AFTER_DEATH_SECONDS)


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
