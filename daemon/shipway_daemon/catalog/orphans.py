"""Queries about blobs that are recorded and blobs that nothing names, one part of them at a time.

`first` is what the digests of that part begin with.
"""

from sqlalchemy import ColumnElement, Connection, exists, select

from shipway_daemon.catalog.tables import blobs, unmatched, versions


def recorded(tx: Connection, first: str) -> set[str]:
    """Read the digests that are recorded."""
    return set(tx.execute(select(blobs.c.sha256).where(_among(first))).scalars())


def unnamed(tx: Connection, first: str) -> set[str]:
    """Read the digests that are recorded and that neither a version nor a held binary names."""
    query = select(blobs.c.sha256).where(_among(first))
    for table in (versions, unmatched):
        query = query.where(~exists().where(table.c.sha256 == blobs.c.sha256))
    return set(tx.execute(query).scalars())


def is_named(tx: Connection, sha256: str) -> bool:
    """Tell whether a version or a held binary names a digest."""
    return any(
        tx.execute(select(named).where(named == sha256).limit(1)).first() is not None
        for named in (versions.c.sha256, unmatched.c.sha256)
    )


def _among(first: str) -> ColumnElement[bool]:
    """From `a` to before `ag`, which no digest reaches."""
    return blobs.c.sha256.between(first, first + "g")
