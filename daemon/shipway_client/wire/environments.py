"""Environments and what they hold, and what is asked of them."""

from enum import StrEnum
from typing import Any

import msgspec
from shipway_plugins.words import (
    Capabilities,
    Copy,
    EnvironmentStatus,
    PluginState,
    PublishState,
)

from shipway_client.wire.base import Request, Wire


class Environment(Wire, frozen=True, kw_only=True):
    """Somewhere to publish. `job` is the live job that makes it Busy.

    `plugin_state` is the state of the plugin that brings the adapter (None: none that is installed
    does), `plugin_error` why it is not enabled, `bad_settings` a sentence for each setting that
    the adapter does not take (under the empty name: for all of them together). Settings hold
    references where the adapter wants credentials; `credentials` names those. `published` counts
    the apps of which it holds anything, by the last read-back.
    """

    id: int
    name: str
    adapter: str
    title: str
    settings: dict[str, Any]
    status: EnvironmentStatus
    reason: str
    read_at: str | None
    job: int | None
    capabilities: Capabilities | None
    created_at: str
    remedy: str = ""
    plugin: str | None = None
    plugin_state: PluginState | None = None
    plugin_error: str = ""
    bad_settings: dict[str, str] = msgspec.field(default_factory=dict)
    credentials: list[str] = msgspec.field(default_factory=list)
    published: int = 0


class PublishStatus(StrEnum):
    """Whether an environment holds anything of an app now."""

    PUBLISHED = "published"
    NOT_PUBLISHED = "not-published"


class JobOutcome(StrEnum):
    """How an attempt ended."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    FAILED = "failed"
    CANCELLED = "cancelled"


class LiveVersion(Wire, frozen=True, kw_only=True):
    """What is live on one channel; `version_address` is None where the version is not ours."""

    channel: str
    copy: Copy
    state: PublishState
    digest: str
    version: str | None
    build: str | None
    version_address: str | None
    targets: list[str]


class Attempt(Wire, frozen=True, kw_only=True):
    """The last publish job of an app in an environment; `outcome` is None while it runs."""

    job: int
    outcome: JobOutcome | None
    reason: str
    at: str


class Publication(Wire, frozen=True, kw_only=True):
    """What an environment holds of an app by read-back, and beside it the last attempt."""

    environment: str
    app: str
    status: PublishStatus
    live: list[LiveVersion]
    read_at: str | None
    last_attempt: Attempt | None


class AddEnvironment(Request, frozen=True, kw_only=True):
    """Make an environment: an adapter, and its settings by option name."""

    name: str
    adapter: str
    settings: dict[str, Any] = msgspec.field(default_factory=dict)


class ChangeEnvironment(Request, frozen=True, kw_only=True):
    """Change settings of an environment by option name; `unset` go back to their defaults."""

    settings: dict[str, Any] = msgspec.field(default_factory=dict)
    unset: list[str] = msgspec.field(default_factory=list)
