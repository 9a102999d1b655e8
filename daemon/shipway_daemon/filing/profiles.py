"""What can be done to a profile."""

from typing import Any

import msgspec
from shipway_client.errors import Refused, WrongUsage
from shipway_client.wire import ChangeProfile, CreateProfile, Profile, UnknownBinary
from sqlalchemy import Connection

from shipway_daemon.catalog import folders, owners, profiles, versions
from shipway_daemon.events import history
from shipway_daemon.filing import match
from shipway_daemon.jobs import rows as jobs
from shipway_daemon.rules.channels import check_channel
from shipway_daemon.rules.names import check_name, default_owner
from shipway_daemon.rules.retention import check_retention
from shipway_daemon.rules.versions import check_unused

_MAX_IDENTIFIER = 255


def create(tx: Connection, request: CreateProfile, actor: str) -> Profile:
    """Make a profile, and its app where that is new.

    Raises:
        WrongUsage: The name, the channel or the identifier is none.
        Refused: The name is taken, on whichever platform.
    """
    owner = check_name(request.owner or default_owner(), "an owner")
    name = check_name(request.name, "a profile")
    channel = check_channel(request.channel)
    _check_free(tx, f"{owner}/{name}")
    app = owners.ensure_app(tx, owner, check_name(_app_name(request), "an app"))
    identifier = _check_identifier(request.identifier)
    return match.insert(tx, owner, app.id, name, channel, identifier, actor)


def change(tx: Connection, address: str, request: ChangeProfile, actor: str) -> Profile:
    """Rename a profile, or change its settings; its identifier never changes.

    Raises:
        NotFound: There is none of that address.
        WrongUsage: The retention makes no sense.
        Refused: The new name is taken.
    """
    profile = profiles.read(tx, address)
    if request.retention is not None:
        check_retention(request.retention)
    if request.name is not None and request.name != profile.name:
        profile = _rename(tx, profile, check_name(request.name, "a profile"), actor)
    if given := _given(request):
        settings = msgspec.structs.replace(profile.settings, **given)
        profiles.change(tx, profile.id, settings=settings)
        told = {name: msgspec.to_builtins(value) for name, value in given.items()}
        history.append(tx, "profile.changed", profile.address, actor, **told)
    return profiles.read(tx, profile.address)


def _given(request: ChangeProfile) -> dict[str, Any]:
    """The settings that are named, by name."""
    given: dict[str, Any] = {
        name: value
        for name in ("duplicates", "mismatch", "retention")
        if (value := getattr(request, name)) is not None
    }
    if request.require_newer_build is not msgspec.UNSET:
        given["require_newer_build"] = request.require_newer_build
    return given


def delete(tx: Connection, address: str, confirm: str | None, actor: str) -> list[str]:
    """Delete a profile with all its versions here; stores are never touched.

    Returns the digests of their bytes, to be collected after the commit.

    Raises:
        NotFound: There is none of that address.
        WrongUsage: It has versions, and `confirm` does not repeat its address.
        Refused: A job is to publish one of them.
    """
    profile = profiles.read(tx, address)
    if profile.latest is not None and confirm != address:
        raise WrongUsage(
            f"{address} has versions, which would be deleted with it.",
            f"Confirm by repeating its address: {address}. What stores hold stays there.",
        )
    released = versions.digests(tx, profile.id)
    for sha256 in released:
        check_unused(address, jobs.publishing(tx, sha256))
    count = versions.drop_all(tx, profile.id)
    _unpin(tx, profile, actor)
    profiles.drop(tx, profile.id)
    history.append(tx, "profile.deleted", address, actor, versions=count)
    return released


def _unpin(tx: Connection, profile: Profile, actor: str) -> None:
    """Folders that filed by it hold from now on: nobody asked them to make profiles."""
    for row in folders.filing_by(tx, profile.id):
        values = {"profile_id": None, "unknown": str(UnknownBinary.HOLD)}
        folders.change(tx, row.id, values)
        told = {"id": row.id, "changed": ["profile", "unknown"]}
        reason = f"Its profile {profile.address} was deleted; what no profile has is held."
        history.append(tx, "folder.changed", row.path, actor, reason=reason, **told)


def _rename(tx: Connection, profile: Profile, name: str, actor: str) -> Profile:
    address = f"{profile.owner}/{name}"
    _check_free(tx, address)
    profiles.change(tx, profile.id, name=name, address=address)
    history.append(tx, "profile.renamed", profile.address, actor, address=address)
    return profiles.read(tx, address)


def _check_free(tx: Connection, address: str) -> None:
    if profiles.exists(tx, address):
        raise Refused(
            f"There is a profile {address} already.", "Names are unique over all platforms."
        )


def _app_name(request: CreateProfile) -> str:
    if request.app is None:
        return request.name
    return request.app.rpartition("/")[2]


def _check_identifier(identifier: str | None) -> str | None:
    if identifier is None:
        return None
    if not identifier or identifier.split() != [identifier] or len(identifier) > _MAX_IDENTIFIER:
        raise WrongUsage(
            f"{identifier!r} is no identifier.",
            "Give the bundle ID or the package name, as in com.example.app.",
        )
    return identifier
