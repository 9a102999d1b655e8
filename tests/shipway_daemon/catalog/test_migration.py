"""From the schema of one release to that of the next, with rows of every kind in it."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from shipway_client.wire import JobState
from shipway_daemon.catalog import schema
from shipway_daemon.catalog.migrations.versions import m0002_jobs_that_wait as m0002
from shipway_daemon.database.engine import Database
from shipway_daemon.jobs import checkpoints, rows, views, waits
from shipway_daemon.jobs.epochs import take_epoch

STATES = ("done", "running", "cancelling", "ready", "queued")


@pytest.fixture
def old(locations, monkeypatch):
    """A database at 0001 with a job in every state, each with a step, a stage and a line of log."""
    with monkeypatch.context() as patch:
        patch.setattr(schema, "HEAD", "0001")
        schema.upgrade(locations.database, locations.backups)
    with closing(sqlite3.connect(locations.database)) as connection:
        connection.execute("INSERT INTO home VALUES (1, 4, '2026-11-01T00:00:00.000Z')")
        connection.execute(
            "INSERT INTO environments (name, adapter, settings, status, reason, created_at)"
            " VALUES ('store', 'k', '{}', 'available', 'It answers.', '2026-11-01T00:00:00.000Z')"
        )
        for number, state in enumerate(STATES, start=1):
            _job(connection, number, state)
        connection.commit()
    return locations


def _job(connection: sqlite3.Connection, number: int, state: str) -> None:
    lock = "environment:1" if state == "queued" else f"environment:{number}"
    connection.execute(
        "INSERT INTO jobs (id, kind, lock_key, environment_id, environment, app, actor, state,"
        " epoch, cancel_requested, reason, hint, tracking, request, findings, created_at,"
        " started_at) VALUES (?, 'test', ?, 1, 'store', 'o/a', 'ana', ?, ?, ?, '', '', ?, '{}',"
        " '[]', '2026-11-01T00:00:00.000Z', ?)",
        (
            number,
            lock,
            state,
            4 if state in ("running", "cancelling") else None,
            state == "cancelling",
            f"t{number}",
            None if state in ("ready", "queued") else "2026-11-01T00:00:01.000Z",
        ),
    )
    at = "2026-11-01T00:00:02.000Z"
    connection.execute("INSERT INTO job_steps VALUES (?, 0, 'first', '7', ?)", (number, at))
    connection.execute("INSERT INTO job_stages VALUES (?, 0, 'Send', 'running', '')", (number,))
    connection.execute(
        "INSERT INTO job_log (job_id, at, line) VALUES (?, ?, 'a line')", (number, at)
    )


async def test_jobs_of_the_release_before_are_kept_and_taken_up(old) -> None:
    """Nothing of them is lost, and the next daemon goes on with them."""
    schema.upgrade(old.database, old.backups)
    database = Database(old.database)
    try:
        found = {
            job.id: job for job in await database.read(lambda tx: views.page(tx, None, None, 9))
        }
        assert [found[n].state for n in range(1, 6)] == [JobState(state) for state in STATES]
        assert [found[n].tries for n in range(1, 6)] == [1, 1, 1, 0, 0]
        assert all(job.waits_for == "" and job.due_at is None for job in found.values())
        epoch = await database.write(take_epoch)
        assert epoch == 5
        assert await database.write(lambda tx: rows.interrupt(tx, epoch)) == [2, 3]
        assert await database.write(rows.promote) == 1  # job 5: job 1 has left its lock
        claimed = [await database.write(lambda tx: rows.claim(tx, epoch)) for _ in range(5)]
        assert [row and (row.id, row.cancel_requested, row.tries) for row in claimed] == [
            (2, False, 1),
            (3, True, 1),
            (4, False, 1),
            (5, False, 1),
            None,
        ]
        for number in range(1, 6):
            log = await database.read(lambda tx, n=number: views.log_page(tx, n, None, 9))
            steps = await database.read(lambda tx, n=number: checkpoints.step_results(tx, n))
            assert ([line.line for line in log], steps) == (["a line"], [("first", 7)])
        assert await database.read(lambda tx: waits.every(tx, None)) == []
    finally:
        await database.close()


def test_the_migrated_old_one_is_like_a_new_one(old) -> None:
    """The same tables and indexes, and the lock holds who waits as well."""
    schema.upgrade(old.database, old.backups)
    fresh = old.home / "fresh.sqlite3"
    schema.upgrade(fresh, old.backups)
    assert _objects(old.database) == _objects(fresh)
    with closing(sqlite3.connect(old.database)) as connection:
        connection.execute("UPDATE jobs SET state = 'waiting' WHERE id = 2")
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("UPDATE jobs SET lock_key = 'environment:2' WHERE id = 3")


def test_the_copy_that_was_made_first_is_the_old_one(old) -> None:
    schema.upgrade(old.database, old.backups)
    copy = old.backups / "catalog-0001.sqlite3"
    assert schema.revision(copy) == "0001"
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM jobs").fetchone() == (len(STATES),)


@pytest.mark.parametrize("statement", [0, 6, 9, len(m0002.STATEMENTS) - 1, "version", "commit"])
def test_killed_at_any_statement_it_is_run_again(old, statement) -> None:
    """`kill -9` in the middle: the schema is the old one, with all its rows, and is mended."""
    done = subprocess.run(
        [sys.executable, "-c", _killed(old, statement)], capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert schema.revision(old.database) == "0001"
    schema.upgrade(old.database, old.backups)
    assert schema.revision(old.database) == schema.HEAD
    with closing(sqlite3.connect(old.database)) as connection:
        kept = connection.execute("SELECT state FROM jobs ORDER BY id").fetchall()
    assert [state for (state,) in kept] == list(STATES)


def _objects(database):
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(
            "SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2"
        ).fetchall()


def _killed(locations, when) -> str:
    """A program that migrates, and is killed at one statement of 0002."""
    return f"""
import os, signal
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.engine import Engine
from shipway_daemon.catalog import schema
from shipway_daemon.catalog.migrations.versions import m0002_jobs_that_wait as m0002
when = {when!r}
words = [" ".join(statement.split()) for statement in m0002.STATEMENTS]
seen = set()

@event.listens_for(Engine, "before_cursor_execute")
def before(connection, cursor, statement, *rest):
    plain = " ".join(statement.split())
    if when == "version" and plain.startswith("UPDATE alembic_version"):
        os.kill(os.getpid(), signal.SIGKILL)
    if plain in words:
        seen.add(plain)
        if when == words.index(plain):
            os.kill(os.getpid(), signal.SIGKILL)

@event.listens_for(Engine, "commit")
def commit(connection):
    if when == "commit" and seen:
        os.kill(os.getpid(), signal.SIGKILL)

schema.upgrade(Path({str(locations.database)!r}), Path({str(locations.backups)!r}))
"""
