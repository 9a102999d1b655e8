"""A clock that stands still until it is told, or slept on."""


class FakeClock:
    """For `EnvironmentContext(..., clock=FakeClock())`: no sleep of the adapter takes time."""

    def __init__(self, start: float = 1000.0) -> None:
        self._now = start
        #: Every sleep, in seconds, in order.
        self.slept: list[float] = []

    def now(self) -> float:
        """Say what time it is: the start and all that has passed since."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass at once, and remember it."""
        self.slept.append(seconds)
        self.pass_by(seconds)

    def pass_by(self, seconds: float) -> None:
        """Let `seconds` pass, which nobody slept."""
        if seconds < 0:
            raise ValueError(f"no clock goes back by {-seconds} seconds")
        self._now += seconds
