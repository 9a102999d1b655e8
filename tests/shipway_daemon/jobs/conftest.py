"""Engines over a real catalogue, and a clock that a test can turn."""

import asyncio

import pytest
from shipway_client.wire import Job, JobState
from shipway_daemon.events.feed import ProgressBoard
from shipway_daemon.jobs import rows, views
from shipway_daemon.jobs.engine import Engine
from shipway_daemon.jobs.pace import Pace
from shipway_daemon.jobs.rows import NewJob
from support.clocks import TurnedClock
from support.waiting import wait_for


class Jobs:
    """What tests do with jobs over and over: submit, run engines, wait for states."""

    def __init__(self, database, clock: TurnedClock) -> None:
        self.database = database
        self.clock = clock
        self.pace = Pace(clock=clock)
        self.progress = ProgressBoard()
        self._numbers = 0
        self._tasks: dict[Engine, asyncio.Task[None]] = {}

    async def submit(
        self, lock: str | None = "lock", *, queue: bool = False, kind: str = "test"
    ) -> int:
        self._numbers += 1
        job = NewJob(kind=kind, actor="a", tracking=f"t{self._numbers}", request={}, lock_key=lock)
        return await self.database.write(lambda tx: rows.submit(tx, job, queue=queue))

    def start(self, epoch: int, work) -> Engine:
        engine = Engine(self.database, self.progress, epoch, {"test": work}, self.pace)
        self._tasks[engine] = asyncio.create_task(engine.run())
        return engine

    async def stop(self, engine: Engine) -> None:
        """Stop an engine as the end of its daemon does."""
        task = self._tasks.pop(engine)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def close(self) -> None:
        for engine in list(self._tasks):
            await self.stop(engine)

    async def read(self, job: int) -> Job:
        return await self.database.read(lambda tx: views.read(tx, job))

    async def reaches(self, job: int, state: JobState) -> Job:
        async def there() -> Job | None:
            found = await self.read(job)
            return found if found.state is state else None

        found = await wait_for(there, 30, f"job {job} does not become {state}")
        assert found is not None
        return found

    async def ended(self, job: int) -> Job:
        return await self.reaches(job, JobState.DONE)

    async def log(self, job: int) -> list[str]:
        page = await self.database.read(lambda tx: views.log_page(tx, job, None, 20_000))
        return [line.line for line in page]


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
async def jobs(database, clock):
    made = Jobs(database, clock)
    yield made
    await made.close()
