"""Queries about the home itself."""

from sqlalchemy import Connection, insert, select, update

from shipway_daemon.catalog.tables import home
from shipway_daemon.clock import now


def take_epoch(tx: Connection) -> int:
    """Begin a new epoch: every job that names an older one has been interrupted."""
    epoch = tx.execute(select(home.c.epoch)).scalar()
    if epoch is None:
        tx.execute(insert(home).values(id=1, epoch=1, created_at=now()))
        return 1
    tx.execute(update(home).values(epoch=epoch + 1))
    return int(epoch) + 1
