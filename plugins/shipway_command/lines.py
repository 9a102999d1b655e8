"""Bytes that come in pieces, given on as lines of a bounded length."""

from collections.abc import Callable

#: The longest line that is kept, in bytes; the rest of a longer one is dropped.
MAX_LINE = 1 << 20


class Lines:
    """Gives on each line of one stream, without its end; empty lines are passed over."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take
        self._rest = bytearray()

    def feed(self, piece: bytes) -> None:
        """Take the next bytes."""
        *whole, rest = piece.split(b"\n")
        for line in whole:
            self._keep(line)
            self.finish()
        self._keep(rest)

    def finish(self) -> None:
        """Give on what there is of a line."""
        line = bytes(self._rest).strip(b"\r")
        self._rest.clear()
        if line:
            self._take(line)

    def _keep(self, piece: bytes) -> None:
        self._rest += piece[: MAX_LINE - len(self._rest)]
