"""Whatever happens in whatever order: one live job per lock, old daemons write nothing, and nobody
waits for a lock that is free.

The machine plays two daemons, of which the older one is thawed again and again after the newer one
took over, and a crowd that submits, queues and cancels. Beside the tables it keeps what a person
would expect, and compares after every step.
"""

import contextlib
import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
)
from shipway_client.errors import Busy
from shipway_client.wire import JobOutcome, JobState
from shipway_daemon.database.metadata import metadata
from shipway_daemon.jobs import checkpoints, ending, rows, tables, views
from shipway_plugins.words import Stage
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

LOCKS = ("one", "two", None)
LIVE = {JobState.READY, JobState.RUNNING, JobState.CANCELLING}


def memory() -> Engine:
    """A database in memory, with transactions as the daemon has them."""
    engine = create_engine("sqlite://", poolclass=StaticPool)

    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    owned = (tables.home, tables.jobs, tables.steps, tables.stages, tables.log)
    metadata.create_all(engine, tables=list(owned))
    return engine


def new_job(number: int, lock: str | None) -> rows.NewJob:
    return rows.NewJob(
        kind="publish", actor="somebody", tracking=f"t{number}", request={}, lock_key=lock
    )


class Jobs(RuleBasedStateMachine):
    """Two daemons, three locks (one of them none) and a crowd."""

    jobs = Bundle("jobs")
    #: A job and the epoch of the daemon that once claimed it, and may believe that it owns it.
    claims = Bundle("claims")

    @initialize()
    def begin(self) -> None:
        self.engine = memory()
        self.epoch = 1
        self.submitted = 0
        self.expected: dict[int, JobState] = {}
        self.lock: dict[int, str | None] = {}
        self.owner: dict[int, int] = {}
        self.cancels: set[int] = set()
        self.steps: dict[int, int] = {}

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.engine.dispose()

    # ---------------------------------------------------------------------- crowd

    @rule(target=jobs, lock=st.sampled_from(LOCKS), queue=st.booleans())
    def submit(self, lock: str | None, queue: bool) -> int | None:
        self.submitted += 1
        live = self._in(lock, LIVE) if lock else []
        waiting = self._in(lock, {JobState.QUEUED}) if lock else []
        try:
            with self.engine.begin() as tx:
                job = rows.submit(tx, new_job(self.submitted, lock), queue=queue)
        except Busy:
            assert live, "nobody held it"
            assert not queue, "it would have waited"
            return -1
        assert not live or queue
        waits = bool(lock and queue and (live or waiting))
        self.expected[job] = JobState.QUEUED if waits else JobState.READY
        self.lock[job] = lock
        return job

    @rule(job=jobs)
    def cancel(self, job: int) -> None:
        if job not in self.expected:
            return
        before = self.expected[job]
        with self.engine.begin() as tx:
            told = ending.request_cancel(tx, job)
        after = {JobState.QUEUED: JobState.DONE, JobState.RUNNING: JobState.CANCELLING}
        self.expected[job] = after.get(before, before)
        assert told is self.expected[job]
        if before in (JobState.READY, JobState.RUNNING):
            self.cancels.add(job)

    # -------------------------------------------------------------------- daemons

    @rule(target=claims)
    def claim(self) -> tuple[int, int]:
        ready = [job for job, state in self.expected.items() if state is JobState.READY]
        with self.engine.begin() as tx:
            row = rows.claim(tx, self.epoch)
        assert (row.id if row else None) == min(ready, default=None), "the oldest ready one"
        if row is None:
            return (-1, 0)
        assert row.cancel_requested == (row.id in self.cancels), "a request to cancel is lost"
        self.expected[row.id] = JobState.RUNNING
        self.owner[row.id] = self.epoch
        return (row.id, self.epoch)

    @rule(claim=claims)
    def checkpoint(self, claim: tuple[int, int]) -> None:
        """The owner records a step and its stages; whoever is not the owner any more does not."""
        job, epoch = claim
        with self.engine.begin() as tx:
            if not self._proves(tx, job, epoch):
                return
            position = self.steps.get(job, 0)
            checkpoints.save_step(tx, job, position, f"step-{position}", position)
            checkpoints.save_stages(tx, job, [Stage(name="Work")])
        self.steps[job] = position + 1

    @rule(claim=consumes(claims), outcome=st.sampled_from(JobOutcome))
    def end(self, claim: tuple[int, int], outcome: JobOutcome) -> None:
        job, epoch = claim
        with self.engine.begin() as tx:
            if not self._proves(tx, job, epoch):
                return
            ending.end(tx, job, outcome, "", "")
            rows.promote(tx)
        self.expected[job] = JobState.DONE
        self._expect_promotion()

    @precondition(lambda self: self.epoch < 6)
    @rule()
    def another_daemon_starts(self) -> None:
        self.epoch += 1
        owned = {JobState.RUNNING, JobState.CANCELLING}
        left = sorted(job for job, state in self.expected.items() if state in owned)
        with self.engine.begin() as tx:
            assert rows.interrupt(tx, self.epoch) == left
            rows.promote(tx)
        self.expected.update(dict.fromkeys(left, JobState.READY))
        for job in left:
            del self.owner[job]
        self._expect_promotion()

    # ----------------------------------------------------------------- invariants

    @invariant()
    def it_is_as_expected(self) -> None:
        if not hasattr(self, "engine"):
            return
        with self.engine.begin() as tx:
            found = {row.id: row for row in tx.execute(tables.jobs.select())}
            counts = {job: len(checkpoints.step_results(tx, job)) for job in found}
        assert {job: JobState(row.state) for job, row in found.items()} == self.expected
        assert counts == {job: self.steps.get(job, 0) for job in found}
        for job, row in found.items():
            if row.state in (JobState.RUNNING, JobState.CANCELLING):
                assert row.epoch == self.owner[job]

    @invariant()
    def a_lock_has_one_holder_at_most_and_no_one_waits_in_vain(self) -> None:
        for lock in ("one", "two"):
            live = self._in(lock, LIVE)
            assert len(live) <= 1
            if self._in(lock, {JobState.QUEUED}):
                assert live, f"{lock} is free, and a job waits for it"

    # ---------------------------------------------------------------------- parts

    def _in(self, lock: str | None, states: set[JobState]) -> list[int]:
        expected = getattr(self, "expected", {})
        return [
            job for job, state in expected.items() if state in states and self.lock[job] == lock
        ]

    def _proves(self, tx: Connection, job: int, epoch: int) -> bool:
        """Ask as a daemon does before it writes; the answer must be what we know."""
        if job not in self.expected:
            return False
        owned = self.expected[job] in (JobState.RUNNING, JobState.CANCELLING)
        mine = owned and self.owner.get(job) == epoch
        with contextlib.suppress(rows.Fenced):
            rows.prove(tx, job, epoch)
            assert mine, f"epoch {epoch} writes job {job}, which is not its own"
            return True
        assert not mine, f"epoch {epoch} is kept from its own job {job}"
        return False

    def _expect_promotion(self) -> None:
        for lock in ("one", "two"):
            waiting = self._in(lock, {JobState.QUEUED})
            if waiting and not self._in(lock, LIVE):
                self.expected[min(waiting)] = JobState.READY


_FEW = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
_MANY = settings(_FEW, max_examples=400, stateful_step_count=60)


class TestJobs(Jobs.TestCase):
    """A few histories, in every run of the tests."""

    settings = _FEW


@pytest.mark.e2e
class TestManyJobs(Jobs.TestCase):
    """Many and longer ones."""

    settings = _MANY


# ------------------------------------------------------------- what is easily said


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = memory()
    yield made
    made.dispose()


def test_two_live_jobs_of_a_lock_cannot_be_written_at_all(engine: Engine) -> None:
    """The database itself says no, whatever a program forgot to ask."""
    with engine.begin() as tx:
        rows.submit(tx, new_job(1, "one"), queue=False)
    with engine.begin() as tx, pytest.raises(Busy):
        rows.submit(tx, new_job(2, "one"), queue=False)
    with engine.begin() as tx:
        assert tx.execute(tables.jobs.select()).one().tracking == "t1"


def test_a_clock_that_jumps_changes_no_order(engine: Engine, monkeypatch) -> None:
    """The first to be submitted is the first to run, though the clock says otherwise."""
    times = iter(["2030-01-01T00:00:00.000Z", "1999-01-01T00:00:00.000Z"])
    with engine.begin() as tx:
        monkeypatch.setattr(rows, "now", lambda: next(times))
        first, second = (rows.submit(tx, new_job(n, None), queue=False) for n in (1, 2))
        monkeypatch.setattr(rows, "now", lambda: "1970-01-01T00:00:00.000Z")
        claimed = [rows.claim(tx, 1), rows.claim(tx, 1), rows.claim(tx, 1)]
    assert [row and row.id for row in claimed] == [first, second, None]


def test_an_interrupted_job_keeps_its_start_and_its_steps(engine: Engine) -> None:
    with engine.begin() as tx:
        job = rows.submit(tx, new_job(1, "one"), queue=False)
        rows.claim(tx, 1)
        checkpoints.save_step(tx, job, 0, "prepare", 7)
        started = views.read(tx, job).started_at
    with engine.begin() as tx:
        assert rows.interrupt(tx, 2) == [job]
        again = rows.claim(tx, 2)
        assert again is not None
        assert (again.id, again.epoch) == (job, 2)
        assert views.read(tx, job).started_at == started
        assert checkpoints.step_results(tx, job) == [("prepare", 7)]


def test_a_request_to_cancel_survives_the_daemon(engine: Engine) -> None:
    with engine.begin() as tx:
        job = rows.submit(tx, new_job(1, "one"), queue=False)
        rows.claim(tx, 1)
        assert ending.request_cancel(tx, job) is JobState.CANCELLING
    with engine.begin() as tx:
        rows.interrupt(tx, 2)
        again = rows.claim(tx, 2)
    assert again is not None
    assert again.cancel_requested
