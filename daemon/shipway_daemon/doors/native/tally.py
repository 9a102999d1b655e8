"""What the metrics are made of: one read of flat cost, and what is kept between two of them."""

import asyncio
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from sqlalchemy import Connection

from shipway_daemon.catalog import figures as catalog
from shipway_daemon.doors.native.use_cases import UseCases
from shipway_daemon.events import history
from shipway_daemon.jobs.figures import Ended, ended, not_ended
from shipway_daemon.measures import WAITS, Durations

#: Who asks again within this time is told the same: many scrapers cost no more than one.
_FRESH_SECONDS = 1.0


@dataclass(frozen=True)
class Now:
    """What one read transaction saw."""

    seq: int
    versions_made: int
    jobs: dict[str, int]
    environments: dict[str, int]
    held: int
    open_uploads: int
    kinds: dict[str, int]
    ended: list[Ended]


@dataclass
class Tally:
    """Counts that go on from read to read, from the daemon's start.

    The events that came since the last read are counted, never those before: the cost is that of
    what happened, and not of what there is.
    """

    use: UseCases
    now: Now | None = None
    events: Counter[str] = field(default_factory=Counter)
    jobs_ended: Counter[tuple[str, str]] = field(default_factory=Counter)
    job_durations: defaultdict[str, Durations] = field(
        default_factory=lambda: defaultdict(lambda: Durations(WAITS))
    )

    def __post_init__(self) -> None:
        self._turn = asyncio.Lock()
        self._read_at = 0.0

    async def refresh(self) -> Now:
        """Read what is new, unless that was done a moment ago.

        Raises:
            Unavailable: The catalogue cannot be read.
        """
        async with self._turn:
            if self.now is None or time.monotonic() - self._read_at > _FRESH_SECONDS:
                self.now = await self.use.database.read(self._read)
                self._count(self.now)
                self._read_at = time.monotonic()
            return self.now

    def _read(self, tx: Connection) -> Now:
        after = self.now.seq if self.now else history.began(tx, self.use.identity.epoch)
        seq = history.last(tx)
        kinds = history.kinds(tx, after, seq)
        return Now(
            seq=seq,
            versions_made=catalog.versions_made(tx),
            jobs=not_ended(tx),
            environments=catalog.environments_by_status(tx),
            held=catalog.held(tx),
            open_uploads=catalog.open_uploads(tx),
            kinds=kinds,
            ended=ended(tx, after, seq) if kinds.get("job.finished") else [],
        )

    def _count(self, now: Now) -> None:
        self.events.update(now.kinds)
        for job in now.ended:
            self.jobs_ended[job.kind, job.outcome] += 1
            if job.seconds is not None:
                self.job_durations[job.kind].add(job.seconds)
