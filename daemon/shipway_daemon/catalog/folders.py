"""Queries about watched folders and the files seen in them."""

from collections import Counter
from typing import Any

import msgspec
from shipway_client.errors import NotFound
from shipway_client.wire import Retention
from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from shipway_daemon.catalog.tables import folders, profiles, seen_files
from shipway_daemon.clock import now


class FolderRow(msgspec.Struct, frozen=True, kw_only=True):
    """A watched folder as it is stored."""

    id: int
    path: str
    glob: str | None
    channel: str | None
    profile: str | None
    unknown: str
    quiet: float
    candidate: bool
    preset: str | None = None
    pattern: str | None = None
    retention: Retention = Retention()


def read(tx: Connection, folder_id: int) -> FolderRow:
    """Read one folder.

    Raises:
        NotFound: There is none of that id.
    """
    row = tx.execute(_selection().where(folders.c.id == folder_id)).first()
    if row is None:
        raise NotFound(f"There is no watched folder {folder_id}.", "See `shipway watch list`.")
    return _folder(row)


def every(tx: Connection) -> list[FolderRow]:
    """Read all folders."""
    return [_folder(row) for row in tx.execute(_selection().order_by(folders.c.id))]


def by_path(tx: Connection, path: str) -> FolderRow | None:
    """Find the folder that is watched under this path."""
    row = tx.execute(_selection().where(folders.c.path == path)).first()
    return _folder(row) if row else None


def create(tx: Connection, values: dict[str, Any]) -> FolderRow:
    """Insert a folder and read it back."""
    insertion = insert(folders).values(created_at=now(), **values).returning(folders.c.id)
    return read(tx, tx.execute(insertion).scalar_one())


def change(tx: Connection, folder_id: int, values: dict[str, Any]) -> FolderRow:
    """Change columns of a folder and read it back.

    Raises:
        NotFound: There is none of that id.
    """
    if values:
        tx.execute(update(folders).where(folders.c.id == folder_id).values(**values))
    return read(tx, folder_id)


def filing_by(tx: Connection, profile_id: int) -> list[FolderRow]:
    """Read the folders that file everything under this profile."""
    query = _selection().where(folders.c.profile_id == profile_id).order_by(folders.c.id)
    return [_folder(row) for row in tx.execute(query)]


def drop(tx: Connection, folder_id: int) -> None:
    """Delete a folder and what was seen in it."""
    tx.execute(delete(seen_files).where(seen_files.c.folder_id == folder_id))
    tx.execute(delete(folders).where(folders.c.id == folder_id))


def seen(tx: Connection, folder_id: int) -> dict[bytes, str]:
    """Read the signature of every file that was dealt with, by its path."""
    query = select(seen_files.c.path, seen_files.c.signature).where(
        seen_files.c.folder_id == folder_id
    )
    return {bytes(row.path): row.signature for row in tx.execute(query)}


def set_seen(
    tx: Connection, folder_id: int, path: bytes, signature: str, outcome: str, reason: str
) -> None:
    """Record what became of a file, in place of what was known of its path."""
    chosen = (seen_files.c.folder_id == folder_id) & (seen_files.c.path == path)
    tx.execute(delete(seen_files).where(chosen))
    tx.execute(
        insert(seen_files).values(
            folder_id=folder_id,
            path=path,
            signature=signature,
            outcome=outcome,
            reason=reason,
            at=now(),
        )
    )


def forget_refused(tx: Connection, folder_id: int) -> None:
    """Let the refused files of a folder be looked at again."""
    refused = (seen_files.c.folder_id == folder_id) & (seen_files.c.outcome == "refused")
    tx.execute(delete(seen_files).where(refused))


def settle_held(tx: Connection, sha256: str, outcome: str, reason: str) -> None:
    """Record what became of held bytes, wherever they were seen."""
    held = (seen_files.c.outcome == "unmatched") & (seen_files.c.reason == sha256)
    tx.execute(update(seen_files).where(held).values(outcome=outcome, reason=reason, at=now()))


def forget(tx: Connection, folder_id: int, paths: list[bytes]) -> None:
    """Keep of these files only their number; but for held ones, which are filed or dropped yet."""
    chosen = (
        (seen_files.c.folder_id == folder_id)
        & seen_files.c.path.in_(paths)
        & (seen_files.c.outcome != "unmatched")
    )
    forgotten = _by_outcome(tx, chosen)
    if not forgotten:
        return
    tx.execute(delete(seen_files).where(chosen))
    tx.execute(
        update(folders)
        .where(folders.c.id == folder_id)
        .values(
            gone_ingested=folders.c.gone_ingested + forgotten.get("ingested", 0),
            gone_refused=folders.c.gone_refused + forgotten.get("refused", 0),
        )
    )


def counts(tx: Connection, folder_id: int) -> dict[str, int]:
    """Count a folder's files by what became of them; also those that are gone and forgotten."""
    found = _by_outcome(tx, seen_files.c.folder_id == folder_id)
    query = select(folders.c.gone_ingested, folders.c.gone_refused).where(folders.c.id == folder_id)
    ingested, refused = tx.execute(query).one()
    return dict(Counter(found) + Counter(ingested=ingested, refused=refused))


def _by_outcome(tx: Connection, chosen: ColumnElement[bool]) -> dict[str, int]:
    query = select(seen_files.c.outcome, func.count()).where(chosen)
    return dict(tx.execute(query.group_by(seen_files.c.outcome)).all())


def _selection() -> Any:
    return select(
        folders.c.id,
        folders.c.path,
        folders.c.glob,
        folders.c.channel,
        profiles.c.address.label("profile"),
        folders.c.unknown,
        folders.c.quiet,
        folders.c.candidate,
        folders.c.preset,
        folders.c.pattern,
        folders.c.retention,
    ).outerjoin(profiles, profiles.c.id == folders.c.profile_id)


def _folder(row: Row[Any]) -> FolderRow:
    return FolderRow(**row._mapping)
