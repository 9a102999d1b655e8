"""The one tree of errors. Each has a sentence for the person, a hint, and one place in every door.

    ShipwayError            code                exit  HTTP
    ├── WrongUsage          wrong-usage            2   400
    ├── NoDaemon            no-daemon              3     –
    ├── Forbidden           forbidden              1   403
    ├── Refused             refused                4   409
    │   └── Unreadable      unreadable             4   409
    ├── Busy                busy                   5   409
    ├── NotFound            not-found              6   404
    ├── Gone                gone                   1   410
    ├── Unavailable         unavailable            1   503
    │   └── Stalled         stalled                1   408
    └── Failed              failed                 1   500
        └── Broken          broken                 1     –

The daemon raises them, a door writes them as `{"error": {"code", "message", "hint"}}`, the client
raises them again, and the command line turns them into an exit code.
"""

from collections.abc import Mapping
from typing import ClassVar

#: The text that Volt MX Foundry answers, to the letter (its rules 13 and 16).
BUSY_TEXT = "Server is busy processing another request. Please try after some time"


class ShipwayError(Exception):
    """The root: a sentence that says what happened, and a hint for what to do."""

    code: ClassVar[str] = "failed"
    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500

    def __init__(
        self, message: str, hint: str = "", *, fields: Mapping[str, str] | None = None
    ) -> None:
        """Say what happened; `fields` has a sentence for each field of a form that is wrong."""
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.fields = dict(fields or {})


class Failed(ShipwayError):
    """Something broke that the caller did not cause."""


class Broken(Failed):
    """The daemon was lost in the middle of an answer; nobody knows what it did."""

    code = "broken"


class WrongUsage(ShipwayError):
    """The request makes no sense as it stands."""

    code = "wrong-usage"
    exit_code = 2
    http_status = 400


class NoDaemon(ShipwayError):
    """No daemon answers for this home."""

    code = "no-daemon"
    exit_code = 3


class Forbidden(ShipwayError):
    """The caller may not do this."""

    code = "forbidden"
    http_status = 403


class Refused(ShipwayError):
    """A rule says no."""

    code = "refused"
    exit_code = 4
    http_status = 409


class Unreadable(Refused):
    """The daemon has no right to read a file; whoever has it can upload it."""

    code = "unreadable"


class Busy(ShipwayError):
    """Another job holds the environment; the first one wins."""

    code = "busy"
    exit_code = 5
    http_status = 409

    def __init__(
        self, message: str = BUSY_TEXT, hint: str = "", *, fields: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message, hint, fields=fields)


class NotFound(ShipwayError):
    """There is no such thing."""

    code = "not-found"
    exit_code = 6
    http_status = 404


class Gone(ShipwayError):
    """What was asked for has been trimmed; read afresh."""

    code = "gone"
    http_status = 410


class Unavailable(ShipwayError):
    """It cannot be done now, and may be later."""

    code = "unavailable"
    http_status = 503


class Stalled(Unavailable):
    """What was being sent came no more; what came stays, and may be gone on with at once."""

    code = "stalled"
    http_status = 408


BY_CODE: dict[str, type[ShipwayError]] = {
    kind.code: kind
    for kind in (
        Failed,
        Broken,
        WrongUsage,
        NoDaemon,
        Forbidden,
        Refused,
        Unreadable,
        Busy,
        NotFound,
        Gone,
        Unavailable,
        Stalled,
    )
}
