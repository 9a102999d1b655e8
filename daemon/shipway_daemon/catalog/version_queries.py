"""What the list of versions can be asked, and in which orders it comes."""

from shipway_client.wire import Version, VersionState
from sqlalchemy import ColumnElement, and_, func, or_, select

from shipway_daemon.catalog import search
from shipway_daemon.catalog.tables import apps, owners, profiles, versions
from shipway_daemon.clock import now
from shipway_daemon.queries.conditions import (
    Condition,
    address_is,
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
    marked, other = versions.alias("marked"), versions.alias("other_mark")
    newest = (
        select(func.max(other.c.candidate_mark))
        .where(other.c.profile_id == profiles.c.id, other.c.candidate_mark.is_not(None))
        .scalar_subquery()
    )
    current = select(marked.c.id).join(
        profiles, and_(marked.c.profile_id == profiles.c.id, marked.c.candidate_mark == newest)
    )
    return versions.c.id.in_(current)


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
    "version": text_is(versions.c.version),
    "build": text_is(versions.c.build),
    "name": _words("name"),
    "identifier": _words("identifier"),
    "file": _words("file_name"),
    "notes": _words("notes"),
    "branch": _words("branch"),
    "commit": _words("commit_hash"),
    "variant": _words("variant"),
}
