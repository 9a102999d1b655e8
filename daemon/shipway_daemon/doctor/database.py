"""Whether the catalogue is whole, and of a schema that this program knows."""

from pathlib import Path

from shipway_plugins.words import Finding
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from shipway_daemon.catalog import offline, schema
from shipway_daemon.doctor.words import Checked, error, info, warning

NAME = "database"
_RESTORE = "Restore a backup of the catalogue from the folder `backups` of the home."
#: The first four bytes of a write-ahead log of SQLite, in either byte order.
_WAL_MAGIC = (bytes.fromhex("377f0682"), bytes.fromhex("377f0683"))


def check(path: Path, engine: Engine, *, thorough: bool) -> tuple[Checked, bool]:
    """Check the catalogue; true where it can be read and the other checks may ask it."""
    if not path.exists():
        nothing = "There is no catalogue: no daemon ever ran for this home."
        return Checked(name=NAME, summary=nothing), False
    log = _check_log(path)
    try:
        with engine.connect() as tx:
            revision = offline.revision(tx)
            broken = offline.integrity(tx, thorough=thorough)
            dangling = offline.dangling(tx)
    except DatabaseError as problem:
        sentence = f"The catalogue cannot be read: {problem.orig}."
        damaged = error("database-unreadable", sentence, _RESTORE)
        told = Checked(name=NAME, summary="It cannot be read.", findings=[damaged, *log])
        return told, False
    findings = [
        *log,
        *(
            error("database-damaged", f"SQLite says of the catalogue: {line}.", _RESTORE)
            for line in broken
        ),
        *(
            error("database-dangling", f"Rows refer to nothing: {told}.", _RESTORE)
            for told in dangling
        ),
        *_check_schema(revision),
    ]
    method = "whole by integrity_check" if thorough else "whole by quick_check"
    summary = f"Schema {revision or 'none'}, {'damaged' if broken else method}."
    return Checked(name=NAME, summary=summary, findings=findings), revision == schema.HEAD


def _check_schema(revision: str | None) -> list[Finding]:
    if revision == schema.HEAD:
        return []
    if revision is None or revision in schema.KNOWN:
        sentence = f"The catalogue is of the older schema {revision or 'none'}."
        return [info("schema-older", sentence, "The next start of the daemon migrates it.")]
    return [
        error(
            "schema-newer",
            f"The catalogue is of schema {revision}, which this Shipway does not know.",
            "Install the newer Shipway that wrote it, or restore a backup.",
        )
    ]


def _check_log(path: Path) -> list[Finding]:
    """SQLite passes over a write-ahead log that is none, and says nothing."""
    try:
        with path.with_name(path.name + "-wal").open("rb") as log:
            first = log.read(4)
    except FileNotFoundError:
        return []
    except OSError as problem:
        sentence = f"The write-ahead log cannot be read: {problem.strerror}."
        return [error("log-unreadable", sentence, "See who may read the files of the home.")]
    if not first or first in _WAL_MAGIC:
        return []
    return [
        warning(
            "log-damaged",
            "The write-ahead log of the catalogue is none: what was written last may be lost.",
            "Compare the newest versions and events with what you expect; the next start goes on "
            "from the last whole state.",
        )
    ]
