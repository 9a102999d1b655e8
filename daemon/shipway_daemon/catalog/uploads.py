"""Queries about uploads: those that are open, and those that are done, while that is told."""

from typing import Any

import msgspec
from shipway_client.errors import NotFound
from shipway_client.wire import UploadState
from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from shipway_daemon.catalog.tables import uploads

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


def page(tx: Connection, before: int | None, limit: int) -> list[UploadRow]:
    """Read uploads, newest first."""
    query = select(uploads).order_by(uploads.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(uploads.c.number < before)
    return [_upload(row) for row in tx.execute(query)]


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
