"""The status of environments: when it is read, and how it is stored."""

import asyncio
import logging
from functools import partial
from typing import Any

from shipway_client.errors import Busy, ShipwayError
from shipway_plugins.errors import PluginError
from shipway_plugins.words import EnvironmentStatus, LiveState, StatusReport
from sqlalchemy import Connection

from shipway_daemon.catalog import environments
from shipway_daemon.catalog.environments import EnvironmentRow
from shipway_daemon.database.engine import Database
from shipway_daemon.events import history
from shipway_daemon.publish.calling import Calls
from shipway_daemon.publish.publications import store_live
from shipway_daemon.workers.lane import Lane

_log = logging.getLogger(__name__)

_REFRESH_SECONDS = 3600.0


class Statuses:
    """Reads the status of environments, and keeps what it read."""

    def __init__(self, database: Database, calls: Calls) -> None:
        self._database = database
        self._calls = calls

    async def run(self) -> None:
        """Ask every environment for its status now and every hour, until cancelled."""
        while True:
            try:
                for row in await self._database.read(environments.every):
                    await self._refresh_surely(row)
            except Exception:  # noqa: BLE001 - the edge of the service: logged, and tried again
                _log.exception("the environments cannot be read")
            await asyncio.sleep(_REFRESH_SECONDS)

    async def _refresh_surely(self, row: EnvironmentRow) -> None:
        """Read one status; whatever breaks, a full disk included, is no end of the daemon."""
        try:
            await self.refresh(row)
        except Busy:
            return  # it is read when the job has ended
        except Exception:  # noqa: BLE001 - logged; the other environments are asked all the same
            _log.exception("the status of %s was not read", row.name)

    async def refresh(self, row: EnvironmentRow) -> StatusReport:
        """Ask the adapter for its status, store it, and tell if it changed.

        Raises:
            Busy: A job is at work on the environment, which is all there is to say of it.
        """
        try:
            report = await self._calls.ask(row, lambda lane: lane.status())
        except Busy:
            raise
        except (PluginError, ShipwayError) as error:
            report = _unknown(error.message, error.hint)
        await self._database.write(lambda tx: _store_status(tx, row, report))
        return report

    async def mark_unknown(self, row: EnvironmentRow, reason: str) -> None:
        """Store that nothing is known of an environment until it answers again."""
        await self._database.write(lambda tx: _store_status(tx, row, _unknown(reason)))

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


def _unknown(reason: str, remedy: str = "") -> StatusReport:
    return StatusReport(status=EnvironmentStatus.UNKNOWN, reason=reason, remedy=remedy)


def _store_status(tx: Connection, row: EnvironmentRow, report: StatusReport) -> None:
    if environments.set_status(tx, row.id, report):
        told: dict[str, Any] = {"status": str(report.status), "reason": report.reason}
        history.append(tx, "environment.status-changed", row.name, **told)


async def _live(lane: Lane, app: str) -> LiveState:
    return await lane.live(app)


def _store_live(tx: Connection, row: EnvironmentRow, live: LiveState) -> None:
    store_live(tx, row.id, row.name, live)
