"""Find the profile that a binary belongs to, or make it."""

from pathlib import PurePath

import msgspec
from shipway_client.errors import Refused
from shipway_client.wire import Profile, UnknownBinary
from shipway_plugins.words import Inspection
from sqlalchemy import Connection

from shipway_daemon.catalog import owners, profiles
from shipway_daemon.events import history
from shipway_daemon.rules.channels import channel_of
from shipway_daemon.rules.names import default_owner, name_from


class Unmatched(Refused):
    """No profile has the binary's identifier, and the folder's rule is to hold it."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the uploader or the folder said about where a binary belongs."""

    profile: str | None = None
    channel: str | None = None
    unknown: UnknownBinary = UnknownBinary.CREATE
    actor: str = history.DAEMON


def find(tx: Connection, inspection: Inspection, file_name: str, wanted: Wanted) -> Profile:
    """Find the profile for a binary: the one named, else that of its identifier, else a new one.

    Raises:
        NotFound: The named profile is not there.
        Unmatched: Nothing matches, and the rule is to hold such binaries.
    """
    if wanted.profile is not None:
        return profiles.read(tx, wanted.profile)
    channel = channel_of(inspection, wanted.channel)
    label = _label(inspection, file_name)
    if inspection.identifier:
        found = profiles.matching(tx, inspection.identifier, channel)
    else:
        found = _nameless(tx, label, channel)
    if found is not None:
        return found
    if wanted.unknown is UnknownBinary.HOLD:
        raise Unmatched(
            f"No profile has the identifier {inspection.identifier or 'of ' + file_name}.",
            "It is held: make a profile for it, or see `shipway unmatched list`.",
        )
    return _create(tx, label, channel, inspection.identifier or None, wanted.actor)


def _label(inspection: Inspection, file_name: str) -> str:
    return name_from(inspection.name or inspection.identifier or PurePath(file_name).stem)


def _nameless(tx: Connection, label: str, channel: str) -> Profile | None:
    """A binary without an identifier belongs to the profile that such a one of its name made."""
    address = f"{default_owner()}/{label}"
    if not profiles.exists(tx, address):
        return None
    profile = profiles.read(tx, address)
    return profile if profile.identifier is None and profile.channel == channel else None


def _create(
    tx: Connection, label: str, channel: str, identifier: str | None, actor: str
) -> Profile:
    owner = default_owner()
    name = _free_name(tx, owner, label, channel)
    app = owners.ensure_app(tx, owner, label)
    if any(member.channel == channel for member in profiles.of_app(tx, app.id)):
        app = owners.ensure_app(tx, owner, name)
    return insert(tx, owner, app.id, name, channel, identifier, actor)


def insert(
    tx: Connection,
    owner: str,
    app_id: int,
    name: str,
    channel: str,
    identifier: str | None,
    actor: str,
) -> Profile:
    """Insert a profile and tell of it; who holds binaries hears that, and matches them again."""
    address = f"{owner}/{name}"
    values = {"name": name, "address": address, "channel": channel, "identifier": identifier}
    profiles.create(tx, owners.ensure_owner(tx, owner), app_id, values)
    history.append(tx, "profile.created", address, actor, channel=channel, identifier=identifier)
    return profiles.read(tx, address)


def _free_name(tx: Connection, owner: str, label: str, channel: str) -> str:
    """The label, else with its platform, else numbered: a name is unique over all platforms."""
    platform = channel.partition("-")[0]
    candidates = [label, f"{label}-{platform}", f"{label}-{channel}"]
    for name in candidates:
        if not profiles.exists(tx, f"{owner}/{name}"):
            return name
    number = 2
    while profiles.exists(tx, f"{owner}/{candidates[1]}-{number}"):
        number += 1
    return f"{candidates[1]}-{number}"
