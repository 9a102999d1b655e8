"""Jobs in the database: what can be said of them without any engine."""

import sqlite3
from collections.abc import Iterator

import pytest
from shipway_client.errors import Busy
from shipway_client.wire import JobState
from shipway_daemon.database.metadata import metadata
from shipway_daemon.jobs import checkpoints, ending, rows, tables, views
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool


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
