"""Backoff: how long to wait before something is tried again, and how often it is."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, kw_only=True)
class Backoff:
    """How a store is tried again: exponentially, with full jitter, and not for ever.

    Seconds throughout. `window` is the longest wait after the first try, doubled by each further
    one up to `longest`; `longest_asked` is how much of a store's Retry-After is honoured.
    """

    tries: int = 6
    window: float = 2.0
    longest: float = 300.0
    longest_asked: float = 3600.0


def seconds_until_next(
    backoff: Backoff, tries: int, retry_after: float | None, random: Random
) -> float | None:
    """Seconds to wait after so many tries (1 or more); None when there are to be no more.

    Full jitter, so that many who failed together do not come back together; but never sooner than
    the store asked for (RFC 9110, 10.2.3), unless it asked for longer than is honoured.
    """
    if tries >= backoff.tries:
        return None
    # The exponent is bounded: 2.0 ** 1024 is an error, not infinity.
    window = min(backoff.longest, backoff.window * 2.0 ** min(tries - 1, 64))
    asked = min(max(retry_after or 0.0, 0.0), backoff.longest_asked)
    return asked + random.uniform(0.0, window)
