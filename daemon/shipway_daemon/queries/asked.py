"""One page of a list, as it is asked for."""

import msgspec

from shipway_daemon.queries.orders import Order
from shipway_daemon.queries.words import Query


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The rows that have what `query` says, in an order, from the cursor `after` on."""

    query: Query
    order: Order
    after: str | None
    limit: int
