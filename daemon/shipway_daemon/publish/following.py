"""What becomes of environments when their plugins change."""

import asyncio
import logging
from collections.abc import Sequence

from shipway_client.wire import Plugin

from shipway_daemon.catalog import environments
from shipway_daemon.catalog.environments import EnvironmentRow
from shipway_daemon.database.engine import Database
from shipway_daemon.publish.adapters import Adapters
from shipway_daemon.publish.calling import Calls
from shipway_daemon.publish.status import Statuses
from shipway_daemon.workers.lanes import Lanes

_log = logging.getLogger(__name__)

#: How often it is looked whether a job has ended, commits aside.
_LOOK_SECONDS = 5.0


class Following:
    """Follows the plugins: who lost its adapter is Unknown, who got it back is asked."""

    def __init__(
        self,
        database: Database,
        adapters: Adapters,
        calls: Calls,
        statuses: Statuses,
        lanes: Lanes,
    ) -> None:
        self._database = database
        self._adapters = adapters
        self._calls = calls
        self._statuses = statuses
        self._lanes = lanes
        self._watching: set[asyncio.Task[None]] = set()

    async def take(self, records: Sequence[Plugin]) -> None:
        """Learn which adapters there are now; a job at work keeps the lane that it has."""
        rows = await self._database.read(environments.every)
        before = set(self._adapters.kinds())
        working = [row for row in rows if row.adapter in before and await self._calls.holder(row)]
        for row in working:
            self._adapters.keep(row)
        self._adapters.take(records)
        after = set(self._adapters.kinds())
        for row in working:
            self._watch(row)
        for row in rows:
            if row.adapter not in after and row not in working:
                self._lanes.let_go(row.id)
        await self._statuses.mark_absent(rows)
        if before:
            self._statuses.begin(row for row in rows if row.adapter in after - before)

    def _watch(self, row: EnvironmentRow) -> None:
        task = asyncio.create_task(self._until_ended(row), name=f"last job of {row.name}")
        self._watching.add(task)
        task.add_done_callback(self._watching.discard)

    async def _until_ended(self, row: EnvironmentRow) -> None:
        """Keep a lane for the job at work; then it is as any other."""
        try:
            first = await self._calls.holder(row)
            while first is not None and await self._calls.holder(row) == first:
                seen = self._database.changed.count
                await self._database.changed.after(seen, _LOOK_SECONDS)
        except Exception:  # noqa: BLE001 - the edge of the task: logged, and the lane is let go
            _log.exception("whether the job of %s has ended is not known", row.name)
        finally:
            self._adapters.release(row)
        if self._adapters.absence(row.adapter) is not None:
            self._lanes.let_go(row.id)

    async def close(self) -> None:
        """Wait for no job any more."""
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)
