"""What is said to the program and by it, as JSON; `docs/command-adapter.md` is for its author.

The program gets one object on standard input. On standard output every line that begins with `{`
is an object of ours, and the last one that answers is the answer; all else is log.
"""

from enum import StrEnum
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta
from shipway_plugins.words import Copy, EnvironmentStatus, LiveEntry, Plan, PublishState

#: The version of this protocol; it rises when a program that knows the old one would go wrong.
VERSION = 1

#: A size that every reader of the frames takes.
_Count: TypeAlias = Annotated[int, Meta(ge=0, le=2**62)]


class Call(StrEnum):
    """What the program is run for; the last word of its command line."""

    PUBLISH = "publish"
    UNPUBLISH = "unpublish"
    STATUS = "status"
    LIVE = "live"


class Question(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the program reads: `app` but for `status`, `key` and `plan` where something changes."""

    version: int
    call: Call
    environment: str
    app: str | None = None
    key: str | None = None
    plan: Plan | None = None


class _Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of what the program says; a misspelt field is an error, and no silence."""


class SaidItem(_Said, frozen=True, kw_only=True):
    """What was taken on one channel."""

    channel: str
    digest: str
    store_id: str = ""


class SaidReceipt(_Said, frozen=True, kw_only=True):
    """What was taken; without `items`, all that was sent."""

    key: str | None = None
    items: list[SaidItem] | None = None
    message: str = ""


class ErrorKind(StrEnum):
    """What a failure means: no for good, not now, or nobody knows."""

    REFUSED = "refused"
    BUSY = "busy"
    UNREACHABLE = "unreachable"


class SaidError(_Said, frozen=True, kw_only=True):
    """A failure that the program explains; `retry_after` is in seconds."""

    kind: ErrorKind
    message: Annotated[str, Meta(min_length=1)]
    hint: str = ""
    retry_after: Annotated[float, Meta(ge=0)] | None = None


class SaidEntry(_Said, frozen=True, kw_only=True):
    """One live version. `state` is for programs that keep to it."""

    channel: str
    digest: str
    copy: Copy = Copy.PRODUCTION
    state: PublishState | None = None
    identifier: str | None = None
    version: str | None = None
    build: str | None = None
    targets: list[str] = []

    def entry(self, state: PublishState) -> LiveEntry:
        """Make the word of it; `state` is that of an entry that names none."""
        fields = msgspec.structs.asdict(self)
        return LiveEntry(**{**fields, "state": self.state or state})


class Said(_Said, frozen=True, kw_only=True):
    """One line of the program: a report while it works, or an answer."""

    stage: str | None = None
    skip: str | None = None
    detail: str = ""
    progress: tuple[_Count, _Count] | None = None
    log: str | None = None
    receipt: SaidReceipt | None = None
    status: EnvironmentStatus | None = None
    reason: str = ""
    remedy: str = ""
    live: list[SaidEntry] | None = None
    processing: bool = False
    error: SaidError | None = None

    def answers(self) -> list[str]:
        """Name the answers that this line is; a report is none."""
        names = ("receipt", "status", "live", "error")
        return [name for name in names if getattr(self, name) is not None]

    def reports(self) -> bool:
        """Say whether this line is a report."""
        return any(one is not None for one in (self.stage, self.skip, self.progress, self.log))


#: Which answer each call wants; `error` answers every one.
WANTED = {
    Call.PUBLISH: "receipt",
    Call.UNPUBLISH: "receipt",
    Call.STATUS: "status",
    Call.LIVE: "live",
}

_DECODER = msgspec.json.Decoder(Said)


def read_line(line: bytes) -> Said:
    """Read one line of the program.

    Raises:
        ValueError: It is no JSON, no UTF-8, or no object of ours.
    """
    said = _DECODER.decode(line)
    if not said.answers() and not said.reports():
        raise ValueError("it says nothing that is known")
    return said
