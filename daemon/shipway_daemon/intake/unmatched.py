"""Binaries that are held: their bytes are kept until they are filed, or dropped."""

import msgspec
from shipway_client.wire import FileUnmatched, Ingested, UnknownBinary, UnmatchedFile
from sqlalchemy import Connection

from shipway_daemon.catalog import folders, unmatched, versions
from shipway_daemon.catalog.unmatched import HeldRow
from shipway_daemon.events import history
from shipway_daemon.filing import match
from shipway_daemon.filing.match import Unmatched
from shipway_daemon.intake.record import Arrival, Contents, chosen_numbers, file_under, set_seen
from shipway_daemon.queries.asked import Asked
from shipway_daemon.rules.channels import channel_of


def hold(tx: Connection, arrival: Arrival, contents: Contents, why: Unmatched) -> None:
    """Keep a binary that no profile has; the same bytes again are the one that is held already.

    Call it in the transaction that found no profile, while the digest is held.
    """
    if unmatched.with_digest(tx, contents.sha256) is None:
        _create(tx, arrival, contents, why)
    if arrival.seen is not None:
        set_seen(tx, arrival.seen, "unmatched", contents.sha256)


def _create(tx: Connection, arrival: Arrival, contents: Contents, why: Unmatched) -> None:
    channel = channel_of(contents.inspection, arrival.wanted.channel)
    identifier = contents.inspection.identifier or None
    versions.insert_blob(tx, contents.sha256, contents.size)
    values = {
        "sha256": contents.sha256,
        "size": contents.size,
        "folder_id": arrival.seen.folder if arrival.seen is not None else None,
        "file_name": arrival.file_name,
        "source": arrival.source,
        "channel": channel,
        "identifier": identifier,
        "inspection": contents.inspection,
        "arrival": msgspec.to_builtins(arrival),
    }
    held_id = unmatched.create(tx, values)
    history.append(
        tx,
        "file.unmatched",
        arrival.file_name,
        arrival.wanted.actor,
        id=held_id,
        reason=why.message,
        hint=why.hint,
        source=arrival.source,
        sha256=contents.sha256,
        identifier=identifier,
        channel=channel,
    )


def file(tx: Connection, held_id: int, request: FileUnmatched, actor: str) -> Ingested:
    """File a held binary as intake would have: under the profile named, its own, or a new one.

    Raises:
        NotFound: There is no such binary, or no such profile.
        Refused: A rule of the profile stands against it; it stays held.
    """
    row = unmatched.read(tx, held_id)
    wanted = _wanted(row, actor, request.profile, UnknownBinary.CREATE)
    return _file(tx, row, wanted)


def file_by_itself(tx: Connection, held_id: int) -> Ingested:
    """File a held binary under the profile that has its identifier by now.

    Raises:
        NotFound: It was filed or dropped meanwhile.
        Refused: There is no such profile, or a rule of it stands against it; it stays held.
    """
    row = unmatched.read(tx, held_id)
    return _file(tx, row, _wanted(row, history.DAEMON, None, UnknownBinary.HOLD))


def _file(tx: Connection, row: HeldRow, wanted: match.Wanted) -> Ingested:
    profile = match.find(tx, row.inspection, row.file_name, wanted)
    arrival = msgspec.structs.replace(_arrival(row), wanted=wanted)
    contents = Contents(sha256=row.sha256, size=row.size, inspection=row.inspection)
    ingested = file_under(tx, profile, arrival, contents)
    address = ingested.version.address
    unmatched.drop(tx, row.id)
    folders.settle_held(tx, row.sha256, "ingested", address)
    history.append(tx, "file.filed", row.file_name, wanted.actor, id=row.id, version=address)
    return ingested


def drop(tx: Connection, held_id: int, actor: str) -> str:
    """Give a held binary up; returns the digest of its bytes, to be collected after the commit.

    Where its file still lies in the folder it is not held again, until it changes.

    Raises:
        NotFound: There is none of that id.
    """
    row = unmatched.read(tx, held_id)
    unmatched.drop(tx, row.id)
    folders.settle_held(tx, row.sha256, "dropped", "")
    told = {"id": row.id, "source": row.source, "sha256": row.sha256}
    history.append(tx, "file.dropped", row.file_name, actor, **told)
    return row.sha256


def matching(tx: Connection) -> list[int]:
    """Find the held binaries that a profile matches by now; changes nothing."""
    nameless = [row.id for row in unmatched.without_identifier(tx) if _matches(tx, row)]
    return unmatched.with_a_profile(tx) + nameless


def _matches(tx: Connection, row: HeldRow) -> bool:
    wanted = _wanted(row, history.DAEMON, None, UnknownBinary.HOLD)
    try:
        match.find(tx, row.inspection, row.file_name, wanted)
    except Unmatched:
        return False
    return True


def page(tx: Connection, folder: int | None, ask: Asked) -> list[UnmatchedFile]:
    """Read what is held, of one folder or of all; and one more where there are more."""
    rows = unmatched.page(tx, folder, ask.after, ask.limit + 1, ask.query, ask.order)
    return [unmatched_file(row) for row in rows]


def unmatched_file(row: HeldRow) -> UnmatchedFile:
    """Tell what a held binary is, and what was said of it."""
    arrival, inspection = _arrival(row), row.inspection
    version, build = chosen_numbers(arrival, inspection)
    return UnmatchedFile(
        id=row.id,
        folder=row.folder_id,
        file_name=row.file_name,
        source=row.source,
        sha256=row.sha256,
        size=row.size,
        channel=row.channel,
        platform=str(inspection.platform),
        format=inspection.format,
        identifier=row.identifier,
        name=inspection.name or None,
        version=version.number,
        build=build.number,
        facts=arrival.facts,
        findings=[*inspection.findings, *version.findings, *build.findings, *arrival.findings],
        at=row.created_at,
    )


def _arrival(row: HeldRow) -> Arrival:
    return msgspec.convert(row.arrival, Arrival)


def _wanted(row: HeldRow, actor: str, profile: str | None, unknown: UnknownBinary) -> match.Wanted:
    channel = _arrival(row).wanted.channel
    return match.Wanted(profile=profile, channel=channel, unknown=unknown, actor=actor)
