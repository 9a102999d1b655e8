"""What is measured while the daemon runs: how long things took, and how punctual the loop is."""

import asyncio
import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

#: Upper bounds in seconds: of what takes a moment, and of what a store takes its time for.
MOMENTS = (0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
WAITS = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 21600.0, 86400.0)

_LAG_SECONDS = 5.0


class Durations:
    """How long things took, counted by upper bounds; the last one is endless.

    It is kept here and not by the metrics library, so that nothing is imported for a figure that
    nobody asks for.
    """

    def __init__(self, bounds: Sequence[float] = MOMENTS) -> None:
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(self.bounds) + 1)
        self.sum = 0.0

    def add(self, seconds: float) -> None:
        """Count one thing."""
        self.counts[bisect_left(self.bounds, seconds)] += 1
        self.sum += seconds

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Count the block, if it does not raise."""
        began = time.monotonic()
        yield
        self.add(time.monotonic() - began)


class LoopLag:
    """How much later than asked for the loop comes to a task: what blocks it shows here."""

    def __init__(self) -> None:
        self.durations = Durations()

    async def run(self) -> None:
        """Measure until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _LAG_SECONDS
            await asyncio.sleep(_LAG_SECONDS)
            self.durations.add(max(0.0, loop.time() - due))
