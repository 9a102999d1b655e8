"""What the list of versions can be asked, and in which orders it comes."""

from collections.abc import Iterator
from typing import Any

import msgspec
from shipway_client.wire import Version, VersionState
from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from shipway_daemon.catalog import search
from shipway_daemon.catalog.tables import apps, owners, profiles, versions
from shipway_daemon.clock import now
from shipway_daemon.queries.conditions import (
    Condition,
    address_is,
    by_no_index,
    conditions,
    text_is,
    word_is,
    yes_is,
)
from shipway_daemon.queries.keyset import Keyset, Sort
from shipway_daemon.queries.words import Query, Term
from shipway_daemon.rules.natural import natural

_SEARCHED = "versions_fts"

SORTS = Keyset[Version](
    {
        "created": Sort(versions.c.id, lambda version: version.id, int, unique=True),
        "version": Sort(versions.c.version_order, lambda version: natural(version.version), str),
        "build": Sort(versions.c.build_order, lambda version: natural(version.build), str),
        "size": Sort(versions.c.size, lambda version: version.size, int),
    },
    versions.c.id,
    lambda version: version.id,
)


def wanted(query: Query) -> list[ColumnElement[bool]]:
    """What a query asks of a version's row."""
    return conditions(query, _FIELDS) + search.conditions(query, _SEARCHED, versions.c.id)


def walked(query: Query) -> list[ColumnElement[bool]]:
    """What a query asks, of a list that is walked: several profiles have no order in common."""
    return conditions(query, _WALKED) + search.conditions(query, _SEARCHED, versions.c.id)


def stateless(query: Query) -> Query:
    """What a query asks beside states."""
    terms = tuple(term for term in query.terms if term.field != "state")
    return msgspec.structs.replace(query, terms=terms)


def states(query: Query) -> frozenset[VersionState]:
    """The states that a query leaves; all, where it speaks of none."""
    left = frozenset(VersionState)
    for term in query.terms:
        if term.field == "state":
            told = {VersionState(term.value)}
            left = left - told if term.excluded else left & told
    return left


def by_index(query: Query, scope: list[ColumnElement[bool]]) -> Iterator[Select[Any]]:
    """The ids that some parts of a query leave by themselves: each along an index alone."""
    left = states(query)
    if left and left <= _STORED:
        stored = versions.c.state.in_(sorted(str(state) for state in left))
        yield select(versions.c.id).where(*scope, stored)
    for term in query.terms:
        if term.field in _INDEXED and not (term.excluded or term.beginning or term.value == "no"):
            yield select(versions.c.id).where(_FIELDS[term.field](term))
    if query.words:
        words = msgspec.structs.replace(query, terms=(), without=())
        yield select(versions.c.id).where(*search.conditions(words, _SEARCHED, versions.c.id))


def _state(term: Term) -> ColumnElement[bool]:
    """The state as it is now: time makes a version expired, and no row changes with it."""
    lapsed = and_(versions.c.expires.is_not(None), versions.c.expires < now())
    if term.value == VersionState.REJECTED:
        return versions.c.state == term.value
    if term.value == VersionState.EXPIRED:
        stored = versions.c.state == term.value
        return or_(stored, and_(lapsed, versions.c.state != str(VersionState.REJECTED)))
    return and_(versions.c.state == term.value, func.coalesce(versions.c.expires >= now(), True))


def _candidate(term: Term) -> ColumnElement[bool]:
    if term.value != "current":
        return yes_is(versions.c.candidate_mark.is_not(None))(term)
    marked = versions.alias("marked")
    newest = (
        select(marked.c.id)
        .where(marked.c.profile_id == profiles.c.id, marked.c.candidate_mark.is_not(None))
        .order_by(marked.c.candidate_mark.desc())
        .limit(1)
        .scalar_subquery()
    )
    return versions.c.id.in_(select(newest).select_from(profiles).where(newest.is_not(None)))


def _number_is(told: ColumnElement[Any], ordered: ColumnElement[str]) -> Condition:
    """Ask for a number as it stands; the index is of what numbers are sorted by."""

    def condition(term: Term) -> ColumnElement[bool]:
        found = text_is(told)(term)
        return found if term.beginning else and_(ordered == natural(term.value), found)

    return condition


def _of_profile(condition: Condition) -> Condition:
    """Ask for a version by what is true of its profile."""
    chosen = (
        select(profiles.c.id)
        .join(apps, apps.c.id == profiles.c.app_id)
        .join(owners, owners.c.id == profiles.c.owner_id)
    )
    return lambda term: versions.c.profile_id.in_(chosen.where(condition(term)))


def _words(column: str) -> Condition:
    return search.words_in(_SEARCHED, column, versions.c.id)


_FIELDS: dict[str, Condition] = {
    "state": _state,
    "candidate": _candidate,
    "platform": word_is(versions.c.platform),
    "channel": text_is(versions.c.channel),
    "format": text_is(versions.c.format),
    "profile": _of_profile(address_is(profiles.c.address)),
    "app": _of_profile(address_is(apps.c.address)),
    "owner": _of_profile(text_is(owners.c.name)),
    "version": _number_is(versions.c.version, versions.c.version_order),
    "build": _number_is(versions.c.build, versions.c.build_order),
    "name": _words("name"),
    "identifier": _words("identifier"),
    "file": _words("file_name"),
    "notes": _words("notes"),
    "branch": _words("branch"),
    "commit": _words("commit_hash"),
    "variant": _words("variant"),
}


def _by_no_index(condition: Condition) -> Condition:
    return lambda term: by_no_index(condition(term))


_WALKED = _FIELDS | {name: _by_no_index(_FIELDS[name]) for name in ("profile", "app", "owner")}

#: Fields whose values are found by an index.
_INDEXED = {*_FIELDS} - {"state", "format"}

#: States that time does not change; most versions are in another.
_STORED = {VersionState.REJECTED, VersionState.MISMATCHED, VersionState.INCOMPLETE}
