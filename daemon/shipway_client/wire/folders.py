"""Watched folders, what lies in them, and what is asked of them."""

from enum import StrEnum

import msgspec
from shipway_plugins.words import BuildFacts, Finding

from shipway_client.wire.base import Request, Wire
from shipway_client.wire.retention import Retention


class UnknownBinary(StrEnum):
    """What a folder does with a binary whose identifier no profile has."""

    CREATE = "create"
    HOLD = "hold"


class Preset(StrEnum):
    """A build tool whose output folders are known: where binaries are, and what is passed over."""

    ANDROID = "android"
    XCODE = "xcode"
    DOTNET = "dotnet"


class FolderState(StrEnum):
    """Whether a folder is being watched now, and how."""

    STARTING = "starting"
    #: Hints come, and scans.
    WATCHING = "watching"
    #: The system gives no hints, or not of all that lies in it: files are found by scans alone.
    SCANNING = "scanning"
    #: It is not there, or cannot be read.
    MISSING = "missing"
    #: It does not answer, as a mount whose server is gone.
    SILENT = "silent"
    FAILED = "failed"


class Folder(Wire, frozen=True, kw_only=True):
    """A watched build folder. Counts are of files seen, by what became of them.

    A file that is rebuilt at its path counts once, one that is gone still counts. `waiting` files
    are not finished yet; `unreadable` are files among them, and folders, that cannot be opened.
    `weaker` says that no read lease can be had, so that only quiet tells of an end: a weaker
    guarantee. `pattern` reads version and build from a name: `App-{version}-{build}.zip`.
    """

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
    unreadable: int = 0
    weaker: bool = False
    preset: Preset | None = None
    pattern: str | None = None
    retention: Retention = Retention()


class AddFolder(Request, frozen=True, kw_only=True):
    """Watch a build folder, recursively."""

    path: str
    glob: str | None = None
    channel: str | None = None
    profile: str | None = None
    unknown: UnknownBinary = UnknownBinary.CREATE
    quiet: float = 2.0
    candidate: bool = False
    preset: Preset | None = None
    pattern: str | None = None
    retention: Retention = Retention()


class ChangeFolder(Request, frozen=True, kw_only=True):
    """Change what is asked of a folder; what is left out stays, None takes it away."""

    glob: str | msgspec.UnsetType | None = msgspec.UNSET
    channel: str | msgspec.UnsetType | None = msgspec.UNSET
    profile: str | msgspec.UnsetType | None = msgspec.UNSET
    unknown: UnknownBinary | msgspec.UnsetType = msgspec.UNSET
    quiet: float | msgspec.UnsetType = msgspec.UNSET
    candidate: bool | msgspec.UnsetType = msgspec.UNSET
    preset: Preset | msgspec.UnsetType | None = msgspec.UNSET
    pattern: str | msgspec.UnsetType | None = msgspec.UNSET
    retention: Retention | msgspec.UnsetType = msgspec.UNSET


class WaitingFile(Wire, frozen=True, kw_only=True):
    """A file of a folder that is not taken yet, and a sentence that says why.

    `size` is in bytes; `since` is when it last changed.
    """

    path: str
    size: int
    since: str
    why: str


class UnmatchedFile(Wire, frozen=True, kw_only=True):
    """A binary that is held: no profile has its identifier. Its bytes are kept.

    It is filed under a profile by a person, or by itself when one with its identifier is made.
    """

    id: int
    folder: int | None
    file_name: str
    source: str
    sha256: str
    size: int
    channel: str
    platform: str
    format: str
    identifier: str | None
    name: str | None
    version: str | None
    build: str | None
    facts: BuildFacts
    findings: list[Finding]
    at: str


class FileUnmatched(Request, frozen=True, kw_only=True):
    """File a held binary: under the profile that is named, or under a new one (None)."""

    profile: str | None = None
