"""Asking an environment something, for as long as no job is at work on it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from shipway_client.errors import Busy

from shipway_daemon.catalog.environments import EnvironmentRow
from shipway_daemon.database.engine import Database
from shipway_daemon.jobs import rows as jobs
from shipway_daemon.publish.adapters import Adapters
from shipway_daemon.workers.lane import Lane

#: How often who waits for an answer looks whether the environment was taken, commits aside.
_LOOK_SECONDS = 5.0

T = TypeVar("T")


def lock_key(environment_id: int) -> str:
    """The lock that one publish at a time holds on an environment."""
    return f"environment:{environment_id}"


class Calls:
    """Calls to the lanes of environments that nobody else needs meanwhile."""

    def __init__(self, database: Database, adapters: Adapters) -> None:
        self._database = database
        self._adapters = adapters

    async def holder(self, row: EnvironmentRow) -> tuple[int, str | None] | None:
        """The job that is at work on an environment, and its app."""
        return await self._database.read(lambda tx: jobs.live_job(tx, lock_key(row.id)))

    async def ask(self, row: EnvironmentRow, question: Callable[[Lane], Awaitable[T]]) -> T:
        """Ask an environment something, for as long as no job is at work on it.

        Its lane takes one call at a time: who asks behind a publish would wait for its end.

        Raises:
            Busy: A job holds the environment, or took it before the answer came.
            Refused: No enabled plugin brings its adapter.
            PluginError: What the adapter raised.
        """
        if await self.holder(row) is not None:
            raise Busy
        self._adapters.usable(row.adapter)
        asking = asyncio.create_task(_asked(question, self._adapters.lane(row)))
        try:
            while not asking.done():
                seen = self._database.changed.count
                if await self.holder(row) is not None:
                    raise Busy
                await self._wait(asking, seen)
            return asking.result()
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    async def _wait(self, asking: "asyncio.Task[T]", seen: int) -> None:
        """Wait for the answer, or for a commit: it may be a job that takes the environment."""
        commit = asyncio.create_task(self._database.changed.after(seen, _LOOK_SECONDS))
        either: set[asyncio.Task[Any]] = {asking, commit}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            commit.cancel()
            await asyncio.gather(commit, return_exceptions=True)


async def _asked(question: Callable[[Lane], Awaitable[T]], lane: Lane) -> T:
    return await question(lane)
