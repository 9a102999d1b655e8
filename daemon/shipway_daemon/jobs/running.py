"""A job while it runs: its steps, which are replayed after a crash, and what it tells."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn, TypeVar

import msgspec
from shipway_plugins.words import Progress, Stage, StageState
from sqlalchemy import Connection

from shipway_daemon.events import history
from shipway_daemon.events.feed import ProgressBoard
from shipway_daemon.jobs import checkpoints, rows, waits
from shipway_daemon.jobs.backoff import seconds_until_next
from shipway_daemon.jobs.pace import Pace
from shipway_daemon.jobs.rows import JobRow
from shipway_daemon.jobs.waits import Wait, WaitBegun, WaitEnded, Waiting
from shipway_daemon.jobs.writer import JobWriter

T = TypeVar("T")

#: How many stages are kept of one job.
MAX_STAGES = 200
_MAX_NAME = 200
_MAX_TEXT = 2_000


class StepsChanged(Exception):
    """The job was begun by a program whose steps were others; guessing would be worse."""


class RunningJob:
    """What the work of a job is given. Every write proves that this daemon owns the job."""

    def __init__(
        self,
        row: JobRow,
        writer: JobWriter,
        progress: ProgressBoard,
        done: list[tuple[str, Any]],
        stages: list[Stage],
        pace: Pace | None = None,
    ) -> None:
        self.row = row
        self._writer = writer
        self._progress = progress
        self._done = done
        self._position = 0
        self._stages = stages
        self._stages_are_full = False
        self._pace = pace or Pace()

    @property
    def id(self) -> int:
        """The job's number."""
        return self.row.id

    @property
    def holds_lock(self) -> bool:
        """Whether it has its lock; a wait gives it back for good, unless it keeps it."""
        return self.row.lock_key is not None

    def was_done(self, name: str) -> bool:
        """Tell whether a step was finished, in this run of the job or before it."""
        return any(name == finished for finished, _ in self._done)

    async def step(self, name: str, kind: type[T], work: Callable[[], Awaitable[T]]) -> T:
        """Do a step once: its result is recorded, and replayed by a later run of the job.

        Raises:
            StepsChanged: At this position another step was recorded.
            Fenced: The job is another daemon's by now.
        """
        self._pass_pauses(name)
        if self._position < len(self._done):
            return self._replayed(name, kind)
        result = await work()
        plain = msgspec.to_builtins(result)
        position = self._position
        await self._writer.write(
            lambda tx: checkpoints.save_step(tx, self.id, position, name, plain)
        )
        self._done.append((name, plain))
        self._position += 1
        return result

    async def wait(
        self, name: str, seconds: float, for_what: str, *, keep_lock: bool = False
    ) -> WaitEnded:
        """Wait as a step of the job: for an answer, or until `seconds` have gone by.

        The run of the job ends here and nothing stays in memory: when the wait is over, a new run
        replays the steps before it and goes on with what came of it. Unless `keep_lock`, the lock
        is given back for good, so that others may work on the environment meanwhile; what comes
        after the wait may read a store back, and send nothing.

        Args:
            name: The name of the step.
            seconds: How long at most.
            for_what: What it waits for, as a person reads it: "the store's review".
            keep_lock: Keep the lock, for a short wait before the same is tried again.

        Raises:
            StepsChanged: At this position another step was recorded.
            Fenced: The job is another daemon's by now.
        """
        if self._position >= len(self._done):
            await self._begin_wait(name, seconds, for_what, keep_lock=keep_lock)
        return self._replayed(name, WaitEnded)

    async def again(self, name: str, why: str, retry_after: float | None = None) -> None:
        """Try a step again later, with the lock kept: the run of the job ends here.

        Call it only where the step may safely be done twice. The next run comes to the same step
        again, by the same way. This returns only when there are to be no more tries.

        Args:
            name: The step that did not succeed.
            why: What went wrong, as a sentence.
            retry_after: The seconds that the store asked for, if it did.

        Raises:
            Fenced: The job is another daemon's by now.
        """
        tries = self.row.tries
        pace = self._pace
        seconds = seconds_until_next(pace.backoff, tries, retry_after, pace.random)
        if seconds is None:
            return
        for_what = f"try {tries + 1} of {pace.backoff.tries}, after: {why}"
        await self._begin_wait(_pause(name), seconds, for_what, keep_lock=True, next_try=True)

    def _pass_pauses(self, name: str) -> None:
        """Pass the pauses that `again` made before this step."""
        while self._position < len(self._done) and self._done[self._position][0] == _pause(name):
            self._position += 1

    def _replayed(self, name: str, kind: type[T]) -> T:
        finished, result = self._done[self._position]
        if finished != name:
            raise StepsChanged(f"step {self._position} of job {self.id} is {finished}, not {name}")
        self._position += 1
        return msgspec.convert(result, kind)

    async def _begin_wait(
        self,
        name: str,
        seconds: float,
        for_what: str,
        *,
        keep_lock: bool,
        next_try: bool = False,
    ) -> NoReturn:
        """Record the wait and end this run, or be cancelled where that was asked for."""
        wait = Wait(
            name=name,
            position=self._position,
            seconds=seconds * self._pace.factor,
            for_what=for_what[:_MAX_TEXT],
            keep_lock=keep_lock,
            next_try=next_try,
        )
        begun: list[Waiting] = []

        def begin(tx: Connection) -> None:
            waiting = waits.begin(tx, self.id, wait, self._pace.clock.wall())
            if waiting is not None:
                rows.promote(tx)
                begun.append(waiting)

        await self._writer.write(begin)
        if not begun:
            raise asyncio.CancelledError
        self._writer.leave()
        raise WaitBegun(begun[0])

    async def stage(
        self, name: str, detail: str = "", *, skipped: bool = False, broken: bool = False
    ) -> None:
        """Begin a stage, which ends the one before it: as failed if that was `broken` off.

        Of stages beyond the first 200 nothing is kept but a line of the log, which says so.
        """
        if len(self._stages) >= MAX_STAGES:
            await self._no_more_stages()
            return
        name, detail = name[:_MAX_NAME], detail[:_MAX_TEXT]
        state = StageState.SKIPPED if skipped else StageState.RUNNING
        before = StageState.FAILED if broken else StageState.DONE
        stages = [*self.closed(before), Stage(name=name, state=state, detail=detail)]
        self._stages = stages

        def save(tx: Connection) -> None:
            checkpoints.save_stages(tx, self.id, stages)
            history.append(
                tx, "job.stage", str(self.id), self.row.actor, stage=name, state=str(state)
            )

        self._writer.add(f"{name}: {detail}" if detail else name)
        await self._writer.write(save)

    async def _no_more_stages(self) -> None:
        if not self._stages_are_full:
            self._stages_are_full = True
            line = f"There are {MAX_STAGES} stages: those that come after them are not kept."
            await self._writer.log(line)

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
        """Add lines to the job's log; they are written soon, and at the latest with its end.

        Raises:
            Fenced: The job is another daemon's by now, where that is seen at once.
        """
        await self._writer.log(*lines)


def _pause(step: str) -> str:
    """The name under which a pause before a step is recorded."""
    return f"again: {step}"
