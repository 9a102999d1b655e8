"""Pace: all that decides how long jobs wait, in one value, so that tests can bring their own."""

from dataclasses import dataclass, field
from random import Random

from shipway_daemon.clock import Clock
from shipway_daemon.jobs.backoff import Backoff


@dataclass(frozen=True, kw_only=True)
class Pace:
    """The clock, chance, the backoff, and a factor on every wait (1.0: as long as it says)."""

    clock: Clock = field(default_factory=Clock)
    random: Random = field(default_factory=Random)
    backoff: Backoff = field(default_factory=Backoff)
    factor: float = 1.0
