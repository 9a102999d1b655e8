"""The words that travel between the daemon, its child processes, plugins and clients.

Everything here is a frozen msgspec struct or a string enum, so that one declaration serves the
plugin API, the frames between processes and the wire types of the socket. Sizes are bytes, times
are RFC 3339 strings in UTC, digests are lower-case hexadecimal SHA-256.
"""

from enum import StrEnum
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType


class Word(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """The base of everything that travels: immutable, named fields only."""


class Platform(StrEnum):
    """The operating system that a binary is for."""

    ANDROID = "android"
    IOS = "ios"
    IOS_SIMULATOR = "ios-simulator"
    MACOS = "macos"
    WINDOWS = "windows"
    CUSTOM = "custom"


class Severity(StrEnum):
    """How much a finding weighs; an error stops a publish."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Finding(Word, frozen=True, kw_only=True):
    """Something that a check noticed, with what to do about it."""

    severity: Severity
    rule: str
    sentence: str
    remedy: str = ""


class SigningState(StrEnum):
    """What is known of a binary's signature."""

    VALID = "valid"
    INVALID = "invalid"
    UNSIGNED = "unsigned"
    UNVERIFIED = "unverified"


class Signing(Word, frozen=True, kw_only=True, omit_defaults=True):
    """A binary's signature; all but the state is filled in by the verification call."""

    state: SigningState
    schemes: list[str] | UnsetType = UNSET
    certificate_sha256: str | UnsetType | None = UNSET
    subject: str | UnsetType | None = UNSET
    expires: str | UnsetType | None = UNSET


class Inspection(Word, frozen=True, kw_only=True, omit_defaults=True):
    """What a binary says of itself, as strings exactly as the file states them.

    A field that does not apply to the format is UNSET (absent in JSON); one that applies and could
    not be read is None, with a finding that says why. `format` is the extension family, decided by
    content. `device_families` holds `phone`, `tablet`, `desktop`, `tv`, `watch`.
    """

    platform: Platform
    format: str
    identifier: str | UnsetType | None = UNSET
    name: str | UnsetType | None = UNSET
    version: str | UnsetType | None = UNSET
    build: str | UnsetType | None = UNSET
    min_os: str | UnsetType | None = UNSET
    target_os: str | UnsetType | None = UNSET
    device_families: list[str] | UnsetType = UNSET
    signing: Signing | UnsetType = UNSET
    details: dict[str, dict[str, Any]] | UnsetType = UNSET
    findings: list[Finding] = []


class Capabilities(Word, frozen=True, kw_only=True):
    """What an adapter can do; the daemon refuses what is not named here before anything is sent.

    `channels` empty means any channel. `idempotent` means that the store knows an attempt again by
    its key, so that sending it twice is safe.
    """

    channels: list[str] = []
    preview: bool = False
    wrap: bool = False
    states: bool = False
    targets: bool = False
    tracks: bool = False
    rollout: bool = False
    unpublish: bool = False
    downgrade: bool = False
    multi_version: bool = False
    cancel: bool = True
    store_status: bool = False
    listing_update: bool = False
    idempotent: bool = False


class EnvironmentStatus(StrEnum):
    """Whether an environment can take a publish now (Volt MX's three words)."""

    AVAILABLE = "available"
    BUSY = "busy"
    UNKNOWN = "unknown"


class StatusReport(Word, frozen=True, kw_only=True):
    """An environment's own answer to "can you take a publish now", with the reason.

    `remedy` says what a person can do where it is not Available.
    """

    status: EnvironmentStatus
    reason: str
    remedy: str = ""


class ItemAction(StrEnum):
    """What a plan does to one channel."""

    KEEP = "keep"
    PUBLISH = "publish"
    REMOVE = "remove"


class PublishState(StrEnum):
    """Draft is seen by operators only; Active is offered to its targets."""

    DRAFT = "draft"
    ACTIVE = "active"


class Copy(StrEnum):
    """Which copy of an app is published: production, or a preview that installs beside it."""

    PRODUCTION = "production"
    PREVIEW = "preview"


class SigningAction(StrEnum):
    """What is done to the bytes before they are sent."""

    SIGN_ONLY = "sign-only"
    WRAP = "wrap"


class BuildFacts(Word, frozen=True, kw_only=True, omit_defaults=True):
    """Where a binary was built from, as far as anybody said: each field is text, or None.

    `commit` is the full hash, `message` that of the commit, `run_url` the page of the CI run,
    `variant` the build variant or configuration.
    """

    branch: str | None = None
    commit: str | None = None
    message: str | None = None
    run_url: str | None = None
    variant: str | None = None


class VersionFacts(Word, frozen=True, kw_only=True):
    """One version as an adapter sees it. `path` is a readable file, only set inside a lane."""

    address: str
    number: int
    channel: str
    platform: str
    format: str
    digest: str
    size: int
    file_name: str
    identifier: str | None = None
    name: str | None = None
    version: str | None = None
    build: str | None = None
    min_os: str | None = None
    notes: str = ""
    path: str = ""
    facts: BuildFacts = BuildFacts()


class LiveEntry(Word, frozen=True, kw_only=True):
    """One version that a store holds, as read back from the store."""

    channel: str
    digest: str
    copy: Copy = Copy.PRODUCTION
    state: PublishState = PublishState.ACTIVE
    identifier: str | None = None
    version: str | None = None
    build: str | None = None
    targets: list[str] = []


class LiveState(Word, frozen=True, kw_only=True):
    """All that a store holds of one app now; empty `entries` means Not Published.

    `processing` means that the store has taken something that it does not show yet: it is looked
    at again later, with the environment free meanwhile.
    """

    app: str
    entries: list[LiveEntry] = []
    processing: bool = False


class PlanItem(Word, frozen=True, kw_only=True):
    """What happens to one channel: `version` is set for PUBLISH only."""

    channel: str
    action: ItemAction
    version: VersionFacts | None = None
    current: list[LiveEntry] = []


class Plan(Word, frozen=True, kw_only=True):
    """One publish, whole: what the environment is asked to hold of `app` afterwards.

    `key` names the attempt; a store that takes idempotency keys is given it.
    """

    key: str
    app: str
    environment: str
    items: list[PlanItem]
    copy: Copy = Copy.PRODUCTION
    signing: SigningAction = SigningAction.SIGN_ONLY
    state: PublishState = PublishState.DRAFT
    targets: list[str] = []


class ReceiptItem(Word, frozen=True, kw_only=True):
    """What the store took on one channel; `digest` is of the bytes that were sent."""

    channel: str
    digest: str
    store_id: str = ""


class Receipt(Word, frozen=True, kw_only=True):
    """A store's answer to a publish or an unpublish."""

    key: str
    items: list[ReceiptItem]
    message: str = ""


class StageState(StrEnum):
    """Where one stage of a job stands."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


class Stage(Word, frozen=True, kw_only=True):
    """A named part of a job that a person can follow."""

    name: str
    state: StageState = StageState.PENDING
    detail: str = ""


class Progress(Word, frozen=True, kw_only=True):
    """How far a stage is, in bytes unless `unit` says otherwise. `total` 0 means unknown."""

    stage: str
    done: int
    total: int
    unit: str = "bytes"


class Target(Word, frozen=True, kw_only=True):
    """Somebody whom a publish may be aimed at; `reason` says why when not eligible."""

    address: str
    title: str
    source: str = ""
    eligible: bool = True
    reason: str = ""


class PluginState(StrEnum):
    """What became of a plugin when it was last probed."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    FAILED = "failed to load"
    BAD_SETTINGS = "bad settings"


class AdapterRecord(Word, frozen=True, kw_only=True):
    """What the probe learned of one adapter; `options` is a JSON Schema.

    An option that is a `shipway_plugins.credentials.Credential` says so in its schema; see
    `shipway_plugins.credentials.credential_names`.
    """

    kind: str
    title: str
    options: dict[str, Any]
    capabilities: Capabilities


class PluginRecord(Word, frozen=True, kw_only=True):
    """What the probe learned of one plugin: enough to use it without importing it."""

    name: str
    distribution: str
    version: str
    state: PluginState
    error: str = ""
    adapters: list[AdapterRecord] = []
    formats: list[str] = []
    hooks: list[str] = []
