"""What an answer means: a body of the contract, or one of the errors of the plugin API."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import msgspec
from shipway_plugins.errors import PluginError, StoreBusy, StoreRefused, StoreUnreachable

from shipway_http_management.digests import fits
from shipway_http_management.faults import (
    BytesRefused,
    Interrupted,
    RequestDamaged,
    UploadElsewhere,
)
from shipway_http_management.transport import Answer
from shipway_http_management.wire import Body, Problem, ProblemType

T = TypeVar("T", bound=Body)

#: Nothing was taken, and the same later is welcome.
_NOT_NOW = (409, 423, 429, 503, 507)
_LONGEST_WAIT = 24 * 3600.0


def read(answer: Answer, kind: type[T], *, good: tuple[int, ...] = (200,)) -> T:
    """Read an answer as a body of the contract.

    Only what the contract says counts, and only unharmed: a page of something in between is no
    refusal, and a damaged success is no success.

    Raises:
        Interrupted: The body was damaged on its way.
        StoreUnreachable: It is no answer of the contract.
        PluginError: It is a problem; see `explained`.
    """
    if 300 <= answer.status < 400:
        raise StoreUnreachable(
            f"The server sends us elsewhere ({answer.status}); that is never followed.",
            "Set server to the address itself.",
        )
    kinds = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kinds not in ("application/json", "application/problem+json"):
        raise StoreUnreachable(
            f"The answer ({answer.status}) is none of a management server: it is "
            f"{kinds or 'of no type'}.",
            "See whether the setting server names a management server.",
        )
    if not fits(answer.body, answer.headers.get("Content-Digest")):
        raise Interrupted(f"The answer ({answer.status}) came damaged, or without its digest.")
    if kinds == "application/problem+json":
        raise explained(_decoded(answer, Problem), answer)
    if answer.status not in good:
        raise Interrupted(f"The answer has the status {answer.status}, and says otherwise.")
    return _decoded(answer, kind)


def explained(problem: Problem, answer: Answer) -> PluginError:
    """Say which error of the plugin API a problem is.

    The status inside counts, and must be that of the answer: a status line has no digest.
    """
    if problem.status != answer.status:
        return Interrupted(f"The answer is {answer.status} outside and {problem.status} inside.")
    message = " ".join(part for part in (problem.title, problem.detail) if part)
    if problem.type == ProblemType.DAMAGED:
        return RequestDamaged(f"The request came damaged: {message}", problem.hint)
    if problem.type == ProblemType.OFFSET and problem.offset is not None:
        return UploadElsewhere(message, problem.offset)
    if problem.type == ProblemType.DIGEST:
        return BytesRefused(message, problem.hint)
    if problem.status in _NOT_NOW:
        return StoreBusy(message, problem.hint, retry_after=retry_after(answer))
    if problem.status in (401, 403):
        return StoreRefused(message, problem.hint or "See whether the token is the right one.")
    if problem.status >= 500:
        return Interrupted(f"The server broke ({problem.status}): {message}", problem.hint)
    return StoreRefused(message, problem.hint)


def retry_after(answer: Answer) -> float | None:
    """Read for how many seconds the server asks to be left alone (RFC 9110, section 10.2.3)."""
    told = answer.headers.get("Retry-After", "").strip()
    if told.isascii() and told.isdigit():
        return min(float(told), _LONGEST_WAIT)
    try:
        when = parsedate_to_datetime(told)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return min(max(0.0, (when - datetime.now(UTC)).total_seconds()), _LONGEST_WAIT)


def _decoded(answer: Answer, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as broken:
        raise StoreUnreachable(
            f"The answer ({answer.status}) is not what the contract says: {broken}.",
            "The server does not keep to docs/http-management.json.",
        ) from broken
