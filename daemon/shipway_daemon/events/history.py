"""Append events in the transaction of their change, and read them back."""

from typing import Any

from shipway_client.errors import Gone
from shipway_client.wire import Event
from sqlalchemy import Connection, Row, func, insert, select, text

from shipway_daemon.clock import now
from shipway_daemon.events.queries import SORTS, wanted
from shipway_daemon.events.tables import events
from shipway_daemon.queries.orders import NEWEST_FIRST, Order
from shipway_daemon.queries.words import Query

#: The daemon itself, where nobody asked for what happened.
DAEMON = "shipwayd"


def append(tx: Connection, kind: str, subject: str, actor: str = DAEMON, **data: Any) -> int:
    """Write one event and return its number; it is seen when the transaction commits.

    `kind` is `noun.verb`, `subject` the address of what it happened to.
    """
    values = {"at": now(), "actor": actor, "kind": kind, "subject": subject, "data": data}
    insertion = insert(events).values(values).returning(events.c.seq)
    return int(tx.execute(insertion).scalar_one())


def last(tx: Connection) -> int:
    """The number of the newest event that this transaction sees; 0 before the first."""
    return int(tx.execute(select(func.coalesce(func.max(events.c.seq), 0))).scalar_one())


def skip_to(tx: Connection, seq: int) -> None:
    """Let the next event have a number above `seq`: a number that was seen never comes again."""
    tx.execute(
        text("UPDATE sqlite_sequence SET seq = max(seq, :seq) WHERE name = 'events'"), {"seq": seq}
    )


def since(tx: Connection, seq: int, limit: int) -> list[Event]:
    """Read at most `limit` events after `seq`, oldest first.

    Raises:
        Gone: Some of them have been trimmed.
    """
    first = tx.execute(select(func.min(events.c.seq))).scalar()
    if first is not None and 0 < seq < first - 1:
        raise Gone(
            f"Events before {first} have been trimmed.", "Read the lists afresh and follow again."
        )
    rows = tx.execute(select(events).where(events.c.seq > seq).order_by(events.c.seq).limit(limit))
    return [_event(row) for row in rows]


def page(
    tx: Connection,
    kind: str | None,
    after: str | None,
    limit: int,
    subject: str | None = None,
    query: Query | None = None,
    order: Order = NEWEST_FIRST,
) -> list[Event]:
    """Read at most `limit` events of one kind and one subject, or of all.

    They come newest first unless asked otherwise.

    Raises:
        WrongUsage: `after` is no cursor of this order.
    """
    chosen = select(events).where(*wanted(query or Query())).limit(limit)
    if kind is not None:
        chosen = chosen.where(events.c.kind == kind)
    if subject is not None:
        chosen = chosen.where(events.c.subject == subject)
    return [_event(row) for row in tx.execute(SORTS.page(chosen, order, after))]


def kinds(tx: Connection, after: int, up_to: int) -> dict[str, int]:
    """Count the events after `after`, up to and with `up_to`, by their kind."""
    query = select(events.c.kind, func.count()).where(events.c.seq > after, events.c.seq <= up_to)
    return dict(tx.execute(query.group_by(events.c.kind)).all())


def began(tx: Connection, epoch: int) -> int:
    """The number of the event with which the daemon of this epoch began; 0 where it is trimmed."""
    started = (events.c.subject == str(epoch)) & (events.c.kind == "daemon.started")
    return int(tx.execute(select(func.max(events.c.seq)).where(started)).scalar() or 0)


def _event(row: Row[Any]) -> Event:
    return Event(
        seq=row.seq,
        at=row.at,
        actor=row.actor,
        kind=row.kind,
        subject=row.subject,
        data=row.data,
    )
