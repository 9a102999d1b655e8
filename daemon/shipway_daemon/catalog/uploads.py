"""Queries about uploads: those that are open, and those that are done, while that is told."""

from collections.abc import Collection
from typing import Any

import msgspec
from shipway_client.errors import NotFound
from shipway_client.wire import UploadState
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    delete,
    func,
    insert,
    not_,
    select,
    update,
)

from shipway_daemon.catalog.tables import uploads
from shipway_daemon.queries.asked import Asked
from shipway_daemon.queries.conditions import Condition, conditions, contains, text_is
from shipway_daemon.queries.keyset import Keyset, Sort
from shipway_daemon.queries.words import Term

_OPEN = str(UploadState.OPEN)


class UploadRow(msgspec.Struct, frozen=True, kw_only=True):
    """An upload as it is stored; how many bytes of it there are, its file knows."""

    number: int
    id: str
    resume_key: str | None
    file_name: str
    size: int
    sha256: str | None
    arrival: dict[str, Any]
    actor: str
    state: str
    version_id: int | None
    created: bool | None
    created_at: str
    expires_at: str

    @property
    def open(self) -> bool:
        """Whether more bytes, or the commit, are waited for."""
        return self.state == _OPEN


def read(tx: Connection, upload: str) -> UploadRow:
    """Read one upload.

    Raises:
        NotFound: There is none of that id, or it was forgotten.
    """
    row = tx.execute(select(uploads).where(uploads.c.id == upload)).first()
    if row is None:
        raise NotFound(
            f"There is no upload {upload}; it may have expired.", "See `shipway upload list`."
        )
    return _upload(row)


def exists(tx: Connection, upload: str) -> bool:
    """Tell whether there is an upload of this id."""
    query = select(uploads.c.number).where(uploads.c.id == upload)
    return tx.execute(query).first() is not None


def with_key(tx: Connection, key: str) -> UploadRow | None:
    """Find the open upload of this key."""
    row = tx.execute(_open().where(uploads.c.resume_key == key)).first()
    return _upload(row) if row else None


SORTS = Keyset[UploadRow](
    {
        "created": Sort(uploads.c.number, lambda row: row.number, int, unique=True),
        "file": Sort(uploads.c.file_name, lambda row: row.file_name, str),
        "size": Sort(uploads.c.size, lambda row: row.size, int),
    },
    uploads.c.number,
    lambda row: row.number,
)


def page(tx: Connection, ask: Asked, ingesting: Collection[str]) -> list[UploadRow]:
    """Read uploads, and one more where there are more; open ones may be `ingesting`, by their ids.

    Raises:
        WrongUsage: The cursor is none of this order.
    """
    texts = (uploads.c.file_name, uploads.c.actor)
    chosen = select(uploads).where(
        *conditions(ask.query, _fields(ingesting)), *contains(ask.query, texts)
    )
    page = SORTS.page(chosen.limit(ask.limit + 1), ask.order, ask.after)
    return [_upload(row) for row in tx.execute(page)]


def _fields(ingesting: Collection[str]) -> dict[str, Condition]:
    taken_in = uploads.c.id.in_(ingesting)

    def state(term: Term) -> ColumnElement[bool]:
        if term.value == UploadState.INGESTING:
            return taken_in
        stored: ColumnElement[bool] = uploads.c.state == term.value
        return and_(stored, not_(taken_in))

    return {
        "state": state,
        "actor": text_is(uploads.c.actor),
        "file": text_is(uploads.c.file_name),
    }


def every_open(tx: Connection) -> list[UploadRow]:
    """Read all that are open."""
    return [_upload(row) for row in tx.execute(_open().order_by(uploads.c.number))]


def count_open(tx: Connection) -> int:
    """Count those that are open."""
    query = select(func.count()).select_from(uploads).where(uploads.c.state == _OPEN)
    return int(tx.execute(query).scalar_one())


def expired(tx: Connection, now: str) -> list[UploadRow]:
    """Read those whose time is over."""
    return [_upload(row) for row in tx.execute(select(uploads).where(uploads.c.expires_at < now))]


def create(tx: Connection, values: dict[str, Any]) -> UploadRow:
    """Insert an open upload and read it back."""
    tx.execute(insert(uploads).values(state=_OPEN, **values))
    return read(tx, values["id"])


def keep_until(tx: Connection, upload: str, expires_at: str) -> None:
    """Move the time at which an upload is forgotten."""
    tx.execute(update(uploads).where(uploads.c.id == upload).values(expires_at=expires_at))


def finish(tx: Connection, upload: str, version: int, expires_at: str, *, created: bool) -> None:
    """Remember what became of an upload."""
    tx.execute(
        update(uploads)
        .where(uploads.c.id == upload)
        .values(
            state=str(UploadState.DONE), version_id=version, created=created, expires_at=expires_at
        )
    )


def drop(tx: Connection, upload: str) -> None:
    """Forget an upload."""
    tx.execute(delete(uploads).where(uploads.c.id == upload))


def _open() -> Select[Any]:
    return select(uploads).where(uploads.c.state == _OPEN)


def _upload(row: Row[Any]) -> UploadRow:
    return UploadRow(**row._mapping)
