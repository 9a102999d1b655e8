"""Deadlines of waiting jobs: one heap in memory, so that thousands of them cost nothing."""

import heapq

from shipway_daemon.jobs.waits import Waiting

#: However far the next deadline is: a laptop may have slept, which timers of the loop do not see.
_LONGEST_PAUSE = 30.0


class Deadlines:
    """When each waiting job is due, in seconds of `Clock.elapsed`.

    One that was answered or cancelled may still be in here: whoever takes it asks the row first.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, int]] = []

    def add(self, waiting: Waiting, elapsed: float) -> None:
        """Remember that a job is due so many seconds after `elapsed`."""
        heapq.heappush(self._heap, (elapsed + waiting.seconds, waiting.job_id, waiting.position))

    def take_due(self, elapsed: float, limit: int) -> list[tuple[int, int]]:
        """Take at most `limit` of what is due by `elapsed`: job and position, the oldest first."""
        due: list[tuple[int, int]] = []
        while self._heap and self._heap[0][0] <= elapsed and len(due) < limit:
            _, job_id, position = heapq.heappop(self._heap)
            due.append((job_id, position))
        return due

    def pause(self, elapsed: float) -> float | None:
        """Seconds to sleep before it is worth looking again; None where nothing waits."""
        if not self._heap:
            return None
        return min(max(self._heap[0][0] - elapsed, 0.0), _LONGEST_PAUSE)
