"""How often something is asked again, and how long is waited in between."""

import secrets
import time
from collections.abc import Callable
from typing import TypeVar

from shipway_plugins.errors import StoreBusy

from shipway_http_management.faults import Interrupted

T = TypeVar("T")

#: A wait that the server asks for is waited here up to this; a longer one is the daemon's.
SHORT_WAIT = 5.0
_TRIES = 4
_FIRST_PAUSE = 0.2
_random = secrets.SystemRandom()


class Patience:
    """Asks again what may be asked again: reads, and uploads that say where they stand.

    Between two tries the pause doubles, with jitter, so that many desks do not come at once; a
    server that says when to come is taken at its word. No try begins after `seconds`.
    """

    def __init__(self, seconds: float, sleep: Callable[[float], None] = time.sleep) -> None:
        self._ends = time.monotonic() + seconds
        self._sleep = sleep
        self._failures = 0

    def again(self, ask: Callable[[], T]) -> T:
        """Ask until an answer comes.

        Raises:
            PluginError: What the last try raised.
        """
        while True:
            try:
                return ask()
            except (Interrupted, StoreBusy) as error:
                self.bear(error)

    def bear(self, error: Interrupted | StoreBusy) -> None:
        """Take one failure: wait, or let it through when it was the last.

        Raises:
            PluginError: The failure itself.
        """
        self._failures += 1
        pause = self._pause(error)
        if self._failures >= _TRIES or pause is None or time.monotonic() + pause > self._ends:
            raise error
        self._sleep(pause)

    def reward(self) -> None:
        """Forget the failures: it went on."""
        self._failures = 0

    def _pause(self, error: Interrupted | StoreBusy) -> float | None:
        asked = error.retry_after if isinstance(error, StoreBusy) else 0.0
        if asked is None or asked > SHORT_WAIT:
            return None
        grown = _FIRST_PAUSE * 2 ** (self._failures - 1)
        return max(asked, _random.uniform(grown / 2, grown))
