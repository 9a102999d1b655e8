"""The one transaction that makes a version out of a staged file."""

import msgspec
from shipway_client.errors import Refused
from shipway_client.wire import Ingested, Profile, Version
from shipway_plugins.words import BuildFacts, Finding, Inspection
from sqlalchemy import Connection

from shipway_daemon.catalog import folders, profiles, versions
from shipway_daemon.clock import now
from shipway_daemon.events import history
from shipway_daemon.filing import match
from shipway_daemon.filing import versions as filing
from shipway_daemon.intake.numbers import Chosen, Numbers, builds_beside, choose, versions_beside
from shipway_daemon.rules import versions as rules
from shipway_daemon.rules.channels import channel_of


class FolderFile(msgspec.Struct, frozen=True, kw_only=True):
    """Where a watched file was seen, so that it is not taken twice."""

    folder: int
    path: bytes
    signature: str


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A file on its way in, with all that was said about it.

    `numbers` fill what the file does not state, the first ones first; `findings` are about what
    was said.
    """

    file_name: str
    source: str
    wanted: match.Wanted
    notes: str = ""
    candidate: bool = False
    build_version: str | None = None
    build_number: str | None = None
    facts: BuildFacts = BuildFacts()
    numbers: list[Numbers] = []
    findings: list[Finding] = []
    seen: FolderFile | None = None


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What the file turned out to hold."""

    sha256: str
    size: int
    inspection: Inspection


def record(tx: Connection, arrival: Arrival, contents: Contents) -> Ingested:
    """File a binary under its profile as a new version, or find the one that has these bytes.

    Raises:
        Refused: A rule of the profile stands against it.
        Unmatched: Nothing matches, and it is to be held.
    """
    profile = match.find(tx, contents.inspection, arrival.file_name, arrival.wanted)
    ingested = file_under(tx, profile, arrival, contents)
    if arrival.seen is not None:
        set_seen(tx, arrival.seen, "ingested", ingested.version.address)
    return ingested


def file_under(tx: Connection, profile: Profile, arrival: Arrival, contents: Contents) -> Ingested:
    """File a binary under this profile as a new version, or find the one that has these bytes.

    Raises:
        Refused: A rule of the profile stands against it.
    """
    there = versions.with_digest(tx, profile.id, contents.sha256)
    version = there or _create(tx, profile, arrival, contents)
    if arrival.candidate and not version.candidate:
        version = _mark(tx, version, arrival.wanted.actor)
    return Ingested(version=version, created=there is None)


def set_seen(tx: Connection, seen: FolderFile, outcome: str, reason: str) -> None:
    """Record what became of a watched file."""
    folders.set_seen(tx, seen.folder, seen.path, seen.signature, outcome, reason)


def _mark(tx: Connection, version: Version, actor: str) -> Version:
    """Mark a version that came as a candidate, or let it say why it is none."""
    told = rules.check_candidate_wish(version.state)
    if not told:
        return filing.mark_candidate(tx, version.profile, version.number, actor)
    others = [finding for finding in version.findings if finding.rule != told[0].rule]
    return versions.change(tx, version.id, findings=[*others, *told])


def chosen_numbers(arrival: Arrival, inspection: Inspection) -> tuple[Chosen, Chosen]:
    """The version and the build that a binary gets, by all that is known of it.

    Raises:
        WrongUsage: One that was typed can be no number.
    """
    versions_told, builds_told = versions_beside(arrival.numbers), builds_beside(arrival.numbers)
    return (
        choose(arrival.build_version, inspection.version, versions_told, "version"),
        choose(arrival.build_number, inspection.build, builds_told, "build"),
    )


def _create(tx: Connection, profile: Profile, arrival: Arrival, contents: Contents) -> Version:
    inspection = contents.inspection
    _check_channel(profile, inspection)
    profile = _adopt_identifier(tx, profile, inspection, arrival.wanted.actor)
    version, build = chosen_numbers(arrival, inspection)
    facts = rules.Facts(
        identifier=inspection.identifier or None,
        version=version.number,
        build=build.number,
        expires=rules.expiry(inspection),
    )
    values = {
        "profile_id": profile.id,
        "sha256": contents.sha256,
        "size": contents.size,
        "file_name": arrival.file_name,
        "source": arrival.source,
        "channel": profile.channel,
        "platform": str(inspection.platform),
        "format": inspection.format,
        "identifier": facts.identifier,
        "name": inspection.name or None,
        "version": facts.version,
        "build": facts.build,
        "state": str(rules.state_of(facts, profile.identifier, now())),
        "notes": rules.check_notes(arrival.notes),
        "findings": [
            *inspection.findings,
            *_against(tx, profile, facts),
            *version.findings,
            *build.findings,
            *rules.check_complete(facts.version, facts.build),
            *arrival.findings,
        ],
        "inspection": inspection,
        "folder_id": arrival.seen.folder if arrival.seen is not None else None,
        **versions.fact_columns(arrival.facts),
    }
    versions.insert_blob(tx, contents.sha256, contents.size)
    made = versions.create(tx, {"number": profiles.take_number(tx, profile.id), **values})
    _tell(tx, made, arrival)
    return made


def _adopt_identifier(
    tx: Connection, profile: Profile, inspection: Inspection, actor: str
) -> Profile:
    """The first binary with an identifier gives it to a profile that has none, for good."""
    if profile.identifier is not None or not inspection.identifier:
        return profile
    profiles.change(tx, profile.id, identifier=inspection.identifier)
    told = inspection.identifier
    history.append(tx, "profile.changed", profile.address, actor, identifier=told)
    return profiles.read(tx, profile.address)


def _against(tx: Connection, profile: Profile, facts: rules.Facts) -> list[Finding]:
    """What the rules of the profile have against a binary that says this of itself."""
    mismatch = rules.check_mismatch(
        profile.settings, profile.address, profile.identifier, facts.identifier
    )
    same = filing.duplicates(tx, profile, facts.version, facts.build)
    return [*mismatch, *same, *([] if mismatch or same else _older(profile, facts))]


def _older(profile: Profile, facts: rules.Facts) -> list[Finding]:
    return rules.check_newer_build(profile.settings, facts.build, profile.latest_build)


def _check_channel(profile: Profile, inspection: Inspection) -> None:
    if channel_of(inspection, profile.channel) != profile.channel:
        raise Refused(
            f"The binary is for {inspection.platform}, the profile {profile.address} is for "
            f"{profile.channel}.",
            "Add it to a profile of its own channel.",
        )


def _tell(tx: Connection, version: Version, arrival: Arrival) -> None:
    history.append(
        tx,
        "version.added",
        version.address,
        arrival.wanted.actor,
        profile=version.profile,
        sha256=version.sha256,
        size=version.size,
        file_name=version.file_name,
        source=arrival.source,
        facts=msgspec.to_builtins(version.facts),
    )
