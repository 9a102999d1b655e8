"""Queries about what retention may take: few rows at a time, each by an index."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from shipway_client.wire import Retention
from sqlalchemy import ColumnElement, Connection, Select, func, select

from shipway_daemon.catalog.tables import (
    folders,
    profiles,
    publications,
    unmatched,
    versions,
)
from shipway_daemon.clock import stamp
from shipway_daemon.rules.retention import speaks


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """The versions that one rule counts: those of a profile, or those of it from one folder."""

    profile_id: int
    folder_id: int | None
    retention: Retention


class Aging(msgspec.Struct, frozen=True, kw_only=True):
    """A version as far as retention asks."""

    id: int
    profile_id: int
    profile: str
    number: int
    folder_id: int | None
    sha256: str
    size: int
    version: str | None
    build: str | None
    candidate: bool
    created_at: str

    @property
    def address(self) -> str:
        """`owner/name@N`."""
        return f"{self.profile}@{self.number}"


def of_profiles(tx: Connection) -> list[Scope]:
    """Read the profiles whose retention limits something."""
    query = select(profiles.c.id, profiles.c.settings).order_by(profiles.c.id)
    return [
        Scope(profile_id=row.id, folder_id=None, retention=row.settings.retention)
        for row in tx.execute(query)
        if speaks(row.settings.retention)
    ]


def of_folders(tx: Connection) -> list[Scope]:
    """Read the folders whose retention limits something, once for each profile that they fed."""
    return [
        Scope(profile_id=profile_id, folder_id=folder_id, retention=retention)
        for folder_id, retention in folder_rules(tx).items()
        for profile_id in tx.execute(
            select(versions.c.profile_id).where(versions.c.folder_id == folder_id).distinct()
        ).scalars()
    ]


def folder_rules(tx: Connection) -> dict[int, Retention]:
    """Read the retention of every folder where it limits something."""
    query = select(folders.c.id, folders.c.retention).order_by(folders.c.id)
    return {row.id: row.retention for row in tx.execute(query) if speaks(row.retention)}


def profile_rule(tx: Connection, profile_id: int) -> Retention:
    """Read the retention of a profile."""
    query = select(profiles.c.settings).where(profiles.c.id == profile_id)
    settings = tx.execute(query).scalar_one()
    retention: Retention = settings.retention
    return retention


def beyond(
    tx: Connection, scope: Scope, wall: datetime, before: int | None, limit: int
) -> list[Aging]:
    """Read versions that the rule of a scope may let go by count and age, newest first.

    `before` is the id of the last one read. What it returns is to be judged; what it leaves out
    stays by that rule.
    """
    query = _aging().where(*_of(scope)).order_by(versions.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(versions.c.id < before)
    kept = scope.retention
    if kept.keep_last is not None:
        nth = _nth_newest(scope, kept.keep_last).scalar_subquery()
        query = query.where(versions.c.id < nth)
    if kept.keep_days is not None:
        query = query.where(versions.c.created_at < stamp(wall - timedelta(days=kept.keep_days)))
    return [Aging(**row._mapping) for row in tx.execute(query)]


def aging(tx: Connection, ids: Iterable[int]) -> list[Aging]:
    """Read versions by their ids, newest first; those that are gone are left out."""
    query = _aging().where(versions.c.id.in_(list(ids))).order_by(versions.c.id.desc())
    return [Aging(**row._mapping) for row in tx.execute(query)]


def nth_newest(tx: Connection, scope: Scope, n: int) -> int:
    """Find the id of the n-th newest version of a scope; 0 where it has fewer."""
    return int(tx.execute(_nth_newest(scope, n)).scalar() or 0)


def published(tx: Connection) -> set[str]:
    """Read the digests that are live in any environment."""
    rows = tx.execute(select(publications.c.live)).scalars()
    return {entry.digest for live in rows for entry in live}


def named_times(tx: Connection, digests: Iterable[str]) -> Counter[str]:
    """Count the versions and held binaries that name each of these digests."""
    named, wanted = Counter[str](), list(digests)
    for table in (versions, unmatched):
        query = select(table.c.sha256, func.count()).where(table.c.sha256.in_(wanted))
        named.update(dict(tx.execute(query.group_by(table.c.sha256)).all()))
    return named


def _aging() -> Select[Any]:
    return select(
        versions.c.id,
        versions.c.profile_id,
        profiles.c.address.label("profile"),
        versions.c.number,
        versions.c.folder_id,
        versions.c.sha256,
        versions.c.size,
        versions.c.version,
        versions.c.build,
        versions.c.candidate_mark.is_not(None).label("candidate"),
        versions.c.created_at,
    ).join(profiles, profiles.c.id == versions.c.profile_id)


def _nth_newest(scope: Scope, n: int) -> Select[Any]:
    newest = select(versions.c.id).where(*_of(scope)).order_by(versions.c.id.desc())
    return newest.offset(n - 1).limit(1)


def _of(scope: Scope) -> list[ColumnElement[bool]]:
    whole = [versions.c.profile_id == scope.profile_id]
    if scope.folder_id is not None:
        whole.append(versions.c.folder_id == scope.folder_id)
    return whole
