"""Bring the database's schema up to this program's, or refuse to touch a newer one.

Alembic is imported only when there is something to do. A copy of the database is made first; each
migration is one transaction with its version row inside, so that a kill leaves the schema before
or after it and the next start goes on.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from shipway_client.errors import Failed
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import NullPool

#: The newest migration of this program; `migrations/versions` holds them all, in order.
HEAD = "0006"
KNOWN = ("0001", "0002", "0003", "0004", "0005", "0006")


def upgrade(database: Path, backups: Path) -> None:
    """Migrate `database` to HEAD, with a copy of it put into `backups` first.

    Raises:
        Failed: The schema is newer than this program, or damaged.
    """
    current = revision(database)
    if current == HEAD:
        return
    if current is not None and current not in KNOWN:
        raise Failed(
            f"The database has schema {current}, which this Shipway does not know.",
            "It was written by a newer Shipway: install that one, or restore a backup.",
        )
    if current is not None:
        _back_up(database, backups, current)
    _migrate(database)


def revision(database: Path) -> str | None:
    """Read which migration a database is at; None for a new one.

    Raises:
        Failed: The file is no database.
    """
    if not database.exists():
        return None
    try:
        with closing(sqlite3.connect(database)) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return None
        raise Failed(f"The database cannot be opened: {error}.") from error
    except sqlite3.DatabaseError as error:
        raise Failed(
            f"{database.name} is no database, or is damaged: {error}.",
            "Restore a backup from the folder `backups` of the home.",
        ) from error
    return row[0] if row else None


def _back_up(database: Path, backups: Path, current: str) -> None:
    backups.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = backups / f"catalog-{current}.sqlite3"
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def _migrate(database: Path) -> None:
    from alembic import command
    from alembic.config import Config

    engine = create_engine(f"sqlite:///{database}", poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = OFF")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, HEAD)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    engine.dispose()
    if broken:
        raise Failed(f"The migration left {len(broken)} rows that refer to nothing.")
