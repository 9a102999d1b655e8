"""What the list of events can be asked, and in which orders it comes."""

from shipway_client.wire import Event
from sqlalchemy import ColumnElement, Text, type_coerce

from shipway_daemon.events.tables import events
from shipway_daemon.queries.conditions import Condition, conditions, contains, text_is
from shipway_daemon.queries.keyset import Keyset, Sort
from shipway_daemon.queries.words import Query

SORTS = Keyset[Event](
    {
        "created": Sort(events.c.seq, lambda event: event.seq, int, unique=True),
        "kind": Sort(events.c.kind, lambda event: event.kind, str),
    },
    events.c.seq,
    lambda event: event.seq,
)


def wanted(query: Query) -> list[ColumnElement[bool]]:
    """What a query asks of an event's row."""
    texts = (events.c.kind, events.c.subject, events.c.actor, type_coerce(events.c.data, Text))
    return conditions(query, _FIELDS) + contains(query, texts)


_FIELDS: dict[str, Condition] = {
    "kind": text_is(events.c.kind),
    "subject": text_is(events.c.subject),
    "actor": text_is(events.c.actor),
}
