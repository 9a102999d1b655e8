"""Queries about environments and what they hold."""

from typing import Any

import msgspec
from shipway_client.errors import NotFound
from shipway_plugins.words import LiveEntry, StatusReport
from sqlalchemy import Connection, Row, delete, func, insert, literal, select, update

from shipway_daemon.catalog.tables import environments, publications
from shipway_daemon.clock import now


class EnvironmentRow(msgspec.Struct, frozen=True, kw_only=True):
    """An environment as it is stored; what makes it Busy is known to the jobs."""

    id: int
    name: str
    adapter: str
    settings: dict[str, Any]
    status: str
    reason: str
    read_at: str | None
    created_at: str
    remedy: str
    bad_settings: dict[str, str]


class PublicationRow(msgspec.Struct, frozen=True, kw_only=True):
    """What an environment held of an app when it was last read."""

    id: int
    environment_id: int
    environment: str
    app: str
    live: list[LiveEntry]
    read_at: str | None


def read(tx: Connection, name: str) -> EnvironmentRow:
    """Read one environment.

    Raises:
        NotFound: There is none of that name.
    """
    row = tx.execute(select(environments).where(environments.c.name == name)).first()
    if row is None:
        raise NotFound(f"There is no environment {name}.", "See `shipway env list`.")
    return _environment(row)


def every(tx: Connection) -> list[EnvironmentRow]:
    """Read all environments, by name."""
    return [
        _environment(row) for row in tx.execute(select(environments).order_by(environments.c.name))
    ]


def exists(tx: Connection, name: str) -> bool:
    """Tell whether an environment has this name."""
    return (
        tx.execute(select(environments.c.id).where(environments.c.name == name)).first() is not None
    )


def create(tx: Connection, name: str, adapter: str, settings: dict[str, Any]) -> EnvironmentRow:
    """Insert an environment, whose status is not known yet."""
    tx.execute(
        insert(environments).values(
            name=name,
            adapter=adapter,
            settings=settings,
            status="unknown",
            reason="Not asked yet.",
            created_at=now(),
        )
    )
    return read(tx, name)


def by_id(tx: Connection, environment_id: int) -> EnvironmentRow | None:
    """Read one environment by its id; None if it was removed."""
    row = tx.execute(select(environments).where(environments.c.id == environment_id)).first()
    return _environment(row) if row else None


def set_status(
    tx: Connection,
    row: EnvironmentRow,
    report: StatusReport,
    bad_settings: dict[str, str] | None = None,
) -> bool:
    """Store what was read with the settings of `row`; true if it differs from what was known.

    What was read with other settings than it has now says nothing, and is not stored.
    """
    before = by_id(tx, row.id)
    if before is None or before.settings != row.settings:
        return False
    values = {
        "status": str(report.status),
        "reason": report.reason,
        "remedy": report.remedy,
        "bad_settings": bad_settings or {},
        "read_at": now(),
    }
    tx.execute(update(environments).where(environments.c.id == row.id).values(**values))
    return (before.status, before.reason) != (report.status, report.reason)


def set_settings(tx: Connection, environment_id: int, settings: dict[str, Any]) -> None:
    """Store settings that the adapter has taken; what was wrong with those before is past."""
    chosen = environments.c.id == environment_id
    tx.execute(update(environments).where(chosen).values(settings=settings, bad_settings={}))


def drop(tx: Connection, environment_id: int) -> None:
    """Delete an environment and what is known of its publications."""
    tx.execute(delete(publications).where(publications.c.environment_id == environment_id))
    tx.execute(delete(environments).where(environments.c.id == environment_id))


def set_live(tx: Connection, environment_id: int, app: str, live: list[LiveEntry]) -> None:
    """Store what a read-back found of an app."""
    chosen = (publications.c.environment_id == environment_id) & (publications.c.app == app)
    values = {"live": live, "read_at": now()}
    if tx.execute(update(publications).where(chosen).values(**values)).rowcount == 0:
        tx.execute(insert(publications).values(environment_id=environment_id, app=app, **values))


def ensure_publication(tx: Connection, environment_id: int, app: str) -> None:
    """Make the row of an app in an environment, with nothing live and never read."""
    chosen = (publications.c.environment_id == environment_id) & (publications.c.app == app)
    if tx.execute(select(publications.c.id).where(chosen)).first() is None:
        tx.execute(insert(publications).values(environment_id=environment_id, app=app, live=[]))


def publication(tx: Connection, environment_id: int, app: str) -> PublicationRow | None:
    """Read what an environment held of an app, if it was ever published or read."""
    row = tx.execute(
        _publications().where(
            publications.c.environment_id == environment_id, publications.c.app == app
        )
    ).first()
    return _publication(row) if row else None


def publications_of(tx: Connection, environment_id: int) -> list[PublicationRow]:
    """Read every publication of an environment."""
    query = _publications().where(publications.c.environment_id == environment_id)
    return [_publication(row) for row in tx.execute(query.order_by(publications.c.id))]


def published_count(tx: Connection, environment_id: int) -> int:
    """Count the apps of which an environment holds anything."""
    nothing = literal([], publications.c.live.type)
    chosen = (publications.c.environment_id == environment_id) & (publications.c.live != nothing)
    return tx.execute(select(func.count()).select_from(publications).where(chosen)).scalar_one()


def publications_page(
    tx: Connection, environment: str | None, app: str | None, after: int | None, limit: int
) -> list[PublicationRow]:
    """Read publications in the order in which they were first made."""
    query = _publications().order_by(publications.c.id).limit(limit)
    if environment is not None:
        query = query.where(environments.c.name == environment)
    if app is not None:
        query = query.where(publications.c.app == app)
    if after is not None:
        query = query.where(publications.c.id > after)
    return [_publication(row) for row in tx.execute(query)]


def _publications() -> Any:
    return select(publications, environments.c.name.label("environment")).join(
        environments, environments.c.id == publications.c.environment_id
    )


def _environment(row: Row[Any]) -> EnvironmentRow:
    return EnvironmentRow(**row._mapping)


def _publication(row: Row[Any]) -> PublicationRow:
    return PublicationRow(**row._mapping)
