"""How long a store is given, in one place."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Deadlines:
    """Seconds that a store is given to show what became of a publish.

    `verify`: to show what it took. `settle`: to answer at all, where nothing is expected to change.
    `absent`: how long it must go on saying that it holds nothing before that is believed, because
    many show only later what they took. `look_first`, `look_longest` and `processing`: when one
    that is processing is looked at again, doubling from the first to the longest, and when that
    is given up.
    """

    verify: float = 60.0
    settle: float = 10.0
    absent: float = 5.0
    look_first: float = 15.0
    look_longest: float = 1800.0
    processing: float = 86_400.0

    def looks(self) -> Iterator[float]:
        """The seconds to wait before each look at a store that is processing."""
        pause, waited = self.look_first, 0.0
        while waited < self.processing:
            yield pause
            waited += pause
            pause = min(pause * 2, self.look_longest)


#: What a daemon goes by; the daemons of tests have less patience.
DEADLINES = Deadlines()
