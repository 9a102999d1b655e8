"""Resumable uploads: create, send at an offset, ask for the offset, commit with the digest."""

from enum import StrEnum

from shipway_client.wire.base import Request, Wire
from shipway_client.wire.catalog import Arriving, Ingested

#: The next byte that the daemon wants, in a request and in every answer about an upload.
OFFSET_HEADER = "Upload-Offset"
#: How many bytes the whole file has.
LENGTH_HEADER = "Upload-Length"


class UploadState(StrEnum):
    """How far an upload is."""

    OPEN = "open"
    INGESTING = "ingesting"
    DONE = "done"


class CreateUpload(Arriving, frozen=True, kw_only=True):
    """Begin an upload of `size` bytes; `sha256`, where given, must be that of the whole file.

    `key` is the client's own word for this file and all that it says of it: where an upload with
    the same key is still open, that one is answered, and the client goes on where it was.
    """

    file_name: str
    size: int
    sha256: str | None = None
    key: str | None = None


class CommitUpload(Request, frozen=True, kw_only=True):
    """Take the upload in: all bytes are there, and this is their digest."""

    sha256: str


class Upload(Wire, frozen=True, kw_only=True):
    """An upload. `offset` bytes are on the disk for good; it is forgotten at `expires_at`.

    `result` is what became of it, for as long as it is remembered: a commit can be asked again.
    """

    id: str
    file_name: str
    size: int
    offset: int
    state: UploadState
    created_at: str
    expires_at: str
    result: Ingested | None = None
