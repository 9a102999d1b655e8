"""What is asked of an upload before it begins, the row that it begins with, and how it is shown."""

import msgspec
from shipway_client.errors import Busy, Refused
from shipway_client.wire import CreateUpload, Ingested, Upload, UploadState
from sqlalchemy import Connection

from shipway_daemon.catalog import profiles, uploads, versions
from shipway_daemon.catalog.uploads import UploadRow
from shipway_daemon.clock import now
from shipway_daemon.events import history
from shipway_daemon.intake.record import Arrival
from shipway_daemon.intake.sessions import Session
from shipway_daemon.rules import uploads as rules


def check(request: CreateUpload) -> None:
    """See that an upload can be so.

    Raises:
        WrongUsage: Its name, size, digest or key cannot.
    """
    rules.check_file_name(request.file_name)
    rules.check_size(request.size)
    rules.check_key(request.key)
    if request.sha256 is not None:
        rules.check_digest(request.sha256)


def check_place(row: UploadRow, at: int, offset: int, count: int | None) -> None:
    """See that `count` bytes (None: nobody knows how many) from `offset` come where it goes on.

    Raises:
        Refused: It goes on elsewhere, or they are too many.
    """
    if offset != at:
        raise Refused(f"The upload is at byte {at:,}, not {offset:,}.", "Go on from there.")
    if count is not None and offset + count > row.size:
        raise Refused(
            f"{offset + count:,} bytes are more than the {row.size:,} that the upload is to have."
        )


def same(tx: Connection, request: CreateUpload, actor: str) -> UploadRow | None:
    """Find the open upload that goes on with what is asked for, by its key.

    Raises:
        Refused: The key is that of something else.
    """
    row = uploads.with_key(tx, request.key) if request.key is not None else None
    if row is None:
        return None
    if (row.file_name, row.size, row.actor) != (request.file_name, request.size, actor):
        raise Refused("Another upload has this key.", "Use another one.")
    return row


def values_of(
    request: CreateUpload, arrival: Arrival, upload: str, expires_at: str
) -> dict[str, object]:
    """Make the row of a new upload: what was asked for, and what is to be done with it."""
    return {
        "id": upload,
        "resume_key": request.key,
        "file_name": request.file_name,
        "size": request.size,
        "sha256": request.sha256,
        "arrival": msgspec.to_builtins(arrival),
        "actor": arrival.wanted.actor,
        "created_at": now(),
        "expires_at": expires_at,
    }


def begin(tx: Connection, values: dict[str, object], arrival: Arrival) -> UploadRow:
    """Insert a new upload and tell of it.

    Raises:
        NotFound: The named profile is not there; said before many bytes come for nothing.
        Busy: Somebody else began one with this key at the same moment.
        Unavailable: Too many are open.
    """
    rules.check_count(uploads.count_open(tx))
    if arrival.wanted.profile is not None:
        profiles.read(tx, arrival.wanted.profile)
    key = values["resume_key"]
    if key is not None and uploads.with_key(tx, str(key)) is not None:
        raise Busy("Somebody else began this upload.", "Ask again, to go on with that one.")
    row = uploads.create(tx, values)
    told = {"file_name": row.file_name, "size": row.size}
    history.append(tx, "upload.created", f"upload:{row.id}", row.actor, **told)
    return row


def view(tx: Connection, row: UploadRow, session: Session | None) -> Upload:
    """Show an upload; `session` is None where it is done, or its bytes cannot be read."""
    result = None
    if row.version_id is not None:
        made = versions.read_id(tx, row.version_id)
        result = Ingested(version=made, created=bool(row.created))
    taking_in = row.open and session is not None and session.ingesting
    return Upload(
        id=row.id,
        file_name=row.file_name,
        size=row.size,
        offset=_offset(row, session),
        state=UploadState.INGESTING if taking_in else UploadState(row.state),
        created_at=row.created_at,
        expires_at=row.expires_at,
        result=result,
    )


def _offset(row: UploadRow, session: Session | None) -> int:
    if not row.open:
        return row.size
    return session.part.durable if session is not None else 0
