"""The schema: migrated by one program, described by another table of words, and both the same."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from shipway_client.errors import Failed
from shipway_daemon.catalog import schema, tables
from shipway_daemon.catalog.migrations.versions import m0001_the_thread
from shipway_daemon.database.metadata import metadata
from shipway_daemon.events import tables as events_tables
from shipway_daemon.jobs import tables as jobs_tables
from sqlalchemy import create_engine

assert tables.versions.metadata is events_tables.events.metadata is jobs_tables.jobs.metadata


def objects(database):
    """Everything that a database is made of, as it was written."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(
            "SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2"
        ).fetchall()


def test_the_migrated_schema_is_the_metadata(locations):
    """No column, index or constraint is in one and not in the other; search is SQLite's own."""
    schema.upgrade(locations.database, locations.backups)
    engine = create_engine(f"sqlite:///{locations.database}")

    def ours(thing, name, kind, _reflected, _other):
        return "_fts" not in (thing.table.name if kind in ("index", "column") else name)

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": ours}
        )
        differences = compare_metadata(context, metadata)
    engine.dispose()

    assert differences == []


def test_partial_indexes_are_those_of_the_metadata(locations):
    """Alembic does not compare their conditions, and one of them is the lock of an environment."""
    schema.upgrade(locations.database, locations.backups)
    migrated = {
        name: " ".join(sql.split())
        for kind, name, sql in objects(locations.database)
        if kind == "index" and sql
    }
    for table in metadata.tables.values():
        for index in table.indexes:
            where = index.dialect_options["sqlite"]["where"]
            condition = migrated[index.name].partition(" WHERE ")[2]
            assert condition == (str(where) if where is not None else "")


def test_an_id_is_never_given_twice(locations):
    """Every table of things with numbers has AUTOINCREMENT: cursors and events rely on it."""
    schema.upgrade(locations.database, locations.backups)
    sql = {name: text for kind, name, text in objects(locations.database) if kind == "table"}
    for table in metadata.tables.values():
        wanted = table.dialect_options["sqlite"]["autoincrement"]
        assert ("AUTOINCREMENT" in sql[table.name]) == bool(wanted), table.name


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(locations):
    """And does not even load Alembic, which costs start-up time."""
    schema.upgrade(locations.database, locations.backups)
    before = locations.database.read_bytes()
    program = (
        "import sys; from pathlib import Path; from shipway_daemon.catalog import schema;"
        f"schema.upgrade(Path({str(locations.database)!r}), Path('/nowhere'));"
        "sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
    assert locations.database.read_bytes() == before
    assert not locations.backups.exists()


def test_a_newer_schema_is_refused_with_a_sentence(locations):
    """And nothing of it is touched."""
    schema.upgrade(locations.database, locations.backups)
    with closing(sqlite3.connect(locations.database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = objects(locations.database)

    with pytest.raises(Failed, match="9999, which this Shipway does not know") as refused:
        schema.upgrade(locations.database, locations.backups)

    assert "newer Shipway" in refused.value.hint
    assert objects(locations.database) == before


@pytest.mark.parametrize(
    "content", [b"this is no database" * 100, b"SQLite format 3\0" + b"\xff" * 5000]
)
def test_a_file_that_is_no_database_is_refused_with_a_sentence(locations, content):
    locations.database.write_bytes(content)
    with pytest.raises(Failed, match="no database, or is damaged"):
        schema.upgrade(locations.database, locations.backups)
    assert locations.database.read_bytes() == content


def test_an_empty_file_is_a_new_database(locations):
    """It is what a daemon leaves that was killed before its first write."""
    locations.database.touch()
    schema.upgrade(locations.database, locations.backups)
    assert schema.revision(locations.database) == schema.HEAD


def test_an_error_in_a_migration_leaves_the_schema_before_it(locations, monkeypatch):
    """Whole or not at all: the version row is in the transaction of its migration."""
    good = m0001_the_thread.SEARCH
    for broken in (0, 3, len(good) - 1):
        program = _program(locations, f"fail_at = {len(m0001_the_thread.TABLES) + broken}")
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
        assert done.returncode == 1
        assert b"planned" in done.stderr
        assert [name for _, name, _ in objects(locations.database)] == []

    schema.upgrade(locations.database, locations.backups)
    assert schema.revision(locations.database) == schema.HEAD


@pytest.mark.parametrize(
    "statement",
    [0, *(pytest.param(each, marks=pytest.mark.e2e) for each in (1, 12, "version")), 33, "commit"],
)
def test_a_migration_that_is_killed_is_run_again(locations, statement):
    """`kill -9` at any statement: the next start finds the schema before it, and goes on."""
    program = _program(locations, f"kill_at = {statement!r}")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr

    assert schema.revision(locations.database) is None
    schema.upgrade(locations.database, locations.backups)

    fresh = locations.home / "fresh.sqlite3"
    schema.upgrade(fresh, locations.backups)
    assert objects(locations.database) == objects(fresh)


def _program(locations, when):
    """A program that migrates, and fails or is killed at one statement."""
    return f"""
import os, signal
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.engine import Engine
from shipway_daemon.catalog import schema
fail_at = kill_at = None
{when}
seen = -1

@event.listens_for(Engine, "before_cursor_execute")
def before(connection, cursor, statement, *rest):
    global seen
    if statement.startswith("INSERT INTO alembic_version") and kill_at == "version":
        os.kill(os.getpid(), signal.SIGKILL)
    if not statement.startswith("CREATE") or "alembic" in statement:
        return
    seen += 1
    if seen == kill_at:
        os.kill(os.getpid(), signal.SIGKILL)
    if seen == fail_at:
        raise RuntimeError("planned")

@event.listens_for(Engine, "commit")
def commit(connection):
    if kill_at == "commit" and seen >= 0:
        os.kill(os.getpid(), signal.SIGKILL)

schema.upgrade(Path({str(locations.database)!r}), Path({str(locations.backups)!r}))
"""


def test_a_migration_of_an_older_schema_makes_a_copy_first(locations, monkeypatch):
    """The copy is whole, although it was made of a database in use."""
    schema.upgrade(locations.database, locations.backups)
    with closing(sqlite3.connect(locations.database)) as connection:
        connection.execute("INSERT INTO owners (name) VALUES ('somebody')")
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
        connection.commit()
    monkeypatch.setattr(schema, "KNOWN", ("0000", "0001"))
    ran = []
    monkeypatch.setattr(schema, "_migrate", ran.append)

    schema.upgrade(locations.database, locations.backups)

    assert ran == [locations.database]
    with closing(sqlite3.connect(locations.backups / "catalog-0000.sqlite3")) as copy:
        assert copy.execute("SELECT name FROM owners").fetchall() == [("somebody",)]
