"""The base of every answer and of every request, errors and pages."""

from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")

#: Every answer names the version of the daemon in this header.
VERSION_HEADER = "Shipway-Version"


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """The base of every answer; unknown fields are ignored, so old clients read new daemons."""


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of every request; an unknown field is an error that names it."""


class ErrorBody(Wire, frozen=True, kw_only=True):
    """What went wrong, and what to do. `fields` has a sentence for each field that is wrong."""

    code: str
    message: str
    hint: str = ""
    fields: dict[str, str] = msgspec.field(default_factory=dict)


class ErrorAnswer(Wire, frozen=True, kw_only=True):
    """The body of every answer that is no success."""

    error: ErrorBody


class Page(Wire, Generic[T], frozen=True, kw_only=True):
    """One page of a list. `after` is the cursor of the next page, or None at the end."""

    items: list[T]
    after: str | None
    seq: int
