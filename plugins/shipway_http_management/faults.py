"""The faults that are told apart inside this adapter, each a kind of a plugin error."""

from shipway_plugins.errors import StoreRefused, StoreUnreachable


class Interrupted(StoreUnreachable):
    """An answer was lost or damaged on its way, so the question may be worth asking again."""


class RequestDamaged(Interrupted):
    """The server was given damaged bytes, said so, and did nothing."""


class UploadElsewhere(StoreRefused):
    """The server's upload stands at another offset than we thought."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message, "Publish again.")
        self.offset = offset


class BytesRefused(StoreRefused):
    """What arrived does not hash to what was announced; the server has dropped it."""
