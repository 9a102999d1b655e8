"""The status of environments: when it is read, and how it is stored.

It is read when somebody looks and it is no longer fresh, on submit, after each job, else hourly.
Nothing ticks for an environment: one loop sleeps until the next is due.
"""

import asyncio
import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from shipway_client.errors import Busy, ShipwayError
from shipway_plugins.errors import BadSettings, PluginError
from shipway_plugins.words import EnvironmentStatus, LiveState, StatusReport
from sqlalchemy import Connection

from shipway_daemon.catalog import environments
from shipway_daemon.catalog.environments import EnvironmentRow
from shipway_daemon.database.engine import Database
from shipway_daemon.events import history
from shipway_daemon.publish.adapters import Adapters, unknown_status
from shipway_daemon.publish.calling import Calls
from shipway_daemon.publish.publications import store_live
from shipway_daemon.workers.errors import BadCredential
from shipway_daemon.workers.lane import Lane

_log = logging.getLogger(__name__)

#: How old a status may be that somebody looks at; one that is not Available, much less.
FRESH_SECONDS = 60.0
DOUBTFUL_SECONDS = 10.0
#: How old a status may be that nobody looks at.
OLDEST_SECONDS = 3600.0
#: How long the loop sleeps at least.
PAUSE_SECONDS = 60.0
#: Stands in `bad_settings` for what is wrong with the settings as a whole.
WHOLE = ""
#: How many environments are asked at once, unless a job or a person waits for the answer.
AT_ONCE = 4


class Statuses:
    """Reads the status of environments, and keeps what it read."""

    def __init__(self, database: Database, adapters: Adapters, calls: Calls) -> None:
        self._database = database
        self._adapters = adapters
        self._calls = calls
        self._reading: dict[int, asyncio.Task[None]] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)

    # ------------------------------------------------------------------------ when

    async def run(self) -> None:
        """Ask whoever is not known to be Available now, and everybody hourly; until cancelled."""
        doubtful = True
        while True:
            try:
                rows = await self._database.read(environments.every)
                due = [row for row in rows if _is_due(row) or (doubtful and not _is_available(row))]
                await asyncio.gather(*self.begin(due))
                doubtful = False
            except Exception:  # noqa: BLE001 - the edge of the service: logged, and tried again
                _log.exception("the environments cannot be read")
            await asyncio.sleep(await self._until_next())

    async def _until_next(self) -> float:
        """How many seconds until the next status is too old."""
        try:
            rows = await self._database.read(environments.every)
        except Exception:  # noqa: BLE001 - the edge of the service: logged, and tried again
            _log.exception("the environments cannot be read")
            return PAUSE_SECONDS
        left = min((OLDEST_SECONDS - _age(row) for row in rows), default=OLDEST_SECONDS)
        return max(PAUSE_SECONDS, left)

    async def close(self) -> None:
        """End what is being read."""
        tasks = list(self._reading.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def seen(self, rows: Iterable[EnvironmentRow]) -> None:
        """Begin to read again what somebody looks at and is no longer fresh."""
        self.begin(
            row for row in rows if _is_stale(row) and not self._adapters.absence(row.adapter)
        )

    def begin(self, rows: Iterable[EnvironmentRow]) -> "list[asyncio.Task[None]]":
        """Begin to read these statuses, a few at once; who is being read already is joined."""
        return [self._reading.get(row.id) or self._begin(row) for row in rows]

    def _begin(self, row: EnvironmentRow) -> "asyncio.Task[None]":
        task = asyncio.create_task(self._read(row), name=f"status of {row.name}")
        self._reading[row.id] = task
        task.add_done_callback(lambda _: self._reading.pop(row.id, None))
        return task

    async def _read(self, row: EnvironmentRow) -> None:
        """Read one status; whatever breaks, a full disk included, is no end of the daemon."""
        try:
            async with self._turns:
                now = await self._database.read(lambda tx: environments.by_id(tx, row.id))
                if now is None or now.read_at != row.read_at:
                    return  # it is gone, or somebody else has read it meanwhile
                await self.refresh(now, passing=True)
        except Busy:
            return  # it is read when the job has ended
        except Exception:  # noqa: BLE001 - logged; the other environments are asked all the same
            _log.exception("the status of %s was not read", row.name)

    # ------------------------------------------------------------------------ what

    async def refresh(self, row: EnvironmentRow, *, passing: bool = False) -> StatusReport:
        """Ask the adapter for its status, store it, and tell if it changed.

        In `passing`, a lane that is started for it ends soon after.

        Raises:
            Busy: A job is at work on the environment, which is all there is to say of it.
        """
        bad: dict[str, str] = {}
        try:
            report = await self._calls.ask(row, lambda lane: lane.status(passing=passing))
        except Busy:
            raise
        except (BadSettings, BadCredential) as error:
            bad = error.fields or {WHOLE: error.message}
            report = unknown_status(error.message, f"{error.hint} {_how_to_mend(row, bad)}".strip())
        except (PluginError, ShipwayError) as error:
            report = unknown_status(error.message, error.hint)
        await self._database.write(lambda tx: _store_status(tx, row, report, bad))
        return report

    async def mark_unknown(self, row: EnvironmentRow, reason: str) -> None:
        """Store that nothing is known of an environment until it answers again."""
        await self._database.write(lambda tx: _store_status(tx, row, unknown_status(reason)))

    async def mark_absent(self, rows: Iterable[EnvironmentRow]) -> None:
        """Store of those whose adapter cannot be used that nothing is known, and why."""
        absent = [(row, self._adapters.absence(row.adapter)) for row in rows]
        told = [
            (row, report)
            for row, report in absent
            if report is not None and (row.status, row.reason) != (report.status, report.reason)
        ]
        if told:
            await self._database.write(lambda tx: _store_all(tx, told))

    async def read_back(self, row: EnvironmentRow) -> None:
        """Read back every app that was ever published there; silence turns it Unknown.

        Raises:
            Busy: A job took the environment meanwhile.
        """
        known = await self._database.read(lambda tx: environments.publications_of(tx, row.id))
        for publication in known:
            try:
                live = await self._calls.ask(row, partial(_live, app=publication.app))
            except Busy:
                raise
            except (PluginError, ShipwayError) as error:
                await self.mark_unknown(row, error.message)
                return
            await self._database.write(partial(_store_live, row=row, live=live))


def _age(row: EnvironmentRow) -> float:
    """How many seconds ago a status was read; endless where it never was, or the clock jumped."""
    if row.read_at is None:
        return float("inf")
    age = (datetime.now(UTC) - datetime.fromisoformat(row.read_at)).total_seconds()
    return age if age >= 0 else float("inf")


def _is_available(row: EnvironmentRow) -> bool:
    return row.status == EnvironmentStatus.AVAILABLE


def _is_stale(row: EnvironmentRow) -> bool:
    return _age(row) >= (FRESH_SECONDS if _is_available(row) else DOUBTFUL_SECONDS)


def _is_due(row: EnvironmentRow) -> bool:
    return _age(row) >= OLDEST_SECONDS


def _how_to_mend(row: EnvironmentRow, bad: dict[str, str]) -> str:
    name = next(iter(bad)) or "NAME"
    return f"Change it with `shipway env set {row.name} --set {name}=...`."


def _store_status(
    tx: Connection,
    row: EnvironmentRow,
    report: StatusReport,
    bad_settings: dict[str, str] | None = None,
) -> None:
    if environments.set_status(tx, row, report, bad_settings):
        told: dict[str, Any] = {"status": str(report.status), "reason": report.reason}
        history.append(tx, "environment.status-changed", row.name, **told)


def _store_all(tx: Connection, told: list[tuple[EnvironmentRow, StatusReport]]) -> None:
    for row, report in told:
        _store_status(tx, row, report)


async def _live(lane: Lane, app: str) -> LiveState:
    return await lane.live(app)


def _store_live(tx: Connection, row: EnvironmentRow, live: LiveState) -> None:
    store_live(tx, row.id, row.name, live)
