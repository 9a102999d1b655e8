"""Watched folders, and what is asked of them."""

from enum import StrEnum

from shipway_client.wire.base import Request, Wire


class UnknownBinary(StrEnum):
    """What a folder does with a binary whose identifier no profile has."""

    CREATE = "create"
    HOLD = "hold"


class FolderState(StrEnum):
    """Whether a folder is being watched now."""

    STARTING = "starting"
    WATCHING = "watching"
    MISSING = "missing"
    FAILED = "failed"


class Folder(Wire, frozen=True, kw_only=True):
    """A watched build folder. Counts are of files seen, by what became of them."""

    id: int
    path: str
    glob: str | None
    channel: str | None
    profile: str | None
    unknown: UnknownBinary
    quiet: float
    candidate: bool
    state: FolderState
    reason: str
    last_scan_at: str | None
    ingested: int
    waiting: int
    refused: int
    unmatched: int


class AddFolder(Request, frozen=True, kw_only=True):
    """Watch a build folder, recursively."""

    path: str
    glob: str | None = None
    channel: str | None = None
    profile: str | None = None
    unknown: UnknownBinary = UnknownBinary.CREATE
    quiet: float = 2.0
    candidate: bool = False
