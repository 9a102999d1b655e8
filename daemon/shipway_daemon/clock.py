"""The time: as it is stored and sent, and as it goes by. Nothing is ordered by it: clocks jump."""

import time
from datetime import UTC, datetime

_ELAPSED: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def now() -> str:
    """Tell the time in UTC, RFC 3339, to the millisecond."""
    return stamp(datetime.now(UTC))


def stamp(moment: datetime) -> str:
    """Write a moment as it is stored and sent: UTC, RFC 3339, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """Read what `stamp` wrote."""
    return datetime.fromisoformat(text)


class Clock:
    """Tells how much time went by, and what the time is for people; a test brings its own."""

    def wall(self) -> datetime:
        """The time of day in UTC, which may jump either way at any moment."""
        return datetime.now(UTC)

    def elapsed(self) -> float:
        """Seconds that only ever grow, from an unknown beginning.

        On Linux by CLOCK_BOOTTIME, so that the sleep of a laptop counts; elsewhere by the
        monotonic clock, which on macOS stands still meanwhile.
        """
        return time.clock_gettime(_ELAPSED)
