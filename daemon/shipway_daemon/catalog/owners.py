"""Queries about owners and apps."""

from collections.abc import Sequence
from typing import Any

from shipway_client.errors import NotFound
from shipway_client.wire import App
from sqlalchemy import Connection, Row, insert, select

from shipway_daemon.catalog.tables import apps, owners, profiles


def ensure_owner(tx: Connection, name: str) -> int:
    """Find an owner's id, or make the owner."""
    found = tx.execute(select(owners.c.id).where(owners.c.name == name)).scalar()
    if found is not None:
        return int(found)
    insertion = insert(owners).values(name=name).returning(owners.c.id)
    return int(tx.execute(insertion).scalar_one())


def ensure_app(tx: Connection, owner: str, name: str) -> Row[Any]:
    """Find an app, or make it."""
    address = f"{owner}/{name}"
    query = select(apps).where(apps.c.address == address)
    found = tx.execute(query).first()
    if found is not None:
        return found
    owner_id = ensure_owner(tx, owner)
    tx.execute(insert(apps).values(owner_id=owner_id, name=name, address=address))
    return tx.execute(query).one()


def find_app(tx: Connection, address: str) -> Row[Any] | None:
    """Find an app, if it is there."""
    return tx.execute(select(apps).where(apps.c.address == address)).first()


def app_by_address(tx: Connection, address: str) -> Row[Any]:
    """Find an app.

    Raises:
        NotFound: There is none of that address.
    """
    found = find_app(tx, address)
    if found is None:
        raise NotFound(f"There is no app {address}.", "See `shipway profile list`.")
    return found


def apps_page(tx: Connection, after: str | None, limit: int) -> list[App]:
    """Read apps by address, each with the addresses of its profiles."""
    query = select(apps).order_by(apps.c.address).limit(limit)
    if after is not None:
        query = query.where(apps.c.address > after)
    return _apps(tx, tx.execute(query).all())


def read_app(tx: Connection, address: str) -> App:
    """Read one app with the addresses of its profiles.

    Raises:
        NotFound: There is none of that address.
    """
    return _apps(tx, [app_by_address(tx, address)])[0]


def _apps(tx: Connection, rows: Sequence[Row[Any]]) -> list[App]:
    members: dict[int, list[str]] = {row.id: [] for row in rows}
    chosen = profiles.c.app_id.in_(members)
    for profile in tx.execute(
        select(profiles.c.app_id, profiles.c.address).where(chosen).order_by(profiles.c.address)
    ):
        members[profile.app_id].append(profile.address)
    return [App(id=row.id, address=row.address, profiles=members[row.id]) for row in rows]
