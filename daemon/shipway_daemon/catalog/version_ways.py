"""On which way the versions of a page are found, so that it costs the same in every catalogue.

SQLite knows no figures of the values in a column. So this looks first whether something that is
asked for is rare, by an index and never for more than `_FEW` rows: then those few are filtered and
sorted. Otherwise all that is asked for is common, and the list is walked in its order, by index,
until the page is full. States have ways of their own, since time changes them: each has an index
in the order of the list, and several of them are merged.
"""

import msgspec
from shipway_client.wire import VersionState
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    asc,
    column,
    desc,
    func,
    select,
    true,
    union,
)

from shipway_daemon.catalog.tables import versions
from shipway_daemon.catalog.version_queries import (
    SORTS,
    by_index,
    stateless,
    states,
    walked,
    wanted,
)
from shipway_daemon.clock import now
from shipway_daemon.queries.conditions import by_no_index
from shipway_daemon.queries.orders import Order
from shipway_daemon.queries.words import Query

#: How many rows are few: to filter and sort them is nothing beside the page itself.
_FEW = 1_000
#: Signatures expire when their certificate does, so there are few such moments; up to so many, each
#: is looked at by itself.
_MOMENTS = 32

_ID = versions.c.id


def find(
    tx: Connection,
    profile_id: int | None,
    query: Query,
    after: str | None,
    limit: int,
    order: Order,
) -> list[int]:
    """Find the ids of the versions of a page, in its order.

    Raises:
        WrongUsage: `after` is no cursor of this order.
    """
    scope = [] if profile_id is None else [versions.c.profile_id == profile_id]
    few = _few(tx, query, scope)
    if few is None and order.key == "created":
        return _merged(
            tx, [*scope, *walked(stateless(query))], _ways(tx, query), after, limit, order
        )
    left = wanted(query) if few is not None else map(by_no_index, wanted(query))
    chosen = select(_ID).where(*scope, *left)
    if few is not None:
        chosen = chosen.where(_ID.in_(_listed(few)))
    return list(tx.execute(SORTS.page(chosen, order, after).limit(limit)).scalars())


def _few(tx: Connection, query: Query, scope: list[ColumnElement[bool]]) -> list[int] | None:
    """The ids that some part of a query leaves, where those are few."""
    for part in by_index(query, scope):
        ids: list[int] = list(tx.execute(part.limit(_FEW + 1)).scalars())
        if len(ids) <= _FEW:
            return ids
    return None


def _listed(ids: list[int]) -> Select[tuple[int]]:
    """Some ids as rows: one parameter, however many they are."""
    return select(func.json_each(msgspec.json.encode(ids).decode()).table_valued("value").c.value)


def _merged(
    tx: Connection,
    conditions: list[ColumnElement[bool]],
    ways: list[ColumnElement[bool]],
    after: str | None,
    limit: int,
    order: Order,
) -> list[int]:
    """Read several lists that come in the same order by an index each, as one."""
    if not ways:
        return []
    lists = [SORTS.begun(select(_ID).where(way, *conditions), order, after) for way in ways]
    down = desc if order.descending else asc
    merged = union(*lists).order_by(down(column("id"))).limit(limit)
    return list(tx.execute(merged).scalars())


def _ways(tx: Connection, query: Query) -> list[ColumnElement[bool]]:
    """Conditions that together are the states that are asked for, each with an index."""
    chosen, at = states(query), now()
    if len(chosen) == len(VersionState):
        return [true()]
    ways: list[ColumnElement[bool]] = []
    for state in sorted(chosen):
        stored = versions.c.state == str(state)
        if state is VersionState.EXPIRED:
            ways += [stored, *_lapsed(tx, at)]
        elif state is VersionState.REJECTED:
            ways.append(stored)
        else:
            ways.append(and_(stored, func.coalesce(versions.c.expires >= at, true())))
    return ways


def _lapsed(tx: Connection, at: str) -> list[ColumnElement[bool]]:
    """Expired by now, whatever stands in the row, moment by moment; or all in one where many."""
    expires = versions.c.expires
    open_ = versions.c.state != str(VersionState.REJECTED)
    first = select(func.min(expires).label("at")).where(expires < at).cte("moments", recursive=True)
    following = select(func.min(expires)).where(expires > first.c.at, expires < at)
    moments = first.union_all(select(following.scalar_subquery()).where(first.c.at.is_not(None)))
    found = list(tx.execute(select(moments.c.at).limit(_MOMENTS + 2)).scalars())
    told = [moment for moment in found if moment is not None]
    if len(told) > _MOMENTS:
        return [and_(expires < at, open_)]
    return [and_(expires == moment, open_) for moment in told]
