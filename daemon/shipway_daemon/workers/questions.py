"""What the children are asked, where a word of the plugin API alone does not say it."""

from typing import Any

import msgspec


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """The base of the parameters of a call."""


class ProbeQuestion(Question, frozen=True, kw_only=True):
    """Which plugin to look at, and what its distribution says of itself."""

    plugin: str
    distribution: str
    version: str


class FileQuestion(Question, frozen=True, kw_only=True):
    """Which file to look at, and what it was called; bytes, because a path need not be text."""

    path: bytes
    name: bytes


class KeyringQuestion(Question, frozen=True, kw_only=True):
    """Whose password of which service is wanted."""

    service: str
    user: str


class KeyringAnswer(Question, frozen=True, kw_only=True):
    """What the keyring has; None is nothing."""

    password: str | None


class LaneOpening(Question, frozen=True, kw_only=True):
    """What a lane is for; `options` has the credentials themselves, and is shown to nobody."""

    environment: str
    plugin: str
    adapter: str
    options: dict[str, Any]
    data_dir: str


class UnpublishQuestion(Question, frozen=True, kw_only=True):
    """Which app to take out, as which attempt."""

    app: str
    key: str


class ArmQuestion(Question, frozen=True, kw_only=True):
    """Which folder is listened to."""

    path: bytes


class Armed(Question, frozen=True, kw_only=True):
    """Whether hints come: a `reason` why not, or how many folders are listened to.

    `watches` is None where the system has no such number (macOS: one stream for the whole tree).
    """

    reason: str = ""
    watches: int | None = None


class HearQuestion(Question, frozen=True, kw_only=True):
    """How many seconds to wait for a change."""

    seconds: float


class Heard(Question, frozen=True, kw_only=True):
    """What came or changed. `flood`: too much to name; `gone`: the folder itself was removed.

    `watches` is as in Armed.
    """

    paths: list[bytes] = []
    flood: bool = False
    gone: bool = False
    watches: int | None = None
