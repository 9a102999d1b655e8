"""The inspection worker: what is this file? Asked in a child with limits and no credentials."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from shipway_plugins.words import Inspection

from shipway_daemon.workers.logs import OnLine, to_log
from shipway_daemon.workers.ondemand import IDLE_SECONDS, OnDemand
from shipway_daemon.workers.probe import installed
from shipway_daemon.workers.process import WorkerProcess
from shipway_daemon.workers.questions import FileQuestion

_MODULE = "shipway_daemon.workers.children.inspection"
#: How long one file may take to be identified.
IDENTIFY_SECONDS = 20.0
# One arena: the cap is on address space, and every further arena would take 64 MiB of it.
_ENVIRONMENT = {"MALLOC_ARENA_MAX": "1", "PYTHONDONTWRITEBYTECODE": "1"}


class Inspector:
    """Owns one warm inspection worker; it is restarted when it dies and ended when it idles."""

    def __init__(
        self,
        *,
        on_log: OnLine = to_log,
        plugins: Sequence[str] | None = None,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        """Name the plugins whose inspectors are asked, in order; None means all installed ones."""
        self._plugins = plugins
        self._on_log = on_log
        self._child = OnDemand("The inspection worker", self._start, idle_seconds=idle_seconds)

    async def warm(self) -> None:
        """Start the worker, so that the first file does not wait for it."""
        await self._child.warm()

    async def identify(self, path: Path, name: str | None = None) -> Inspection:
        """Say what the file at `path` is, which was called `name` (None: as now) by who brought it.

        Raises:
            NotABinary: It is no plain file, of no known kind, or contradicts its kind.
            WorkerFailed: The worker broke, died or took too long; the next call has a new one.
        """
        asked = FileQuestion(path=os.fsencode(path), name=os.fsencode(name or path.name))
        return await self._child.call("identify", asked, Inspection, seconds=IDENTIFY_SECONDS)

    def use(self, plugins: Sequence[str]) -> None:
        """Ask these plugins from the next call on, loaded afresh."""
        self._plugins = plugins
        self._child.renew()

    async def close(self) -> None:
        """End the worker."""
        await self._child.close()

    async def _start(self) -> WorkerProcess:
        names = self._plugins
        if names is None:
            names = sorted(await asyncio.to_thread(installed))
        return await WorkerProcess.start(
            _MODULE,
            names,
            name="The inspection worker",
            on_log=self._on_log,
            environment=_ENVIRONMENT,
        )
