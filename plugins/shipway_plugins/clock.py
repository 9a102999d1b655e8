"""The time that an adapter lives in, so that a test can let a minute pass in no time."""

import time
from typing import Protocol


class Clock(Protocol):
    """What an adapter that waits or measures asks, instead of `time`."""

    def now(self) -> float:
        """Say how many seconds have passed since some moment; it never goes back."""

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass."""


class SystemClock:
    """The time of this machine."""

    def now(self) -> float:
        """Say how many seconds have passed since some moment; it never goes back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass."""
        time.sleep(seconds)
