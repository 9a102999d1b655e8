"""What a plugin raises to say what went wrong, in words for the person who asked.

PluginError
├── NotSupported        the adapter cannot do this at all
├── BadSettings         the options are wrong; names the field
├── StoreRefused        the store said no, for good
├── StoreBusy           the store took nothing, and may later: tried again
├── StoreUnreachable    nothing came back; nothing is known of what happened
└── NotABinary          an inspector was given a file that it cannot read
"""

from collections.abc import Mapping


class PluginError(Exception):
    """A failure that a plugin explains: a sentence, and a hint for what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class NotSupported(PluginError):
    """The adapter cannot do what was asked of it."""


class BadSettings(PluginError):
    """The adapter's options are wrong; `fields` has a sentence for each option that is.

    Never put the value of a credential into a sentence.
    """

    def __init__(
        self, message: str, hint: str = "", *, fields: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message, hint)
        self.fields = dict(fields or {})


class StoreRefused(PluginError):
    """The store answered, and the answer was no."""


class StoreBusy(PluginError):
    """The store answered that it cannot now; nothing was taken, and the daemon tries again.

    `retry_after` is how many seconds the store asks to be left alone (HTTP's Retry-After,
    RFC 9110 section 10.2.3); None where it does not say.
    """

    def __init__(self, message: str, hint: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(message, hint)
        self.retry_after = retry_after


class StoreUnreachable(PluginError):
    """The store did not answer, so what it did is unknown."""


class NotABinary(PluginError):
    """The file is not what its format says, or breaks a limit of it."""
