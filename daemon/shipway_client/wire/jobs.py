"""Publishing and its jobs, and what is asked of them."""

from enum import StrEnum

import msgspec
from shipway_plugins.words import (
    Copy,
    Finding,
    ItemAction,
    Plan,
    Progress,
    PublishState,
    Receipt,
    SigningAction,
    Stage,
)

from shipway_client.wire.base import Request, Wire
from shipway_client.wire.environments import JobOutcome, Publication


class JobState(StrEnum):
    """Where a job stands. One that waits is a row with a deadline: nothing runs for it."""

    QUEUED = "queued"
    READY = "ready"
    RUNNING = "running"
    WAITING = "waiting"
    CANCELLING = "cancelling"
    DONE = "done"


class Job(Wire, frozen=True, kw_only=True):
    """One attempt, kept for ever. `stages` are in order; `progress` is of the running one.

    `tries` counts how often it was sent; `retry_of` is the job that it repeats. While it waits,
    `waits_for` says for what and `due_at` until when at most; while it is queued, `position` is
    its place in the queue of its lock, from 1.
    """

    id: int
    kind: str
    environment: str | None
    app: str | None
    actor: str
    state: JobState
    outcome: JobOutcome | None
    reason: str
    hint: str
    tracking: str
    stages: list[Stage]
    progress: Progress | None
    plan: Plan | None
    receipt: Receipt | None
    findings: list[Finding]
    created_at: str
    started_at: str | None
    finished_at: str | None
    tries: int = 0
    retry_of: int | None = None
    waits_for: str = ""
    due_at: str | None = None
    position: int | None = None


class LogLine(Wire, frozen=True, kw_only=True):
    """One line of a job's log."""

    id: int
    at: str
    line: str


class Preview(Wire, frozen=True, kw_only=True):
    """A plan and all that is to be said of it, before anything is done."""

    plan: Plan
    findings: list[Finding]
    current: Publication


class Selection(Request, frozen=True, kw_only=True):
    """What a publish does to one channel. `version` is an address, a number or `1.2.3`."""

    channel: str
    action: ItemAction
    version: str | None = None


class PublishRequest(Request, frozen=True, kw_only=True):
    """Ask for a publish. With no selection, the current candidate of each profile is taken.

    `confirm_remove` repeats the app's address where a channel is removed.
    """

    app: str
    environment: str
    selections: list[Selection] = msgspec.field(default_factory=list)
    copy: Copy = Copy.PRODUCTION
    signing: SigningAction = SigningAction.SIGN_ONLY
    state: PublishState = PublishState.DRAFT
    targets: list[str] = msgspec.field(default_factory=list)
    queue: bool = False
    force: bool = False
    confirm_remove: str | None = None


class UnpublishRequest(Request, frozen=True, kw_only=True):
    """Take an app out of an environment. `confirm_remove` repeats the app's address."""

    app: str
    environment: str
    queue: bool = False
    force: bool = False
    confirm_remove: str | None = None


class RetryRequest(Request, frozen=True, kw_only=True):
    """Ask for what an ended job was asked for, as a new job with today's rules."""

    queue: bool = False
    force: bool = False
