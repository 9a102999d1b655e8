"""Environments: their lanes, their status, and what they are made of."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from shipway_client.errors import Busy, NotFound, Refused, ShipwayError, WrongUsage
from shipway_client.locations import Locations
from shipway_client.wire import AddEnvironment, Environment
from shipway_plugins.credentials import credentials_in
from shipway_plugins.errors import BadSettings, PluginError
from shipway_plugins.words import (
    AdapterRecord,
    EnvironmentStatus,
    LiveState,
    PluginState,
    StatusReport,
)
from sqlalchemy import Connection

from shipway_daemon.catalog import environments, plugins
from shipway_daemon.catalog.environments import EnvironmentRow
from shipway_daemon.database.engine import Database
from shipway_daemon.events import history
from shipway_daemon.jobs import rows as jobs
from shipway_daemon.publish.publications import store_live
from shipway_daemon.rules.names import check_environment_name
from shipway_daemon.workers.lane import Lane
from shipway_daemon.workers.lane_spec import LaneSpec
from shipway_daemon.workers.lanes import Lanes

_log = logging.getLogger(__name__)

DEFAULT_NAME = "enterprise-store"
_DEFAULT_ADAPTER = "enterprise_store"
_REFRESH_SECONDS = 3600.0
#: How often who waits for an answer looks whether the environment was taken, commits aside.
_LOOK_SECONDS = 5.0

T = TypeVar("T")


def lock_key(environment_id: int) -> str:
    """The lock that one publish at a time holds on an environment."""
    return f"environment:{environment_id}"


class Environments:
    """Everything about environments but the publishing itself."""

    def __init__(self, database: Database, lanes: Lanes, locations: Locations) -> None:
        self._database = database
        self._lanes = lanes
        self._locations = locations
        self._adapters: dict[str, tuple[str, AdapterRecord]] = {}

    async def load(self) -> None:
        """Read from the plugins' records which adapters there are."""
        records = await self._database.read(plugins.every)
        self._adapters = {
            adapter.kind: (record.name, adapter)
            for record in records
            if record.state is PluginState.ENABLED
            for adapter in record.adapters
        }

    async def run(self) -> None:
        """Ask every environment for its status now and every hour, until cancelled."""
        while True:
            try:
                for row in await self._every():
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

    async def _every(self) -> list[EnvironmentRow]:
        found: list[EnvironmentRow] = []
        after = None
        while page := await self._page(after):
            found += page
            after = page[-1].name
        return found

    async def _page(self, after: str | None) -> list[EnvironmentRow]:
        return await self._database.read(lambda tx: environments.page(tx, after, 200))

    # ------------------------------------------------------------------ adapters

    def adapter(self, kind: str) -> AdapterRecord | None:
        """What the probe learned of an adapter; None if no enabled plugin brings it."""
        entry = self._adapters.get(kind)
        return entry[1] if entry else None

    def lane(self, row: EnvironmentRow) -> Lane:
        """The lane of an environment, started when it is first asked something.

        Raises:
            Refused: No enabled plugin brings its adapter.
        """
        if row.adapter not in self._adapters:
            raise Refused(
                f"No plugin brings the adapter {row.adapter}.", "See `shipway plugin list`."
            )
        plugin, record = self._adapters[row.adapter]
        spec = LaneSpec(
            environment_id=row.id,
            environment=row.name,
            plugin=plugin,
            adapter=row.adapter,
            options=row.settings,
            data_dir=self._data_dir(row.id),
            lock=self._locations.lanes / f"{row.id}.lock",
            credentials=credentials_in(record.options, row.settings),
        )
        return self._lanes.lane(spec)

    def _data_dir(self, environment_id: int) -> Path:
        path = self._locations.environments / str(environment_id)
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    # -------------------------------------------------------------------- status

    async def ask(self, row: EnvironmentRow, question: Callable[[Lane], Awaitable[T]]) -> T:
        """Ask an environment something, for as long as no job is at work on it.

        Its lane takes one call at a time: who asks behind a publish would wait for its end.

        Raises:
            Busy: A job holds the environment, or took it before the answer came.
            PluginError: What the adapter raised.
        """
        asking = asyncio.create_task(_asked(question, self.lane(row)))
        try:
            while not asking.done():
                seen = self._database.changed.count
                if await self.holder(row) is not None:
                    raise Busy
                await self._wait(asking, seen)
            return asking.result()
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    async def _wait(self, asking: "asyncio.Task[T]", seen: int) -> None:
        """Wait for the answer, or for a commit: it may be a job that takes the environment."""
        commit = asyncio.create_task(self._database.changed.after(seen, _LOOK_SECONDS))
        either: set[asyncio.Task[Any]] = {asking, commit}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            commit.cancel()
            await asyncio.gather(commit, return_exceptions=True)

    async def holder(self, row: EnvironmentRow) -> tuple[int, str | None] | None:
        """The job that is at work on an environment, and its app."""
        return await self._database.read(lambda tx: jobs.live_job(tx, lock_key(row.id)))

    async def refresh(self, row: EnvironmentRow) -> StatusReport:
        """Ask the adapter for its status, store it, and tell if it changed.

        Raises:
            Busy: A job is at work on the environment, which is all there is to say of it.
        """
        try:
            report = await self.ask(row, lambda lane: lane.status())
        except Busy:
            raise
        except (PluginError, ShipwayError) as error:
            report = StatusReport(
                status=EnvironmentStatus.UNKNOWN, reason=f"{error.message} {error.hint}".strip()
            )
        await self._database.write(lambda tx: _store_status(tx, row, report))
        return report

    async def mark_unknown(self, row: EnvironmentRow, reason: str) -> None:
        """Store that nothing is known of an environment until it answers again."""
        report = StatusReport(status=EnvironmentStatus.UNKNOWN, reason=reason)
        await self._database.write(lambda tx: _store_status(tx, row, report))

    def environment(self, tx: Connection, row: EnvironmentRow) -> Environment:
        """Join what is stored of an environment with the job that makes it Busy, if any."""
        record = self.adapter(row.adapter)
        holder = jobs.live_job(tx, lock_key(row.id))
        status, reason = EnvironmentStatus(row.status), row.reason
        if holder is not None:
            status, reason = EnvironmentStatus.BUSY, f"Job {holder[0]} is at work on {holder[1]}."
        return Environment(
            id=row.id,
            name=row.name,
            adapter=row.adapter,
            title=record.title if record else row.adapter,
            settings=row.settings,
            status=status,
            reason=reason,
            read_at=row.read_at,
            job=holder[0] if holder else None,
            capabilities=record.capabilities if record else None,
            created_at=row.created_at,
        )

    async def check(self, name: str) -> Environment:
        """Ask an environment for its status and for what it holds; a Busy one is left alone."""
        row = await self._database.read(lambda tx: environments.read(tx, name))
        with suppress(Busy):
            report = await self.refresh(row)
            if report.status is EnvironmentStatus.AVAILABLE:
                await self._read_back(row)
        return await self.show(name)

    async def _read_back(self, row: EnvironmentRow) -> None:
        """Read back every app that was ever published there; silence turns it Unknown."""
        known = await self._database.read(lambda tx: environments.publications_of(tx, row.id))
        for publication in known:
            try:
                live = await self.ask(row, partial(_live, app=publication.app))
            except Busy:
                raise
            except (PluginError, ShipwayError) as error:
                await self.mark_unknown(row, error.message)
                return
            await self._database.write(partial(_store_live, row=row, live=live))

    async def show(self, name: str) -> Environment:
        """Read one environment as it is known.

        Raises:
            NotFound: There is none of that name.
        """
        return await self._database.read(
            lambda tx: self.environment(tx, environments.read(tx, name))
        )

    # -------------------------------------------------------------- add and remove

    async def add(self, request: AddEnvironment, actor: str) -> Environment:
        """Make an environment, once its adapter has taken the settings.

        Raises:
            NotFound: No enabled plugin brings the adapter.
            Refused: The name is taken.
            WrongUsage: A setting does not fit; the sentence names it.
        """
        name = check_environment_name(request.name)
        if self.adapter(request.adapter) is None:
            known = ", ".join(sorted(self._adapters)) or "none"
            raise NotFound(f"There is no adapter {request.adapter}.", f"There are: {known}.")

        def create(tx: Connection) -> EnvironmentRow:
            if environments.exists(tx, name):
                raise Refused(f"There is an environment {name} already.")
            row = environments.create(tx, name, request.adapter, request.settings)
            history.append(tx, "environment.added", name, actor, adapter=request.adapter)
            return row

        row = await self._database.write(create)
        await self._try_settings(row, actor)
        return await self.check(name)

    async def _try_settings(self, row: EnvironmentRow, actor: str) -> None:
        try:
            await self.lane(row).status()
        except BadSettings as error:
            await self.remove(row.name, actor)
            raise WrongUsage(error.message, error.hint) from error
        except (PluginError, ShipwayError) as error:
            _log.info("environment %s does not answer yet: %s", row.name, error)

    async def remove(self, name: str, actor: str) -> None:
        """Forget an environment; what its store holds stays there.

        Raises:
            Busy: A job is at work on it, or waits for it.
        """

        def drop(tx: Connection) -> int:
            row = environments.read(tx, name)
            if jobs.unfinished(tx, row.id):
                raise Busy(hint=f"Cancel the jobs of {name} first.")
            environments.drop(tx, row.id)
            history.append(tx, "environment.removed", name, actor)
            return row.id

        environment_id = await self._database.write(drop)
        await self._lanes.kill(environment_id)


def ensure_default(tx: Connection) -> None:
    """Give a new home its one environment."""
    if not environments.exists(tx, DEFAULT_NAME):
        environments.create(tx, DEFAULT_NAME, _DEFAULT_ADAPTER, {})
        history.append(tx, "environment.added", DEFAULT_NAME, adapter=_DEFAULT_ADAPTER)


def _store_status(tx: Connection, row: EnvironmentRow, report: StatusReport) -> None:
    if environments.set_status(tx, row.id, report):
        told: dict[str, Any] = {"status": str(report.status), "reason": report.reason}
        history.append(tx, "environment.status-changed", row.name, **told)


async def _asked(question: Callable[[Lane], Awaitable[T]], lane: Lane) -> T:
    return await question(lane)


async def _live(lane: Lane, app: str) -> LiveState:
    return await lane.live(app)


def _store_live(tx: Connection, row: EnvironmentRow, live: LiveState) -> None:
    store_live(tx, row.id, row.name, live)
