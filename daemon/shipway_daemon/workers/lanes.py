"""Lanes: one child process per environment, in which that environment's adapter runs."""

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from shipway_plugins.words import Finding, LiveState, Plan, Receipt, StatusReport, Target

from shipway_daemon.patience import finish
from shipway_daemon.workers.errors import LaneHeld
from shipway_daemon.workers.frames import OnReport
from shipway_daemon.workers.lane_lock import (
    FREE_SECONDS,
    LaneLock,
    end_leftover,
    wait_until_free,
)
from shipway_daemon.workers.logs import OnLine, to_log
from shipway_daemon.workers.ondemand import IDLE_SECONDS, OnDemand
from shipway_daemon.workers.process import WorkerProcess
from shipway_daemon.workers.questions import LaneOpening, UnpublishQuestion

T = TypeVar("T")

_MODULE = "shipway_daemon.workers.children.lane"

#: Deadlines in seconds, by what a lane is asked.
OPEN_SECONDS = 20.0
STATUS_SECONDS = 20.0
CHECK_SECONDS = 60.0
LIVE_SECONDS = 120.0
TARGETS_SECONDS = 60.0
PUBLISH_SECONDS = 6 * 3600.0
#: How long a publish may go on without any report.
QUIET_SECONDS = 600.0
#: What a lane that is killed has between SIGTERM and SIGKILL.
KILL_GRACE_SECONDS = 5.0

#: How long a lane waits for the last of the one before it.
START_WAIT_SECONDS = 2.0

# How a machine behind a proxy reaches the stores.
_PROXY = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


class LaneSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What a lane is for: the environment, its adapter and settings, and its two places."""

    environment_id: int
    environment: str
    plugin: str
    adapter: str
    options: dict[str, Any]
    data_dir: Path
    lock: Path


class Lane:
    """One environment's adapter. Every call may raise a `PluginError` or a `WorkerFailed`."""

    def __init__(self, spec: LaneSpec, on_log: OnLine, idle_seconds: float) -> None:
        self._spec = spec
        self._on_log = on_log
        self._child = OnDemand(self._name, self._start, idle_seconds=idle_seconds)

    @property
    def _name(self) -> str:
        return f"The lane of {self._spec.environment}"

    async def status(self) -> StatusReport:
        """Ask whether the store can take a publish now."""
        return await self._ask("status", None, StatusReport, seconds=STATUS_SECONDS)

    async def check(self, plan: Plan) -> list[Finding]:
        """Ask which rules of the store `plan` would break."""
        return await self._ask("check", plan, list[Finding], seconds=CHECK_SECONDS)

    async def live(self, app: str) -> LiveState:
        """Read back what the store holds of `app` now."""
        return await self._ask("live", app, LiveState, seconds=LIVE_SECONDS)

    async def targets(self, query: str) -> list[Target]:
        """List whom a publish can be aimed at."""
        return await self._ask("targets", query, list[Target], seconds=TARGETS_SECONDS)

    async def publish(self, plan: Plan, on_report: OnReport | None = None) -> Receipt:
        """Publish `plan`; when cancelled, the lane is dead before the cancellation goes on."""
        return await self._ask(
            "publish", plan, Receipt, seconds=PUBLISH_SECONDS, quiet=QUIET_SECONDS, told=on_report
        )

    async def unpublish(self, app: str, key: str, on_report: OnReport | None = None) -> Receipt:
        """Take everything of `app` out of the store, as the attempt `key`."""
        asked = UnpublishQuestion(app=app, key=key)
        return await self._ask(
            "unpublish",
            asked,
            Receipt,
            seconds=PUBLISH_SECONDS,
            quiet=QUIET_SECONDS,
            told=on_report,
        )

    def use(self, spec: LaneSpec) -> None:
        """Take on changed settings with the next call."""
        if spec != self._spec:
            self._spec = spec
            self._child.renew()

    async def kill(self) -> None:
        """End the lane now, and wait until everything that it started is dead."""
        await self._child.kill(KILL_GRACE_SECONDS)
        await wait_until_free(self._spec.lock, FREE_SECONDS)

    async def close(self) -> None:
        """End the lane and take no more calls."""
        await self._child.close()

    async def _ask(
        self,
        method: str,
        params: object,
        answer_type: type[T],
        *,
        seconds: float,
        quiet: float | None = None,
        told: OnReport | None = None,
    ) -> T:
        try:
            return await self._child.call(
                method, params, answer_type, seconds=seconds, quiet=quiet, on_report=told
            )
        except BaseException:
            if not self._child.alive:
                await finish(asyncio.create_task(self._last_one_out()))
            raise

    async def _last_one_out(self) -> None:
        """Give what a dead lane had forked, and was killed with it, the moment that it needs."""
        with contextlib.suppress(LaneHeld):  # the next start says so
            await wait_until_free(self._spec.lock, START_WAIT_SECONDS)

    async def _start(self) -> WorkerProcess:
        spec = self._spec
        await wait_until_free(spec.lock, START_WAIT_SECONDS)
        with LaneLock(spec.lock) as lock:
            worker = await WorkerProcess.start(
                _MODULE,
                [spec.environment],
                name=self._name,
                on_log=self._on_log,
                extra_fds=(lock.descriptor,),
                environment=_proxy(),
            )
            try:
                # Before any code of the plugin runs, so that nothing it forks is unrecorded.
                await lock.record(worker.pid)
                await self._open(worker, spec)
            except BaseException:
                await worker.terminate()
                raise
        return worker

    async def _open(self, worker: WorkerProcess, spec: LaneSpec) -> None:
        opening = LaneOpening(
            environment=spec.environment,
            plugin=spec.plugin,
            adapter=spec.adapter,
            options=spec.options,
            data_dir=str(spec.data_dir),
        )
        await worker.call("open", opening, str, seconds=OPEN_SECONDS)


class Lanes:
    """All lanes of a daemon, one per environment, each started on demand."""

    def __init__(self, *, on_log: OnLine = to_log, idle_seconds: float = IDLE_SECONDS) -> None:
        self._on_log = on_log
        self._idle_seconds = idle_seconds
        self._lanes: dict[int, Lane] = {}

    def lane(self, spec: LaneSpec) -> Lane:
        """Give the lane of an environment; with other settings than before, it starts anew."""
        lane = self._lanes.get(spec.environment_id)
        if lane is None:
            lane = Lane(spec, self._on_log, self._idle_seconds)
            self._lanes[spec.environment_id] = lane
        lane.use(spec)
        return lane

    async def kill(self, environment_id: int) -> None:
        """End the lane of an environment; it is free only when this returns.

        Raises:
            LaneHeld: Something that the lane started outlives it and holds its lock.
        """
        if (lane := self._lanes.get(environment_id)) is not None:
            await lane.kill()

    async def recover(self, lane_locks: Path) -> None:
        """End what an earlier daemon's lanes left behind, before any lane is started.

        Raises:
            LaneHeld: A lock is still held after ten seconds.
        """
        found = await asyncio.to_thread(lambda: sorted(lane_locks.glob("*.lock")))
        await _all(end_leftover(path) for path in found)

    async def close(self) -> None:
        """End all lanes."""
        await _all(lane.close() for lane in self._lanes.values())


async def _all(work: Iterable[Awaitable[None]]) -> None:
    """Do all of it at once, and to the end; then raise what the first to fail raised."""
    outcomes = await asyncio.gather(*work, return_exceptions=True)
    for outcome in outcomes:
        if outcome is not None:
            raise outcome


def _proxy() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.upper() in _PROXY}
