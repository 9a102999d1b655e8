"""Figures of the catalogue that cost the same however many versions there are."""

from sqlalchemy import Connection, Select, func, select, text

from shipway_daemon.catalog.tables import environments, unmatched, uploads

#: Nothing is counted beyond this: a figure must not cost more than it says.
MOST = 10_000


def versions_made(tx: Connection) -> int:
    """How many versions were ever made: the highest id, which SQLite keeps for itself."""
    query = text("SELECT seq FROM sqlite_sequence WHERE name = 'versions'")
    return int(tx.execute(query).scalar() or 0)


def environments_by_status(tx: Connection) -> dict[str, int]:
    """Count the environments by their status."""
    query = select(environments.c.status, func.count()).group_by(environments.c.status)
    return dict(tx.execute(query).all())


def held(tx: Connection) -> int:
    """Count the binaries that are held, at most `MOST`."""
    return _at_most(tx, select(unmatched.c.id))


def open_uploads(tx: Connection) -> int:
    """Count the uploads that are under way, at most `MOST`."""
    return _at_most(tx, select(uploads.c.number).where(uploads.c.state == "open"))


def _at_most(tx: Connection, rows: Select[tuple[int]]) -> int:
    chosen = rows.limit(MOST).subquery()
    return int(tx.execute(select(func.count()).select_from(chosen)).scalar_one())
