"""Whatever happens in whatever order: one owner per lock, old daemons write nothing, nothing is
lost.

The machine plays daemons that follow one another, of which the one before is thawed again and
again and tries every write that it has, and a crowd that submits, queues, answers and cancels,
while time goes by and the clock on the wall jumps a day both ways. Every transaction is one of the
program's own. Beside the tables it keeps what a person would expect, and compares after every step.

`make test` plays a few histories, `make e2e` 2,000 with the seed in `SHIPWAY_SEED`.
"""

import atexit
import functools
import json
import os
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from shipway_client.errors import Busy, Refused
from shipway_client.wire import JobOutcome, JobState
from shipway_daemon.database.engine import _PRAGMAS
from shipway_daemon.database.metadata import metadata
from shipway_daemon.events.feed import ProgressBoard
from shipway_daemon.events.tables import events
from shipway_daemon.jobs import checkpoints, ending, rows, tables, waits
from shipway_daemon.jobs.engine import Engine
from shipway_daemon.jobs.epochs import Fenced, take_epoch
from shipway_daemon.jobs.pace import Pace
from shipway_daemon.jobs.waits import Wait
from shipway_daemon.jobs.work import Unknown
from sqlalchemy import Connection, create_engine, event, select
from sqlalchemy import Engine as Sql
from support.clocks import TurnedClock

DAY = 86_400.0
LOCKS = ("one", "two", "three")
LIVE = (JobState.READY, JobState.RUNNING, JobState.CANCELLING, JobState.WAITING)
OWNED = (JobState.RUNNING, JobState.CANCELLING)
TABLES = (tables.home, tables.jobs, tables.steps, tables.stages, tables.log, events)


@functools.cache
def opened() -> tuple[Sql, sqlite3.Connection]:
    """A database file with the pragmas of the daemon, shared by all histories; and who looks in.

    Who looks in sees what was committed, and does without SQLAlchemy, which takes its time.
    """
    folder = tempfile.TemporaryDirectory(prefix="sw-")
    atexit.register(folder.cleanup)
    path = Path(folder.name) / "jobs.sqlite3"
    made = create_engine(f"sqlite:///{path}")

    @event.listens_for(made, "connect")
    def connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        connection.execute("PRAGMA synchronous = OFF")  # no power is cut in here

    @event.listens_for(made, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    metadata.create_all(made, tables=list(TABLES))
    looking = sqlite3.connect(path)
    looking.row_factory = sqlite3.Row
    return made, looking


@dataclass
class Expected:
    """What a person would say of a job."""

    state: JobState
    lock: str | None
    owner: int | None = None
    cancelled: bool = False
    steps: list[tuple[str, Any]] = field(default_factory=list)
    #: While it waits: for how long at most, as it was asked for.
    seconds: float = 0.0


class Daemon:
    """An engine, and the jobs that it believes to own."""

    def __init__(self, epoch: int, clock: TurnedClock) -> None:
        works = {"test": Unknown()}
        self.epoch = epoch
        self.engine = Engine(None, ProgressBoard(), epoch, works, Pace(clock=clock))  # type: ignore[arg-type]
        self.believes: set[int] = set()
        #: Every wait that was ever to be woken by it, with its position.
        self.waits: dict[int, int] = {}

    def remember(self, waiting: waits.Waiting, elapsed: float) -> None:
        self.engine._deadlines.add(waiting, elapsed)
        self.waits[waiting.job_id] = waiting.position


class Jobs(RuleBasedStateMachine):
    """A daemon, the one before it, three locks, and a crowd."""

    @initialize()
    def begin(self) -> None:
        self.database, self.looking = opened()
        with self.database.begin() as tx:
            for table in reversed(TABLES):
                tx.execute(table.delete())
            epoch = take_epoch(tx)
        self.clock = TurnedClock()
        self.submitted = 0
        self.expected: dict[int, Expected] = {}
        self.daemon = Daemon(epoch, self.clock)
        self.old: Daemon | None = None

    # ---------------------------------------------------------------------- crowd

    @rule(lock=st.sampled_from([*LOCKS, None]), queue=st.booleans())
    def submit(self, lock: str | None, queue: bool) -> None:
        self.submitted += 1
        live = self._in(lock, LIVE) if lock else []
        queued = self._in(lock, (JobState.QUEUED,)) if lock else []
        new = rows.NewJob(
            kind="test",
            actor="somebody",
            tracking=f"t{self.submitted}",
            request={},
            lock_key=lock,
        )
        try:
            with self.database.begin() as tx:
                job = rows.submit(tx, new, queue=queue)
        except Busy:
            assert live, "nobody held it"
            assert not queue, "it would have waited"
            return
        assert not live or queue, "two hold one lock"
        stands = bool(lock and queue and (live or queued))
        self.expected[job] = Expected(JobState.QUEUED if stands else JobState.READY, lock)

    @rule(state=st.sampled_from(JobState), pick=st.integers(0, 999))
    def cancel(self, state: JobState, pick: int) -> None:
        of_state = [job for job, told in self.expected.items() if told.state is state]
        if (job := self._pick(of_state, pick)) is None:
            return
        told = self.expected[job]
        with self.database.begin() as tx:
            stop = self.daemon.engine._request_cancel(tx, job, "somebody")
        assert stop == (told.state is JobState.RUNNING and not told.cancelled)
        if told.state in LIVE:
            told.cancelled = True
        if told.state is JobState.RUNNING:
            told.state = JobState.CANCELLING
        elif told.state is JobState.WAITING:
            told.state = JobState.READY
        elif told.state is JobState.QUEUED:
            told.state = JobState.DONE

    @rule(pick=st.integers(0, 999), anybody=st.booleans())
    def answer(self, pick: int, anybody: bool) -> None:
        """Mostly somebody who waits; whoever does not takes no answer."""
        waiting = [job for job, told in self.expected.items() if told.state is JobState.WAITING]
        if (job := self._pick(list(self.expected) if anybody else waiting, pick)) is None:
            return
        told = self.expected[job]
        give = functools.partial(self.daemon.engine._give, job_id=job, answer=7, actor="a", step="")
        if told.state is not JobState.WAITING:
            with self.database.begin() as tx, pytest.raises(Refused):
                give(tx, step=None)
            return
        with self.database.begin() as tx, pytest.raises(Refused):
            give(tx, step="another wait")
        with self.database.begin() as tx:
            give(tx, step=f"wait {len(told.steps)}")
        self._woken(job, {"answer": 7, "timed_out": False})

    # ----------------------------------------------------------------------- time

    @rule(seconds=st.sampled_from([1.0, 60.0, 3_600.0, DAY]))
    def time_goes_by(self, seconds: float) -> None:
        """What is due by now goes on, and nothing else."""
        self.clock.go_by(seconds)
        due = self.daemon.engine._deadlines.take_due(self.clock.elapsed(), 1_000)
        waiting = {job for job, told in self.expected.items() if told.state is JobState.WAITING}
        with self.database.begin() as tx:
            self.daemon.engine._wake(tx, due)
        for job in sorted(waiting):
            if (job, len(self.expected[job].steps)) in due:
                self._woken(job, {"answer": None, "timed_out": True})
            else:
                self.expected[job].seconds -= seconds
                assert self.expected[job].seconds > 0, f"job {job} is due and nobody wakes it"

    @rule(seconds=st.sampled_from([-DAY, DAY]))
    def the_wall_jumps(self, seconds: float) -> None:
        self.clock.jump(seconds)

    # -------------------------------------------------------------------- daemons

    @rule()
    def claim(self) -> None:
        ready = [job for job, told in self.expected.items() if told.state is JobState.READY]
        with self.database.begin() as tx:
            row = self.daemon.engine._claim(tx)
        assert (row.id if row else None) == min(ready, default=None), "the oldest ready one"
        if row is None:
            return
        told = self.expected[row.id]
        assert row.cancel_requested == told.cancelled, "a request to cancel is lost"
        assert row.lock_key == told.lock
        told.state, told.owner = JobState.RUNNING, self.daemon.epoch
        self.daemon.believes.add(row.id)

    @rule(pick=st.integers(0, 999), result=st.integers(0, 9))
    def step(self, pick: int, result: int) -> None:
        job = self._some_owned(pick)
        position = len(self.expected[job].steps)
        with self.database.begin() as tx:
            save_step(tx, job, self.daemon.epoch, position, result)
        self.expected[job].steps.append((f"step {position}", result))

    @rule(
        pick=st.integers(0, 999),
        seconds=st.sampled_from([0.0, 30.0, 3_000.0, DAY * 2]),
        keep_lock=st.booleans(),
    )
    def wait(self, pick: int, seconds: float, keep_lock: bool) -> None:
        job = self._some_owned(pick)
        told = self.expected[job]
        with self.database.begin() as tx:
            waiting = begin_wait(
                tx, job, self.daemon.epoch, len(told.steps), seconds, self.clock, keep_lock
            )
        if told.cancelled:
            assert waiting is None, "it waits although it was asked to stop"
            return
        assert waiting is not None
        assert (waiting.job_id, waiting.seconds) == (job, seconds)
        told.state, told.owner, told.seconds = JobState.WAITING, None, seconds
        told.lock = told.lock if keep_lock else None
        self.daemon.believes.discard(job)
        self.daemon.remember(waiting, self.clock.elapsed())
        self._expect_promotion()

    @rule(pick=st.integers(0, 999), outcome=st.sampled_from(JobOutcome))
    def end(self, pick: int, outcome: JobOutcome) -> None:
        job = self._some_owned(pick)
        with self.database.begin() as tx:
            end(tx, job, self.daemon.epoch, outcome)
        self.expected[job].state = JobState.DONE
        self.daemon.believes.discard(job)
        self._expect_promotion()

    @rule()
    def the_daemon_is_killed_and_another_one_starts(self) -> None:
        """The old one is only frozen: between the epoch and the take-over it wakes a first time."""
        with self.database.begin() as tx:
            epoch = take_epoch(tx)
        self.old, self.daemon = self.daemon, Daemon(epoch, self.clock)
        self._thaw()
        with self.database.begin() as tx:
            left = self.daemon.engine._take_over(tx)
        for told in self.expected.values():
            if told.state in OWNED:
                told.state, told.owner = JobState.READY, None
        waiting = [job for job, told in self.expected.items() if told.state is JobState.WAITING]
        assert sorted(entry.job_id for entry in left) == sorted(waiting), "a wait is lost"
        for entry in left:
            told = self.expected[entry.job_id]
            assert entry.seconds >= 0.0, "a wait of less than no time"
            assert entry.position == len(told.steps)
            told.seconds = entry.seconds
            self.daemon.remember(entry, self.clock.elapsed())
        self._expect_promotion()

    @precondition(lambda self: self.old is not None)
    @rule()
    def the_old_daemon_is_thawed(self) -> None:
        self._thaw()

    def _thaw(self) -> None:
        """It tries every write that it has, and leaves no trace of any."""
        assert self.old is not None
        old, engine, before = self.old, self.old.engine, self._everything()
        tries: list[Any] = [
            engine._claim,
            engine._take_over,
            lambda tx: engine._wake(tx, sorted(old.waits.items())),
        ]
        for job in sorted(self.expected):
            tries += [
                lambda tx, job=job: engine._give(tx, job, "of old", "a", None),
                lambda tx, job=job: engine._request_cancel(tx, job, "a"),
            ]
        for job in sorted(old.believes):
            position = len(self.expected[job].steps)
            tries += [
                lambda tx, job=job, at=position: save_step(tx, job, old.epoch, at, "of old"),
                lambda tx, job=job: end(tx, job, old.epoch, JobOutcome.FAILED),
                lambda tx, job=job, at=position: begin_wait(
                    tx, job, old.epoch, at, 9.0, self.clock, keep_lock=False
                ),
            ]
        for attempt in tries:
            with pytest.raises(Fenced), self.database.begin() as tx:
                attempt(tx)
        assert self._everything() == before, "a loser wrote something"

    # ----------------------------------------------------------------- invariants

    @invariant()
    def it_is_as_expected(self) -> None:
        if not hasattr(self, "expected"):
            return
        found = {row["id"]: row for row in self._look("SELECT * FROM jobs")}
        states = {job: told.state for job, told in self.expected.items()}
        assert {job: row["state"] for job, row in found.items()} == states
        steps: dict[int, list[tuple[str, Any]]] = {job: [] for job in found}
        for row in self._look("SELECT * FROM job_steps ORDER BY job_id, position"):
            assert row["position"] == len(steps[row["job_id"]])
            steps[row["job_id"]].append((row["name"], json.loads(row["result"])))
        assert steps == {job: told.steps for job, told in self.expected.items()}
        ends = self._look("SELECT subject FROM events WHERE kind = 'job.finished'")
        done = [str(job) for job, state in states.items() if state is JobState.DONE]
        assert sorted(row["subject"] for row in ends) == sorted(done), "an end is told not once"
        for job, row in found.items():
            self._is_as_told(job, row)

    def _is_as_told(self, job: int, row: sqlite3.Row) -> None:
        told = self.expected[job]
        assert (row["lock_key"], row["cancel_requested"]) == (told.lock, told.cancelled)
        if told.state in OWNED:
            assert row["epoch"] == told.owner == self.daemon.epoch
        waiting = told.state is JobState.WAITING
        assert (row["wait_position"] == len(told.steps)) is waiting
        assert (row["due_at"] is not None) is bool(row["waits_for"]) is waiting
        assert not waiting or self.daemon.waits[job] == row["wait_position"]

    @invariant()
    def a_lock_has_one_holder_at_most_and_nobody_stands_before_a_free_one(self) -> None:
        for lock in LOCKS:
            live = self._in(lock, LIVE)
            assert len(live) <= 1
            if self._in(lock, (JobState.QUEUED,)):
                assert live, f"{lock} is free, and a job stands in its queue"

    def teardown(self) -> None:
        """In the end every job can come to its end, and no lock is left behind."""
        if not hasattr(self, "expected"):
            return
        self.time_goes_by(3 * DAY)
        for _ in self.expected:
            while self._owned():
                self.end(0, JobOutcome.VERIFIED)
            self.claim()
        while self._owned():
            self.end(0, JobOutcome.VERIFIED)
        assert {told.state for told in self.expected.values()} <= {JobState.DONE}
        self.it_is_as_expected()

    # ---------------------------------------------------------------------- parts

    def _in(self, lock: str | None, states: tuple[JobState, ...]) -> list[int]:
        expected = getattr(self, "expected", {})
        return [job for job, told in expected.items() if told.state in states and told.lock == lock]

    def _owned(self) -> list[int]:
        return [job for job, told in self.expected.items() if told.state in OWNED]

    def _some_owned(self, pick: int) -> int:
        """A job that runs; where there is none, one is let run."""
        if not self._owned():
            if not any(told.state is JobState.READY for told in self.expected.values()):
                self.submit(None, queue=False)
            self.claim()
        return self._owned()[pick % len(self._owned())]

    def _pick(self, among: list[int], pick: int) -> int | None:
        return among[pick % len(among)] if among else None

    def _woken(self, job: int, result: dict[str, Any]) -> None:
        told = self.expected[job]
        told.steps.append((f"wait {len(told.steps)}", result))
        told.state = JobState.READY

    def _expect_promotion(self) -> None:
        for lock in LOCKS:
            queued = self._in(lock, (JobState.QUEUED,))
            if queued and not self._in(lock, LIVE):
                self.expected[min(queued)].state = JobState.READY

    def _everything(self) -> list[Any]:
        return [list(map(tuple, self._look(f"SELECT * FROM {table.name}"))) for table in TABLES]

    def _look(self, query: str) -> list[sqlite3.Row]:
        return self.looking.execute(query).fetchall()


# What a `RunningJob` writes, each in the transaction that proves the owner, as `JobWriter` does.


def save_step(tx: Connection, job: int, epoch: int, position: int, result: Any) -> None:
    rows.prove(tx, job, epoch)
    checkpoints.save_step(tx, job, position, f"step {position}", result)


def begin_wait(
    tx: Connection,
    job: int,
    epoch: int,
    position: int,
    seconds: float,
    clock: TurnedClock,
    keep_lock: bool,
) -> waits.Waiting | None:
    rows.prove(tx, job, epoch)
    wait = Wait(
        name=f"wait {position}",
        position=position,
        seconds=seconds,
        for_what="something",
        keep_lock=keep_lock,
    )
    waiting = waits.begin(tx, job, wait, clock.wall())
    if waiting is not None:
        rows.promote(tx)
    return waiting


def end(tx: Connection, job: int, epoch: int, outcome: JobOutcome) -> None:
    rows.prove(tx, job, epoch)
    row = tx.execute(select(tables.jobs).where(tables.jobs.c.id == job)).one()
    ending.end(tx, job, outcome, "", "")
    rows.promote(tx)
    ending.tell_end(tx, row, outcome, "")  # type: ignore[arg-type]


# ----------------------------------------------------------------------- how often


_FEW = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
_RUNS = 2_000
#: Shorter ones: minutes are better spent on more of them.
_MANY = settings(_FEW, max_examples=_RUNS, stateful_step_count=20)


class TestJobs(Jobs.TestCase):
    """A few histories, in every run of the tests."""

    settings = _FEW


@pytest.mark.e2e
def test_two_thousand_histories(tell: Callable[[str], None]) -> None:
    """With the seed in `SHIPWAY_SEED`, if there is one; it is printed, to be played again."""
    chosen = int(os.environ.get("SHIPWAY_SEED", "3"))
    played = 0

    @seed(chosen)
    class Counted(Jobs):
        """Counts the histories that came to their end."""

        def teardown(self) -> None:
            nonlocal played
            super().teardown()
            played += 1

    try:
        run_state_machine_as_test(Counted, settings=_MANY)
    finally:
        tell(f"{played} histories with SHIPWAY_SEED={chosen}")
    assert played >= _RUNS
