"""Schedules: what is done again and again, once each time, over any number of daemons.

While a daemon runs, time is what goes by, not what the clock on the wall says: a wall that jumps a
day makes nothing run twice, nor stop. Only a restart goes by the wall, and then waits for a period
at most.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from shipway_daemon.clock import Clock, moment, stamp
from shipway_daemon.database.engine import Database
from shipway_daemon.database.recording import surely
from shipway_daemon.jobs.epochs import prove_newest
from shipway_daemon.jobs.tables import schedules

_log = logging.getLogger(__name__)

#: However far the next time is: a laptop may have slept, which timers of the loop do not see.
_LONGEST_SLEEP = 30.0


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be done every so many seconds. A period that was missed is not made up for."""

    name: str
    seconds: float
    work: Callable[[], Awaitable[None]]


class Schedules:
    """Runs what is due, one after the other, for as long as the daemon does."""

    def __init__(
        self,
        database: Database,
        epoch: int,
        schedules_: Iterable[Schedule],
        clock: Clock | None = None,
    ) -> None:
        self._database = database
        self._epoch = epoch
        self._clock = clock or Clock()
        self._schedules = {schedule.name: schedule for schedule in schedules_}
        #: When each is due, in seconds of `Clock.elapsed`.
        self._due: dict[str, float] = {}
        self._kicked = asyncio.Event()

    def kick(self) -> None:
        """Look at the clock now."""
        self._kicked.set()

    async def run(self) -> None:
        """Do what is due, until cancelled.

        Raises:
            Fenced: A newer daemon has taken the home.
        """
        started = self._clock.elapsed()
        left = await surely(self._database.write, self._take_over)
        self._due = {name: started + seconds for name, seconds in left.items()}
        while self._due:
            self._kicked.clear()
            for name in self._names_due():
                await self._do(self._schedules[name])
            await self._sleep()

    def _take_over(self, tx: Connection) -> dict[str, float]:
        prove_newest(tx, self._epoch)
        periods = {name: schedule.seconds for name, schedule in self._schedules.items()}
        return known(tx, periods, self._clock.wall())

    def _names_due(self) -> list[str]:
        elapsed = self._clock.elapsed()
        return sorted(name for name, due in self._due.items() if due <= elapsed)

    async def _do(self, schedule: Schedule) -> None:
        """Do it once: its next time is recorded first, so that a crash does not repeat it."""

        def take_(tx: Connection) -> bool:
            prove_newest(tx, self._epoch)
            return take(tx, schedule.name, self._clock.wall())

        self._due[schedule.name] = self._clock.elapsed() + schedule.seconds
        if not await surely(self._database.write, take_):
            return
        try:
            await schedule.work()
        except Exception:  # noqa: BLE001 - the edge of the work: logged, and done at its next time
            _log.exception("the schedule %s broke", schedule.name)

    async def _sleep(self) -> None:
        pause = max(min(self._due.values()) - self._clock.elapsed(), 0.0)
        try:
            async with asyncio.timeout(min(pause, _LONGEST_SLEEP)):
                await self._kicked.wait()
        except TimeoutError:
            return


def known(tx: Connection, periods: dict[str, float], wall: datetime) -> dict[str, float]:
    """Make the rows those of `periods` (names and seconds); returns what each has left, in seconds.

    One that is new is due after its period. Nothing is due later than its period from now, whatever
    the clock was when that was written.
    """
    tx.execute(delete(schedules).where(schedules.c.name.not_in(periods)))
    written = {row.name: row.next_at for row in tx.execute(select(schedules))}
    left: dict[str, float] = {}
    for name, seconds in periods.items():
        due_at = moment(written[name]) if name in written else wall + timedelta(seconds=seconds)
        left[name] = min(max((due_at - wall).total_seconds(), 0.0), seconds)
        next_at = stamp(wall + timedelta(seconds=left[name]))
        values = {"every_seconds": seconds, "next_at": next_at}
        if name in written:
            tx.execute(update(schedules).where(schedules.c.name == name).values(values))
        else:
            tx.execute(insert(schedules).values(name=name, **values))
    return left


def take(tx: Connection, name: str, wall: datetime) -> bool:
    """Move the next time of a schedule by its period from now; false where there is no such one.

    Who sees this return true does the work: the caller has proved that no newer daemon does.
    """
    period = select(schedules.c.every_seconds).where(schedules.c.name == name)
    seconds = tx.execute(period).scalar()
    if seconds is None:
        return False
    moved = (
        update(schedules)
        .where(schedules.c.name == name)
        .values(next_at=stamp(wall + timedelta(seconds=seconds)), last_at=stamp(wall))
        .returning(schedules.c.name)
    )
    return tx.execute(moved).first() is not None
