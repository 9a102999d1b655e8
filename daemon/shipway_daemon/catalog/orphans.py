"""Queries about blobs that are recorded and blobs that nothing names, one part of them at a time.

`first` is what the digests of that part begin with.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, delete, exists, select

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


def named(tx: Connection, digests: Iterable[str]) -> set[str]:
    """Tell which of these digests a version or a held binary names."""
    wanted = list(digests)
    return {
        sha256
        for table in (versions, unmatched)
        for sha256 in tx.execute(
            select(table.c.sha256).where(table.c.sha256.in_(wanted)).distinct()
        ).scalars()
    }


def release(tx: Connection, digests: Iterable[str]) -> list[str]:
    """Forget the blobs among these that nothing names; returns those, to be removed now."""
    wanted = list(digests)
    names = named(tx, wanted)
    free = [sha256 for sha256 in wanted if sha256 not in names]
    tx.execute(delete(blobs).where(blobs.c.sha256.in_(free)))
    return free


def _among(first: str) -> ColumnElement[bool]:
    """From `a` to before `ag`, which no digest reaches."""
    return blobs.c.sha256.between(first, first + "g")
