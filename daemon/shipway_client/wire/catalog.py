"""Profiles, versions and apps, and what is asked of them."""

from enum import StrEnum

import msgspec
from shipway_plugins.words import BuildFacts, Finding, Inspection, Severity

from shipway_client.wire.base import Request, Wire
from shipway_client.wire.retention import Retention


class Duplicates(StrEnum):
    """What a profile does with other bytes of the same version and build."""

    ACCEPT = "accept"
    REFUSE = "refuse"


class Mismatch(StrEnum):
    """What a profile does with a binary of another identifier."""

    FLAG = "flag"
    REFUSE = "refuse"


class ProfileSettings(Wire, frozen=True, kw_only=True):
    """The rules of one profile."""

    duplicates: Duplicates = Duplicates.ACCEPT
    mismatch: Mismatch = Mismatch.FLAG
    require_newer_build: Severity | None = None
    retention: Retention = Retention()


class VersionState(StrEnum):
    """The one word for what a version is now; only a ready one can be published."""

    READY = "ready"
    INCOMPLETE = "incomplete"
    MISMATCHED = "mismatched"
    EXPIRED = "expired"
    REJECTED = "rejected"


class Version(Wire, frozen=True, kw_only=True):
    """One binary under a profile. `candidate` is the mark; `current` the profile's current one."""

    id: int
    address: str
    number: int
    profile: str
    channel: str
    version: str | None
    build: str | None
    identifier: str | None
    name: str | None
    platform: str
    format: str
    file_name: str
    sha256: str
    size: int
    state: VersionState
    candidate: bool
    current: bool
    findings: list[Finding]
    notes: str
    min_os: str | None
    target_os: str | None
    rejected: str | None
    created_at: str
    inspection: Inspection
    facts: BuildFacts = msgspec.field(default_factory=BuildFacts)


class Profile(Wire, frozen=True, kw_only=True):
    """One app on one channel. `candidate` and `latest` are version numbers.

    `latest_at` is when the latest one came.
    """

    id: int
    address: str
    owner: str
    name: str
    app: str
    channel: str
    identifier: str | None
    settings: ProfileSettings
    candidate: int | None
    latest: int | None
    latest_version: str | None
    latest_build: str | None
    created_at: str
    latest_at: str | None = None


class App(Wire, frozen=True, kw_only=True):
    """A product: what its profiles have in common."""

    id: int
    address: str
    profiles: list[str]


class Ingested(Wire, frozen=True, kw_only=True):
    """What became of a file: a new version, or the one that had these bytes already."""

    version: Version
    created: bool


class CreateProfile(Request, frozen=True, kw_only=True):
    """Make a profile; without an identifier it adopts that of its first binary."""

    name: str
    channel: str
    owner: str | None = None
    app: str | None = None
    identifier: str | None = None


class ChangeProfile(Request, frozen=True, kw_only=True):
    """Rename a profile or change its settings; what is left out stays.

    A newer build can be asked for no more: None.
    """

    name: str | None = None
    duplicates: Duplicates | None = None
    mismatch: Mismatch | None = None
    require_newer_build: Severity | msgspec.UnsetType | None = msgspec.UNSET
    retention: Retention | None = None


class Arriving(Request, frozen=True, kw_only=True):
    """What can be said of a file that comes in by hand, whichever way it comes."""

    profile: str | None = None
    channel: str | None = None
    notes: str | None = None
    candidate: bool = False
    build_version: str | None = None
    build_number: str | None = None
    facts: BuildFacts = msgspec.field(default_factory=BuildFacts)


class AddFile(Arriving, frozen=True, kw_only=True):
    """Ingest a file that the daemon can read by its absolute path."""

    path: str


class ChangeVersion(Request, frozen=True, kw_only=True):
    """Change what may change of a version; what is None stays.

    `version` and `build` can be given once, where they could not be read.
    """

    notes: str | None = None
    version: str | None = None
    build: str | None = None


class RejectVersion(Request, frozen=True, kw_only=True):
    """Reject a version for ever; the message is mandatory."""

    message: str
