"""Queries about binaries that are held because no profile has their identifier."""

from typing import Any

import msgspec
from shipway_client.errors import NotFound
from shipway_plugins.words import Inspection
from sqlalchemy import Connection, Row, delete, insert, select

from shipway_daemon.catalog.tables import profiles, unmatched
from shipway_daemon.clock import now


class HeldRow(msgspec.Struct, frozen=True, kw_only=True):
    """A held binary as it is stored; `arrival` is the intake's own."""

    id: int
    sha256: str
    size: int
    folder_id: int | None
    file_name: str
    source: str
    channel: str
    identifier: str | None
    inspection: Inspection
    arrival: dict[str, Any]
    created_at: str


def read(tx: Connection, held_id: int) -> HeldRow:
    """Read one held binary.

    Raises:
        NotFound: There is none of that id; it may have been filed or dropped.
    """
    row = tx.execute(select(unmatched).where(unmatched.c.id == held_id)).first()
    if row is None:
        raise NotFound(f"There is no held binary {held_id}.", "See `shipway unmatched list`.")
    return _row(row)


def page(tx: Connection, folder: int | None, before: int | None, limit: int) -> list[HeldRow]:
    """Read held binaries, newest first, of one folder or of all."""
    query = select(unmatched).order_by(unmatched.c.id.desc()).limit(limit)
    if folder is not None:
        query = query.where(unmatched.c.folder_id == folder)
    if before is not None:
        query = query.where(unmatched.c.id < before)
    return [_row(row) for row in tx.execute(query)]


def with_digest(tx: Connection, sha256: str) -> int | None:
    """Find the held binary of these bytes."""
    query = select(unmatched.c.id).where(unmatched.c.sha256 == sha256)
    return tx.execute(query).scalar()


def create(tx: Connection, values: dict[str, Any]) -> int:
    """Insert a held binary and return its id; its blob is recorded already."""
    insertion = insert(unmatched).values(created_at=now(), **values)
    return int(tx.execute(insertion.returning(unmatched.c.id)).scalar_one())


def drop(tx: Connection, held_id: int) -> None:
    """Delete the row of a held binary; its blob stays until it is collected."""
    tx.execute(delete(unmatched).where(unmatched.c.id == held_id))


def with_a_profile(tx: Connection) -> list[int]:
    """Find those whose identifier and channel a profile has by now, oldest first."""
    query = (
        select(unmatched.c.id)
        .join(
            profiles,
            (profiles.c.identifier == unmatched.c.identifier)
            & (profiles.c.channel == unmatched.c.channel),
        )
        .distinct()
        .order_by(unmatched.c.id)
    )
    return list(tx.execute(query).scalars())


def without_identifier(tx: Connection) -> list[HeldRow]:
    """Read those that do not say what they are, oldest first."""
    query = select(unmatched).where(unmatched.c.identifier.is_(None)).order_by(unmatched.c.id)
    return [_row(row) for row in tx.execute(query)]


def _row(row: Row[Any]) -> HeldRow:
    return HeldRow(**row._mapping)
