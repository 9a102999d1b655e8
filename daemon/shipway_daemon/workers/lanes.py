"""All lanes of a daemon."""

import asyncio
import logging
from collections.abc import Awaitable, Iterable
from pathlib import Path

from shipway_daemon.workers.lane import Lane
from shipway_daemon.workers.lane_lock import end_leftover
from shipway_daemon.workers.lane_spec import LaneSpec
from shipway_daemon.workers.leftovers import end_marked
from shipway_daemon.workers.logs import OnLine, to_log
from shipway_daemon.workers.ondemand import IDLE_SECONDS

_log = logging.getLogger("shipway.workers")


class Lanes:
    """All lanes of a daemon, one per environment, each started on demand."""

    def __init__(self, *, on_log: OnLine = to_log, idle_seconds: float = IDLE_SECONDS) -> None:
        self._on_log = on_log
        self._idle_seconds = idle_seconds
        self._lanes: dict[int, Lane] = {}
        self._resting: set[asyncio.Task[None]] = set()

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

    def let_go(self, environment_id: int) -> None:
        """End the lane of an environment as soon as no call is at work in it."""
        if (lane := self._lanes.get(environment_id)) is None:
            return
        task = asyncio.create_task(lane.rest(), name=f"rest of lane {environment_id}")
        self._resting.add(task)
        task.add_done_callback(self._rested)

    def _rested(self, task: "asyncio.Task[None]") -> None:
        self._resting.discard(task)
        if not task.cancelled() and (problem := task.exception()) is not None:
            _log.error("%s failed", task.get_name(), exc_info=problem)

    async def recover(self, lane_locks: Path) -> None:
        """End what an earlier daemon's lanes left behind, before any lane is started.

        Raises:
            LaneHeld: A lock is still held after ten seconds.
        """
        await end_marked(str(lane_locks))
        found = await asyncio.to_thread(lambda: sorted(lane_locks.glob("*.lock")))
        await _all(end_leftover(path) for path in found)

    async def close(self) -> None:
        """End all lanes."""
        for task in self._resting:
            task.cancel()
        await asyncio.gather(*self._resting, return_exceptions=True)
        await _all(lane.close() for lane in self._lanes.values())


async def _all(work: Iterable[Awaitable[None]]) -> None:
    """Do all of it at once, and to the end; then raise what the first to fail raised."""
    outcomes = await asyncio.gather(*work, return_exceptions=True)
    for outcome in outcomes:
        if outcome is not None:
            raise outcome
