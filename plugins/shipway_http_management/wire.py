"""The bodies of the contract, docs/http-management.json.

What is read is decoded strictly by type; fields that are not known here are passed over, so that a
newer server can say more. Live entries, receipt items and targets are the words of the plugin API.
"""

from enum import StrEnum

import msgspec
from shipway_plugins.words import (
    Copy,
    EnvironmentStatus,
    ItemAction,
    LiveEntry,
    Plan,
    PlanItem,
    PublishState,
    ReceiptItem,
    Target,
    VersionFacts,
)


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """The base of all bodies."""


class ProblemType(StrEnum):
    """The types of problems that change what is done; all others are sentences."""

    DAMAGED = "urn:shipway:management:damaged"
    OFFSET = "urn:shipway:management:offset"
    DIGEST = "urn:shipway:management:digest"


class Problem(Body, frozen=True, kw_only=True):
    """Why it is no success (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = ""
    hint: str = ""
    offset: int | None = None


class Status(Body, frozen=True, kw_only=True):
    """How the server is."""

    state: EnvironmentStatus
    reason: str
    now: float
    remedy: str = ""
    max_bytes: int | None = None


class Targets(Body, frozen=True, kw_only=True):
    """Whom a publish can be aimed at."""

    targets: list[Target]


class App(Body, frozen=True, kw_only=True):
    """What is live of an app."""

    app: str
    entries: list[LiveEntry]
    processing: bool


class UploadRequest(Body, frozen=True, kw_only=True):
    """Announces a binary."""

    digest: str
    size: int
    file_name: str


class Upload(Body, frozen=True, kw_only=True):
    """How far an upload is."""

    id: str
    digest: str
    size: int
    offset: int
    complete: bool


class Binary(Body, frozen=True, kw_only=True):
    """A version, by the digest of its bytes."""

    digest: str
    size: int
    file_name: str
    platform: str
    format: str
    identifier: str | None
    name: str | None
    version: str | None
    build: str | None
    min_os: str | None
    notes: str


class PublicationItem(Body, frozen=True, kw_only=True, omit_defaults=True):
    """What happens to one channel."""

    channel: str
    action: ItemAction
    binary: Binary | None = None


class Publication(Body, frozen=True, kw_only=True):
    """One attempt, whole."""

    key: str
    app: str
    copy: Copy
    state: PublishState
    targets: list[str]
    items: list[PublicationItem]
    valid_until: float


class Receipt(Body, frozen=True, kw_only=True):
    """What the server took."""

    key: str
    app: str
    items: list[ReceiptItem]
    message: str = ""


def publication(plan: Plan, valid_until: float) -> Publication:
    """Say a plan in the words of the contract; no path of this machine goes out."""
    return Publication(
        key=plan.key,
        app=plan.app,
        copy=plan.copy,
        state=plan.state,
        targets=plan.targets,
        items=[_item(item) for item in plan.items],
        valid_until=valid_until,
    )


def _item(item: PlanItem) -> PublicationItem:
    binary = _binary(item.version) if item.version is not None else None
    return PublicationItem(channel=item.channel, action=item.action, binary=binary)


def _binary(version: VersionFacts) -> Binary:
    return Binary(
        digest=version.digest,
        size=version.size,
        file_name=version.file_name,
        platform=version.platform,
        format=version.format,
        identifier=version.identifier,
        name=version.name,
        version=version.version,
        build=version.build,
        min_os=version.min_os,
        notes=version.notes,
    )
