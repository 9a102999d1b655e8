"""Queries as people type them, read as the daemon reads them."""

from shipway_client.wire.queries import PROFILES, VERSIONS, Queryable
from shipway_daemon.queries.asked import Asked
from shipway_daemon.queries.orders import parse_sort
from shipway_daemon.queries.words import Query, parse


def versions_asked(text: str) -> Query:
    """What the list of versions is asked by a text."""
    return parse(text, VERSIONS)


def profiles_asked(text: str) -> Query:
    """What the list of profiles is asked by a text."""
    return parse(text, PROFILES)


def asked(
    table: Queryable, text: str = "", sort: str | None = None, after: str | None = None, limit=50
) -> Asked:
    """A page of a list, as its door reads it."""
    return Asked(query=parse(text, table), order=parse_sort(sort, table), after=after, limit=limit)
