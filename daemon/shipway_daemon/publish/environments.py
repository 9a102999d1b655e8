"""Environments: what can be asked of them and done with them, but the publishing itself."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from typing import TypeVar

from shipway_client.errors import Busy
from shipway_client.locations import Locations
from shipway_client.wire import AddEnvironment, ChangeEnvironment, Environment, Page, Plugin
from shipway_plugins.words import AdapterRecord, EnvironmentStatus, StatusReport
from sqlalchemy import Connection

from shipway_daemon.catalog import environments, pages
from shipway_daemon.catalog.environments import EnvironmentRow
from shipway_daemon.database.engine import Database
from shipway_daemon.events import history
from shipway_daemon.jobs import rows as jobs
from shipway_daemon.publish import view
from shipway_daemon.publish.adapters import Adapters
from shipway_daemon.publish.calling import Calls
from shipway_daemon.publish.environment_queries import ASKED
from shipway_daemon.publish.following import Following
from shipway_daemon.publish.settings import Settings
from shipway_daemon.publish.status import Statuses
from shipway_daemon.publish.trial import Trials
from shipway_daemon.queries.asked import Asked
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
        self._following = Following(database, self._adapters, self._calls, self._statuses, lanes)
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
        await self._following.close()
        await self._statuses.close()

    async def follow_plugins(self, records: Sequence[Plugin]) -> None:
        """Learn which adapters there are now; who lost its adapter, or got it back, is told so."""
        await self._following.take(records)

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

    async def page(self, ask: Asked) -> Page[Environment]:
        """Show one page to somebody; what is no longer fresh is read behind the answer."""

        def read(tx: Connection) -> tuple[list[EnvironmentRow], Page[Environment]]:
            rows = {row.id: row for row in environments.every(tx)}
            known = [self.environment(tx, row) for row in rows.values()]
            page = pages.page(tx, ASKED.page(known, ask), ask.limit, ASKED.cursor(ask))
            return [rows[item.id] for item in page.items], page

        rows, page = await self._database.read(read)
        self.seen(rows)
        return page

    def environment(self, tx: Connection, row: EnvironmentRow) -> Environment:
        """An environment as it is answered, by what is known now."""
        return view.environment(tx, row, self._adapters)

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
