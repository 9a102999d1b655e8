"""Queries about profiles."""

from typing import Any

from shipway_client.errors import NotFound
from shipway_client.wire import Profile, ProfileSettings
from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from shipway_daemon.catalog.profile_queries import SORTS, newest, wanted
from shipway_daemon.catalog.tables import apps, profiles, versions
from shipway_daemon.clock import now
from shipway_daemon.queries.orders import Order
from shipway_daemon.queries.words import Query

BY_ADDRESS = Order(key="name")

_marked = versions.alias("marked")


def _selection() -> Select[Any]:
    """A profile with its app, its newest version and its current candidate, each by an index."""
    newest_id = (
        select(func.max(versions.c.id))
        .where(versions.c.profile_id == profiles.c.id)
        .scalar_subquery()
    )
    mark = (
        select(func.max(versions.c.candidate_mark))
        .where(versions.c.profile_id == profiles.c.id, versions.c.candidate_mark.is_not(None))
        .scalar_subquery()
    )
    return (
        select(
            profiles,
            apps.c.address.label("app"),
            newest.c.number.label("latest"),
            newest.c.version.label("latest_version"),
            newest.c.build.label("latest_build"),
            newest.c.created_at.label("latest_at"),
            _marked.c.number.label("candidate"),
        )
        .join(apps, apps.c.id == profiles.c.app_id)
        .outerjoin(newest, newest.c.id == newest_id)
        .outerjoin(
            _marked,
            (_marked.c.profile_id == profiles.c.id) & (_marked.c.candidate_mark == mark),
        )
    )


def read(tx: Connection, address: str) -> Profile:
    """Read one profile.

    Raises:
        NotFound: There is none of that address.
    """
    row = tx.execute(_selection().where(profiles.c.address == address)).first()
    if row is None:
        raise NotFound(f"There is no profile {address}.", "See `shipway profile list`.")
    return _profile(row)


def page(
    tx: Connection,
    query: Query | None,
    after: str | None,
    limit: int,
    order: Order = BY_ADDRESS,
) -> list[Profile]:
    """Read profiles, by address unless asked otherwise.

    Raises:
        WrongUsage: `after` is no cursor of this order.
    """
    selection = _selection().where(*wanted(query or Query())).limit(limit)
    return [_profile(row) for row in tx.execute(SORTS.page(selection, order, after))]


def matching(tx: Connection, identifier: str, channel: str) -> Profile | None:
    """Find the profile of an identifier on a channel; the oldest where there are several."""
    row = tx.execute(
        _selection()
        .where(profiles.c.identifier == identifier, profiles.c.channel == channel)
        .order_by(profiles.c.id)
        .limit(1)
    ).first()
    return _profile(row) if row else None


def of_app(tx: Connection, app_id: int) -> list[Profile]:
    """Read the profiles of an app, by channel."""
    rows = tx.execute(
        _selection().where(profiles.c.app_id == app_id).order_by(profiles.c.channel, profiles.c.id)
    )
    return [_profile(row) for row in rows]


def exists(tx: Connection, address: str) -> bool:
    """Tell whether a profile has this address."""
    query = select(profiles.c.id).where(profiles.c.address == address)
    return tx.execute(query).first() is not None


def create(tx: Connection, owner_id: int, app_id: int, values: dict[str, Any]) -> None:
    """Insert a profile: `name`, `address`, `channel` and `identifier` are in `values`."""
    tx.execute(
        insert(profiles).values(
            owner_id=owner_id,
            app_id=app_id,
            settings=ProfileSettings(),
            created_at=now(),
            **values,
        )
    )


def change(tx: Connection, profile_id: int, **values: Any) -> None:
    """Change columns of a profile."""
    tx.execute(update(profiles).where(profiles.c.id == profile_id).values(**values))


def take_number(tx: Connection, profile_id: int) -> int:
    """Take the next version number; no number is ever given twice."""
    number = tx.execute(
        update(profiles)
        .where(profiles.c.id == profile_id)
        .values(next_number=profiles.c.next_number + 1)
        .returning(profiles.c.next_number)
    ).scalar_one()
    return int(number) - 1


def drop(tx: Connection, profile_id: int) -> None:
    """Delete a profile; its versions must be gone, and no folder may file by it."""
    tx.execute(delete(profiles).where(profiles.c.id == profile_id))


def _profile(row: Row[Any]) -> Profile:
    return Profile(
        id=row.id,
        address=row.address,
        owner=row.address.partition("/")[0],
        name=row.name,
        app=row.app,
        channel=row.channel,
        identifier=row.identifier,
        settings=row.settings,
        candidate=row.candidate,
        latest=row.latest,
        latest_version=row.latest_version,
        latest_build=row.latest_build,
        latest_at=row.latest_at,
        created_at=row.created_at,
    )
