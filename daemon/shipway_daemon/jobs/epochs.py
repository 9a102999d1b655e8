"""Epochs: which daemon owns the jobs. The newest one does; an older one writes nothing more."""

from sqlalchemy import Connection, insert, select, update

from shipway_daemon.clock import now
from shipway_daemon.jobs.tables import home


class Fenced(Exception):
    """Another daemon owns the job now; whoever sees this writes nothing more of it."""


def take_epoch(tx: Connection) -> int:
    """Begin a new epoch: every job that names an older one has been interrupted."""
    epoch = tx.execute(select(home.c.epoch)).scalar()
    if epoch is None:
        tx.execute(insert(home).values(id=1, epoch=1, created_at=now()))
        return 1
    tx.execute(update(home).values(epoch=epoch + 1))
    return int(epoch) + 1


def prove_newest(tx: Connection, epoch: int) -> None:
    """Check that no newer daemon has taken the home since this one did.

    Raises:
        Fenced: One has: this one was frozen, and all that it knows is of yesterday.
    """
    newer = select(home.c.epoch).where(home.c.epoch > epoch)
    if (found := tx.execute(newer).scalar()) is not None:
        raise Fenced(f"epoch {epoch} is over: the daemon of epoch {found} owns the jobs")
