"""Queries as people type them, read as the daemon reads them."""

from shipway_client.wire.queries import PROFILES, VERSIONS
from shipway_daemon.queries.words import Query, parse


def versions_asked(text: str) -> Query:
    """What the list of versions is asked by a text."""
    return parse(text, VERSIONS)


def profiles_asked(text: str) -> Query:
    """What the list of profiles is asked by a text."""
    return parse(text, PROFILES)
