"""What a plugin raises to say what went wrong, in words for the person who asked.

PluginError
├── NotSupported        the adapter cannot do this at all
├── BadSettings         the options are wrong; names the field
├── StoreRefused        the store said no, for good
├── StoreUnreachable    nothing came back; nothing is known of what happened
└── NotABinary          an inspector was given a file that it cannot read
"""


class PluginError(Exception):
    """A failure that a plugin explains: a sentence, and a hint for what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class NotSupported(PluginError):
    """The adapter cannot do what was asked of it."""


class BadSettings(PluginError):
    """The adapter's options are wrong."""


class StoreRefused(PluginError):
    """The store answered, and the answer was no."""


class StoreUnreachable(PluginError):
    """The store did not answer, so what it did is unknown."""


class NotABinary(PluginError):
    """The file is not what its format says, or breaks a limit of it."""
