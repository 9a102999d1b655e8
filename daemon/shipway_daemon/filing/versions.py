"""What can be done to a version."""

from shipway_client.errors import Refused
from shipway_client.wire import ChangeVersion, Profile, Version
from shipway_plugins.words import Finding
from sqlalchemy import Connection

from shipway_daemon.catalog import profiles, versions
from shipway_daemon.clock import now
from shipway_daemon.events import history
from shipway_daemon.jobs import rows as jobs
from shipway_daemon.rules.versions import (
    CANDIDATE_NOT_MARKED,
    INCOMPLETE,
    check_candidate,
    check_complete,
    check_deletable,
    check_duplicate_build,
    check_notes,
    check_number,
    check_rejection,
    check_unused,
    restate,
)


def mark_candidate(tx: Connection, profile: str, number: int, actor: str) -> Version:
    """Mark a version as candidate; it becomes its profile's current one. Idempotent.

    Raises:
        Refused: Its state forbids it.
    """
    version = versions.read(tx, profile, number)
    check_candidate(version.address, version.state)
    if version.current:
        return version
    versions.mark_candidate(tx, version.id)
    history.append(tx, "version.candidate-marked", version.address, actor, profile=profile)
    return versions.change(tx, version.id, findings=_without(version, CANDIDATE_NOT_MARKED))


def unmark_candidate(tx: Connection, profile: str, number: int, actor: str) -> Version:
    """Take the mark away; the mark before it makes its version current again. Idempotent."""
    version = versions.read(tx, profile, number)
    if not version.candidate:
        return version
    history.append(tx, "version.candidate-unmarked", version.address, actor, profile=profile)
    return versions.change(tx, version.id, candidate_mark=None)


def change(
    tx: Connection, profile: str, number: int, request: ChangeVersion, actor: str
) -> Version:
    """Change the notes, or give a version or build number that could not be read, once.

    Raises:
        Refused: The number is known already and immutable, or another version has it and the
            profile refuses duplicates.
    """
    version = versions.read(tx, profile, number)
    if request.notes is not None:
        versions.change(tx, version.id, notes=check_notes(request.notes))
        history.append(tx, "version.notes-changed", version.address, actor, profile=profile)
    numbers = {
        name: value
        for name, value in (("version", request.version), ("build", request.build))
        if value is not None and _is_missing(version, name, value)
    }
    if numbers:
        _complete(tx, version, numbers)
        history.append(tx, "version.completed", version.address, actor, profile=profile, **numbers)
    return versions.read(tx, profile, number)


def reject(tx: Connection, profile: str, number: int, message: str, actor: str) -> Version:
    """Reject a version for ever; it loses its mark, and can only be viewed or deleted."""
    version = versions.read(tx, profile, number)
    text = check_rejection(version.address, message, version.rejected)
    versions.change(tx, version.id, rejected=text, candidate_mark=None, state="rejected")
    history.append(tx, "version.rejected", version.address, actor, profile=profile, message=text)
    return versions.read(tx, profile, number)


def duplicates(
    tx: Connection, profile: Profile, version: str | None, build: str | None
) -> list[Finding]:
    """Say what it means that another version of the profile has this version and build already.

    Raises:
        Refused: The profile refuses duplicates.
    """
    if version is None or build is None:
        return []
    twin = versions.with_build(tx, profile.id, version, build)
    number = twin.number if twin else None
    return check_duplicate_build(profile.settings, profile.address, number, version, build)


def delete(tx: Connection, profile: str, number: int, actor: str) -> str:
    """Delete a version here; returns the digest of its bytes, to be collected after the commit.

    Raises:
        Refused: It is a candidate, or a job is to publish it.
    """
    version = versions.read(tx, profile, number)
    check_deletable(version.address, candidate=version.candidate)
    check_unused(version.address, jobs.publishing(tx, version.sha256))
    versions.drop(tx, version.id)
    history.append(
        tx, "version.deleted", version.address, actor, profile=profile, sha256=version.sha256
    )
    return version.sha256


def _is_missing(version: Version, name: str, value: str) -> bool:
    """Tell whether a number is not known yet; what is known may only be said again."""
    known = getattr(version, name)
    if known is not None and known != value:
        raise Refused(
            f"The {name} of {version.address} is {known} and cannot be changed.",
            "Build the binary again with the right number.",
        )
    check_number(value, name)
    return known is None


def _complete(tx: Connection, version: Version, numbers: dict[str, str]) -> None:
    """Judge a version anew by the numbers that it has now."""
    profile = profiles.read(tx, version.profile)
    given, build = numbers.get("version", version.version), numbers.get("build", version.build)
    findings = [
        *_without(version, INCOMPLETE),
        *duplicates(tx, profile, given, build),
        *check_complete(given, build),
    ]
    version = versions.change(tx, version.id, findings=findings, **numbers)
    versions.change(tx, version.id, state=str(restate(version, profile.identifier, now())))


def _without(version: Version, rule: str) -> list[Finding]:
    return [finding for finding in version.findings if finding.rule != rule]
