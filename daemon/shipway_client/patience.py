"""Waiting for a daemon that went away in the middle of something long, and an end of that."""

import asyncio
import random

from shipway_client.errors import Broken, Busy, NoDaemon, ShipwayError, Stalled

#: How long nothing may get on, in seconds, before it is given up.
PATIENCE_SECONDS = 120.0
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 2.0

#: What a daemon that stops, starts or was killed looks like, and a writer that was lost just now.
PASSING = (NoDaemon, Broken, Busy, Stalled, ConnectionError, TimeoutError)


class Patience:
    """Pauses that get longer, and an end when nothing got on for too long; `hint` is told then."""

    def __init__(self, hint: str) -> None:
        self._hint = hint
        self.renew()

    def renew(self) -> None:
        """Something got on."""
        self._pause = _FIRST_PAUSE
        self._since: float | None = None

    async def wait(self, error: Exception) -> None:
        """Wait before the next try.

        Raises:
            ShipwayError: As `error`, where nothing got on for two minutes.
        """
        now = asyncio.get_running_loop().time()
        self._since = self._since if self._since is not None else now
        if now - self._since > PATIENCE_SECONDS:
            told = str(error) if isinstance(error, ShipwayError) else "The connection broke off."
            kind = type(error) if isinstance(error, ShipwayError) else Broken
            raise kind(told, self._hint) from error
        await asyncio.sleep(self._pause * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)
