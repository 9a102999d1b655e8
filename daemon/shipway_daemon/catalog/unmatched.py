"""Queries about binaries that are held because no profile has their identifier."""

from typing import Any

import msgspec
from shipway_client.errors import NotFound
from shipway_client.wire import UnmatchedFile
from shipway_plugins.words import Inspection
from sqlalchemy import Connection, Row, Text, cast, delete, func, insert, select

from shipway_daemon.catalog.tables import profiles, unmatched
from shipway_daemon.clock import now
from shipway_daemon.queries.conditions import Condition, conditions, contains, text_is
from shipway_daemon.queries.keyset import Keyset, Sort
from shipway_daemon.queries.orders import NEWEST_FIRST, Order
from shipway_daemon.queries.words import Query

SORTS = Keyset[UnmatchedFile](
    {
        "created": Sort(unmatched.c.id, lambda held: held.id, int, unique=True),
        "file": Sort(unmatched.c.file_name, lambda held: held.file_name, str),
        "identifier": Sort(
            func.coalesce(unmatched.c.identifier, ""), lambda held: held.identifier or "", str
        ),
        "channel": Sort(unmatched.c.channel, lambda held: held.channel, str),
        "size": Sort(unmatched.c.size, lambda held: held.size, int),
    },
    unmatched.c.id,
    lambda held: held.id,
)

_FIELDS: dict[str, Condition] = {
    "channel": text_is(unmatched.c.channel),
    "identifier": text_is(unmatched.c.identifier),
    "file": text_is(unmatched.c.file_name),
    "folder": text_is(cast(unmatched.c.folder_id, Text)),
}


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


def page(
    tx: Connection,
    folder: int | None,
    after: str | None,
    limit: int,
    query: Query | None = None,
    order: Order = NEWEST_FIRST,
) -> list[HeldRow]:
    """Read held binaries of one folder or of all, newest first unless asked otherwise.

    Raises:
        WrongUsage: `after` is no cursor of this order.
    """
    asked = query or Query()
    texts = (unmatched.c.file_name, unmatched.c.source, unmatched.c.identifier)
    chosen = select(unmatched).where(*conditions(asked, _FIELDS), *contains(asked, texts))
    if folder is not None:
        chosen = chosen.where(unmatched.c.folder_id == folder)
    return [_row(row) for row in tx.execute(SORTS.page(chosen.limit(limit), order, after))]


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
