"""A job while it runs: its steps, which are replayed after a crash, and what it tells."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from shipway_plugins.words import Progress, Stage, StageState
from sqlalchemy import Connection

from shipway_daemon.database.engine import Database
from shipway_daemon.events import history
from shipway_daemon.events.feed import ProgressBoard
from shipway_daemon.jobs import checkpoints, rows
from shipway_daemon.jobs.rows import JobRow

T = TypeVar("T")

_MAX_LINE = 2_000


class StepsChanged(Exception):
    """The job was begun by a program whose steps were others; guessing would be worse."""


class RunningJob:
    """What the work of a job is given. Every write proves that this daemon owns the job."""

    def __init__(
        self,
        row: JobRow,
        epoch: int,
        database: Database,
        progress: ProgressBoard,
        done: list[tuple[str, Any]],
        stages: list[Stage],
    ) -> None:
        self.row = row
        self._epoch = epoch
        self._database = database
        self._progress = progress
        self._done = done
        self._position = 0
        self._stages = stages

    @property
    def id(self) -> int:
        """The job's number."""
        return self.row.id

    def was_done(self, name: str) -> bool:
        """Tell whether a step was finished, in this run of the job or before it."""
        return any(name == finished for finished, _ in self._done)

    async def step(self, name: str, kind: type[T], work: Callable[[], Awaitable[T]]) -> T:
        """Do a step once: its result is recorded, and replayed by a later run of the job.

        Raises:
            StepsChanged: At this position another step was recorded.
            Fenced: The job is another daemon's by now.
        """
        position = self._position
        self._position += 1
        if position < len(self._done):
            finished, result = self._done[position]
            if finished != name:
                raise StepsChanged(f"step {position} of job {self.id} is {finished}, not {name}")
            return msgspec.convert(result, kind)
        result = await work()
        plain = msgspec.to_builtins(result)
        await self._write(lambda tx: checkpoints.save_step(tx, self.id, position, name, plain))
        self._done.append((name, plain))
        return result

    async def stage(
        self, name: str, detail: str = "", *, skipped: bool = False, broken: bool = False
    ) -> None:
        """Begin a stage, which ends the one before it: as failed if that was `broken` off."""
        state = StageState.SKIPPED if skipped else StageState.RUNNING
        before = StageState.FAILED if broken else StageState.DONE
        stages = [*self.closed(before), Stage(name=name, state=state, detail=detail)]
        self._stages = stages

        def save(tx: Connection) -> None:
            checkpoints.save_stages(tx, self.id, stages)
            checkpoints.add_log(tx, self.id, [f"{name}: {detail}" if detail else name])
            history.append(
                tx, "job.stage", str(self.id), self.row.actor, stage=name, state=str(state)
            )

        await self._write(save)

    def closed(self, state: StageState) -> list[Stage]:
        """The stages, with the running one ended as done or failed."""
        return [
            msgspec.structs.replace(stage, state=state)
            if stage.state is StageState.RUNNING
            else stage
            for stage in self._stages
        ]

    def progress(self, progress: Progress) -> None:
        """Say how far the running stage is; kept in memory only."""
        self._progress.set_job(self.id, progress)

    async def log(self, *lines: str) -> None:
        """Add lines to the job's log."""
        cut = [line[:_MAX_LINE] for line in lines]
        await self._write(lambda tx: checkpoints.add_log(tx, self.id, cut))

    async def _write(self, work: Callable[[Connection], None]) -> None:
        def proved(tx: Connection) -> None:
            rows.prove(tx, self.id, self._epoch)
            work(tx)

        await self._database.write(proved)
