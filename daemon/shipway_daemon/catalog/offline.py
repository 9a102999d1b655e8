"""The catalogue read from outside, also beside a daemon: never written to, and never trusted."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, exists, func, or_, select, text
from sqlalchemy.pool import NullPool

from shipway_daemon.catalog.tables import blobs, profiles, unmatched, versions

#: How many lines of an integrity check are read; the first ones say enough.
MOST_LINES = 20


@contextmanager
def opened(database: Path) -> Iterator[Engine]:
    """Open a catalogue for reading only, whoever writes to it meanwhile.

    What a connection of it raises where the file is damaged is `sqlalchemy.exc.DatabaseError`.
    """
    engine = create_engine("sqlite://", creator=lambda: _connect(database), poolclass=NullPool)
    try:
        yield engine
    finally:
        engine.dispose()


def _connect(database: Path) -> sqlite3.Connection:
    uri = f"file:{quote(str(database))}?mode=ro{_unshared(database)}"
    return sqlite3.connect(uri, uri=True, timeout=10)


def snapshot(database: Path, target: Path) -> None:
    """Copy a catalogue of one moment into the file `target`, whoever writes to it meanwhile.

    All pages are copied in one read transaction, which keeps nobody from writing. The copy is one
    file, without a write-ahead log.

    Raises:
        sqlite3.Error: It cannot be read, or the disk is full.
    """
    target.unlink(missing_ok=True)
    with closing(_connect(database)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def _unshared(database: Path) -> str:
    """Where nothing can be written and nobody has it open, SQLite must be told so.

    It shares its write-ahead log through a file beside the catalogue, which it would have to make.
    """
    shared = database.with_name(database.name + "-shm").exists()
    return "" if shared or os.access(database.parent, os.W_OK) else "&immutable=1"


def revision(tx: Connection) -> str | None:
    """Read which migration the catalogue is at; None where it was never made."""
    made = tx.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")).first()
    if made is None:
        return None
    return tx.execute(text("SELECT version_num FROM alembic_version")).scalar()


def integrity(tx: Connection, *, thorough: bool) -> list[str]:
    """Have SQLite check its own file; returns what is wrong, 20 lines at most.

    `thorough` also compares each index with its table, which takes several times as long.
    """
    pragma = "integrity_check" if thorough else "quick_check"
    lines = tx.execute(text(f"PRAGMA {pragma}({MOST_LINES})")).scalars()
    return [line for line in lines if line != "ok"]


def dangling(tx: Connection) -> list[str]:
    """Name the tables with rows that refer to nothing, with the table that they refer to."""
    found = {(row[0], row[2]) for row in tx.execute(text("PRAGMA foreign_key_check"))}
    return [f"{table} to {parent}" for table, parent in sorted(found)]


def blob_page(tx: Connection, after: str, limit: int) -> list[tuple[str, int]]:
    """Read digests and sizes of recorded blobs, by digest, beyond the digest `after`."""
    query = (
        select(blobs.c.sha256, blobs.c.size)
        .where(blobs.c.sha256 > after)
        .order_by(blobs.c.sha256)
        .limit(limit)
    )
    return [(row.sha256, row.size) for row in tx.execute(query)]


def named_blob_page(tx: Connection, after: str, limit: int) -> list[tuple[str, int]]:
    """Read digests and sizes of blobs that a version or a held binary names, beyond `after`."""
    named = (exists().where(table.c.sha256 == blobs.c.sha256) for table in (versions, unmatched))
    query = (
        select(blobs.c.sha256, blobs.c.size)
        .where(blobs.c.sha256 > after, or_(*named))
        .order_by(blobs.c.sha256)
        .limit(limit)
    )
    return [(row.sha256, row.size) for row in tx.execute(query)]


@dataclass(frozen=True)
class Counts:
    """How many profiles and versions there are."""

    profiles: int
    versions: int


def counts(tx: Connection) -> Counts:
    """Count what a person knows a home by."""
    one, other = (
        tx.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (profiles, versions)
    )
    return Counts(profiles=one, versions=other)


def last_event(tx: Connection) -> int:
    """The number of the newest event; 0 before the first."""
    return int(tx.execute(text("SELECT coalesce(max(seq), 0) FROM events")).scalar_one())


def namers(tx: Connection, sha256: str, limit: int) -> list[str]:
    """Name the versions and held binaries of a digest, `limit` of each at most."""
    of_versions = (
        select(profiles.c.address, versions.c.number)
        .join(profiles, profiles.c.id == versions.c.profile_id)
        .where(versions.c.sha256 == sha256)
        .limit(limit)
    )
    held = select(unmatched.c.id).where(unmatched.c.sha256 == sha256).limit(limit)
    named = [f"{row.address}@{row.number}" for row in tx.execute(of_versions)]
    return named + [f"held binary {number}" for number in tx.execute(held).scalars()]
