"""What the list of profiles can be asked, and in which orders it comes."""

from shipway_client.wire import Profile
from shipway_plugins.words import Platform
from sqlalchemy import ColumnElement, and_, func, not_, or_, select

from shipway_daemon.catalog import search
from shipway_daemon.catalog.tables import apps, owners, profiles, versions
from shipway_daemon.queries.conditions import (
    Condition,
    address_is,
    begins,
    conditions,
    text_is,
    yes_is,
)
from shipway_daemon.queries.keyset import Keyset, Sort
from shipway_daemon.queries.words import Query, Term

#: The newest version of a profile, which a selection of profiles joins.
newest = versions.alias("newest")

SORTS = Keyset[Profile](
    {
        "name": Sort(profiles.c.address, lambda profile: profile.address, str, unique=True),
        "created": Sort(profiles.c.id, lambda profile: profile.id, int, unique=True),
        "latest": Sort(
            func.coalesce(newest.c.created_at, ""), lambda profile: profile.latest_at or "", str
        ),
        "app": Sort(apps.c.address, lambda profile: profile.app, str),
        "channel": Sort(profiles.c.channel, lambda profile: profile.channel, str),
        "identifier": Sort(
            func.coalesce(profiles.c.identifier, ""), lambda profile: profile.identifier or "", str
        ),
    },
    profiles.c.id,
    lambda profile: profile.id,
)


def wanted(query: Query) -> list[ColumnElement[bool]]:
    """What a query asks of a profile's row, with its app joined."""
    return conditions(query, _FIELDS) + search.conditions(query, "profiles_fts", profiles.c.id)


def _platform(term: Term) -> ColumnElement[bool]:
    """A channel is a platform, and mostly a kind; one platform's name begins as another's does."""
    channel = profiles.c.channel
    found = or_(channel == term.value, begins(channel, f"{term.value}-"))
    if term.value != Platform.IOS:
        return found
    simulator = str(Platform.IOS_SIMULATOR)
    return and_(found, channel != simulator, not_(begins(channel, f"{simulator}-")))


def _owner(term: Term) -> ColumnElement[bool]:
    return profiles.c.owner_id.in_(select(owners.c.id).where(text_is(owners.c.name)(term)))


_MARKED = (
    select(versions.c.id)
    .where(versions.c.profile_id == profiles.c.id, versions.c.candidate_mark.is_not(None))
    .exists()
)

_FIELDS: dict[str, Condition] = {
    "platform": _platform,
    "channel": text_is(profiles.c.channel),
    "app": address_is(apps.c.address),
    "owner": _owner,
    "identifier": text_is(profiles.c.identifier),
    "candidate": yes_is(_MARKED),
}
