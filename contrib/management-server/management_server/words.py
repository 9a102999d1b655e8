"""The bodies of the contract, as docs/http-management.json declares them.

They are written out here a second time, and not taken from the adapter, so that neither side can
bend the contract alone.
"""

from enum import StrEnum
from typing import Annotated, TypeAlias

import msgspec

Digest: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Key: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._~-]{1,100}\Z")]
AppName: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Channel: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Size: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
FileName: TypeAlias = Annotated[str, msgspec.Meta(max_length=255)]
Address: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^(group|user):.+")]


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """The base of all bodies: named fields, never changed."""


class Action(StrEnum):
    """What happens to a channel."""

    KEEP = "keep"
    PUBLISH = "publish"
    REMOVE = "remove"


class Copy(StrEnum):
    """Production, or a preview beside it."""

    PRODUCTION = "production"
    PREVIEW = "preview"


class State(StrEnum):
    """Draft, or offered to the targets."""

    DRAFT = "draft"
    ACTIVE = "active"


class Status(Body, frozen=True, kw_only=True):
    """How the server is."""

    state: str
    reason: str
    now: float
    remedy: str = ""
    max_bytes: int | None = None


class Target(Body, frozen=True, kw_only=True):
    """A user or a group."""

    address: Address
    title: str
    source: str = ""
    eligible: bool = True
    reason: str = ""


class Targets(Body, frozen=True, kw_only=True):
    """At most 200 of them."""

    targets: list[Target]


class UploadRequest(Body, frozen=True, kw_only=True):
    """A binary that will be sent."""

    digest: Digest
    size: Size
    file_name: FileName


class Upload(Body, frozen=True, kw_only=True):
    """How far an upload is."""

    id: str
    digest: Digest
    size: Size
    offset: int
    complete: bool


class Binary(Body, frozen=True, kw_only=True):
    """A version, by the digest of its bytes."""

    digest: Digest
    size: Size
    file_name: FileName
    platform: str
    format: str
    identifier: str | None = None
    name: str | None = None
    version: str | None = None
    build: str | None = None
    min_os: str | None = None
    notes: str = ""


class PublicationItem(Body, frozen=True, kw_only=True):
    """What happens to one channel."""

    channel: Channel
    action: Action
    binary: Binary | None = None


class Publication(Body, frozen=True, kw_only=True):
    """One attempt, whole."""

    key: Key
    app: AppName
    copy: Copy
    state: State
    targets: list[Address] = []
    items: list[PublicationItem]
    valid_until: float | None = None


class LiveEntry(Body, frozen=True, kw_only=True):
    """One version that devices are offered."""

    channel: Channel
    digest: Digest
    copy: Copy
    state: State
    identifier: str | None = None
    version: str | None = None
    build: str | None = None
    targets: list[Address] = []


class App(Body, frozen=True, kw_only=True):
    """What is shown of an app."""

    app: AppName
    entries: list[LiveEntry]
    processing: bool


class ReceiptItem(Body, frozen=True, kw_only=True):
    """What was taken on one channel."""

    channel: Channel
    digest: Digest
    store_id: str = ""


class Receipt(Body, frozen=True, kw_only=True):
    """The answer to an attempt."""

    key: Key
    app: AppName
    items: list[ReceiptItem]
    message: str = ""


class Problem(Body, frozen=True, kw_only=True, omit_defaults=True):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = ""
    hint: str = ""
    offset: int | None = None
