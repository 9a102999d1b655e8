"""Environments: what can be asked of them and done with them, but the publishing itself."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from typing import TypeVar

from shipway_client.errors import Busy
from shipway_client.locations import Locations
from shipway_client.wire import AddEnvironment, ChangeEnvironment, Environment, Plugin
from shipway_plugins.credentials import credential_names
from shipway_plugins.words import AdapterRecord, EnvironmentStatus, PluginState, StatusReport
from sqlalchemy import Connection

from shipway_daemon.catalog import environments
from shipway_daemon.catalog.environments import EnvironmentRow
from shipway_daemon.database.engine import Database
from shipway_daemon.events import history
from shipway_daemon.jobs import rows as jobs
from shipway_daemon.publish.adapters import Adapters, Brought
from shipway_daemon.publish.calling import Calls, lock_key
from shipway_daemon.publish.settings import Settings
from shipway_daemon.publish.status import Statuses
from shipway_daemon.publish.trial import Trials
from shipway_daemon.workers.lane import Lane
from shipway_daemon.workers.lanes import Lanes

DEFAULT_NAME = "enterprise-store"
_DEFAULT_ADAPTER = "enterprise_store"

T = TypeVar("T")


class Environments:
    """The use cases of the noun; what they need of adapters, calls and statuses is beside it."""

    def __init__(self, database: Database, lanes: Lanes, locations: Locations) -> None:
        self._database = database
        self._lanes = lanes
        self._adapters = Adapters(lanes, locations)
        self._calls = Calls(database, self._adapters)
        self._statuses = Statuses(database, self._adapters, self._calls)
        self._trials = Trials(locations)
        self._settings = Settings(database, self._adapters, self._trials)

    async def prepare(self) -> None:
        """Remove what a daemon that was killed left; before any lane is started."""
        await self._trials.sweep()

    async def run(self) -> None:
        """Keep the statuses true, until cancelled."""
        await self._statuses.run()

    async def close(self) -> None:
        """Ask nobody any more."""
        await self._statuses.close()

    async def follow_plugins(self, records: Sequence[Plugin]) -> None:
        """Learn which adapters there are now; who lost its adapter, or got it, is told so."""
        before = self._adapters.kinds()
        self._adapters.take(records)
        after = self._adapters.kinds()
        rows = await self._database.read(environments.every)
        await self._statuses.mark_absent(rows)
        for row in rows:
            if row.adapter not in after:
                self._lanes.let_go(row.id)
        if before:
            back = set(after) - set(before)
            self._statuses.begin(row for row in rows if row.adapter in back)

    # ------------------------------------------------------- what publishing needs

    def adapter(self, kind: str) -> AdapterRecord | None:
        """What the probe learned of an adapter; None if no enabled plugin brings it."""
        return self._adapters.adapter(kind)

    def usable(self, row: EnvironmentRow) -> AdapterRecord:
        """What the probe learned of the adapter of an environment.

        Raises:
            Refused: No enabled plugin brings it; the sentence says why.
        """
        return self._adapters.usable(row.adapter)

    def lane(self, row: EnvironmentRow) -> Lane:
        """The lane of an environment, started when it is first asked something.

        Raises:
            Refused: No enabled plugin brings its adapter.
        """
        return self._adapters.lane(row)

    async def holder(self, row: EnvironmentRow) -> tuple[int, str | None] | None:
        """The job that is at work on an environment, and its app."""
        return await self._calls.holder(row)

    async def ask(self, row: EnvironmentRow, question: Callable[[Lane], Awaitable[T]]) -> T:
        """Ask an environment something, for as long as no job is at work on it.

        Raises:
            Busy: A job holds the environment, or took it before the answer came.
            PluginError: What the adapter raised.
        """
        return await self._calls.ask(row, question)

    async def refresh(self, row: EnvironmentRow) -> StatusReport:
        """Ask the adapter for its status, store it, and tell if it changed.

        Raises:
            Busy: A job is at work on the environment, which is all there is to say of it.
        """
        return await self._statuses.refresh(row)

    async def mark_unknown(self, row: EnvironmentRow, reason: str) -> None:
        """Store that nothing is known of an environment until it answers again."""
        await self._statuses.mark_unknown(row, reason)

    # ------------------------------------------------------------------------ show

    async def show(self, name: str) -> Environment:
        """Read one environment as it is known.

        Raises:
            NotFound: There is none of that name.
        """
        return await self._database.read(
            lambda tx: self.environment(tx, environments.read(tx, name))
        )

    async def look(self, name: str) -> Environment:
        """Show one environment to somebody; what is no longer fresh is read behind the answer.

        Raises:
            NotFound: There is none of that name.
        """
        row = await self._database.read(lambda tx: environments.read(tx, name))
        self.seen([row])
        return await self._database.read(lambda tx: self.environment(tx, row))

    def seen(self, rows: Iterable[EnvironmentRow]) -> None:
        """Begin to read again what is shown to somebody and is no longer fresh."""
        self._statuses.seen(rows)

    def environment(self, tx: Connection, row: EnvironmentRow) -> Environment:
        """Join what is stored of an environment with its plugin, and the job that makes it Busy."""
        brought = self._adapters.brought(row.adapter)
        record = self.adapter(row.adapter)
        holder = jobs.live_job(tx, lock_key(row.id))
        report = self._adapters.absence(row.adapter) or _known(row)
        if holder is not None:
            report = _busy(*holder)
        return Environment(
            id=row.id,
            name=row.name,
            adapter=row.adapter,
            title=brought.adapter.title if brought else row.adapter,
            settings=row.settings,
            status=report.status,
            reason=report.reason,
            remedy=report.remedy,
            read_at=row.read_at,
            job=holder[0] if holder else None,
            capabilities=record.capabilities if record else None,
            created_at=row.created_at,
            plugin=brought.plugin.name if brought else None,
            plugin_state=_state(brought, row),
            plugin_error=brought.plugin.error if brought else "",
            bad_settings=row.bad_settings,
            credentials=credential_names(brought.adapter.options) if brought else [],
        )

    async def check(self, name: str) -> Environment:
        """Ask an environment for its status and for what it holds; a Busy one is left alone."""
        row = await self._database.read(lambda tx: environments.read(tx, name))
        with suppress(Busy):
            report = await self.refresh(row)
            if report.status is EnvironmentStatus.AVAILABLE:
                await self._statuses.read_back(row)
        return await self.show(name)

    # ---------------------------------------------------------------------- change

    async def add(self, request: AddEnvironment, actor: str) -> Environment:
        """Make an environment, once its adapter has taken the settings.

        Raises:
            NotFound: No enabled plugin brings the adapter.
            Refused: The name is taken.
            WrongUsage: Settings do not fit, field by field.
        """
        await self._settings.add(request, actor)
        return await self.check(request.name)

    async def change(self, name: str, request: ChangeEnvironment, actor: str) -> Environment:
        """Change settings, once its adapter has taken them; they hold from the next call on.

        Raises:
            NotFound: There is none of that name.
            Refused: Its adapter cannot be used now, or somebody else has changed it meanwhile.
            WrongUsage: Settings do not fit, field by field.
        """
        await self._settings.change(name, request, actor)
        return await self.check(name)

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


def _known(row: EnvironmentRow) -> StatusReport:
    status = EnvironmentStatus(row.status)
    return StatusReport(status=status, reason=row.reason, remedy=row.remedy)


def _busy(job: int, app: str | None) -> StatusReport:
    reason = f"Job {job} is at work on {app}."
    return StatusReport(status=EnvironmentStatus.BUSY, reason=reason)


def _state(brought: Brought | None, row: EnvironmentRow) -> PluginState | None:
    """The state of the plugin, as far as this environment is concerned."""
    if brought is None:
        return None
    if brought.plugin.state is PluginState.ENABLED and row.bad_settings:
        return PluginState.BAD_SETTINGS
    return brought.plugin.state
