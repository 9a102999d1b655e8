"""What environments are made of: an adapter, and settings that it has tried on."""

from typing import Any

from shipway_client.errors import NotFound, Refused
from shipway_client.wire import AddEnvironment, ChangeEnvironment
from shipway_plugins.credentials import options_of
from shipway_plugins.words import AdapterRecord
from sqlalchemy import Connection

from shipway_daemon.catalog import environments
from shipway_daemon.catalog.environments import EnvironmentRow
from shipway_daemon.database.engine import Database
from shipway_daemon.events import history
from shipway_daemon.publish.adapters import Adapters
from shipway_daemon.publish.trial import Trials, misfit
from shipway_daemon.rules.names import check_environment_name
from shipway_daemon.rules.settings import typed


class Settings:
    """Makes environments and changes them; nothing is stored that the adapter does not take."""

    def __init__(self, database: Database, adapters: Adapters, trials: Trials) -> None:
        self._database = database
        self._adapters = adapters
        self._trials = trials

    async def add(self, request: AddEnvironment, actor: str) -> None:
        """Store a new environment.

        Raises:
            NotFound: No enabled plugin brings the adapter.
            Refused: The name is taken.
            WrongUsage: Settings do not fit, field by field.
        """
        name = check_environment_name(request.name)
        record = self._adapters.adapter(request.adapter)
        if record is None:
            known = ", ".join(self._adapters.kinds()) or "none"
            raise NotFound(f"There is no adapter {request.adapter}.", f"There are: {known}.")
        await self._database.read(lambda tx: _refuse_taken(tx, name))
        settings = typed(request.settings, record.options)
        await self._trials.try_on(self._adapters.spec(name, request.adapter, settings))

        def create(tx: Connection) -> None:
            _refuse_taken(tx, name)
            environments.create(tx, name, request.adapter, settings)
            history.append(tx, "environment.added", name, actor, adapter=request.adapter)

        await self._database.write(create)

    async def change(self, name: str, request: ChangeEnvironment, actor: str) -> None:
        """Change settings of an environment; a job at work keeps those that it began with.

        Raises:
            NotFound: There is no environment of that name.
            Refused: Its adapter cannot be used now, or somebody else has changed it meanwhile.
            WrongUsage: Settings do not fit, field by field.
        """
        row = await self._database.read(lambda tx: environments.read(tx, name))
        record = self._adapters.usable(row.adapter)
        _refuse_strange(row, request, record)
        kept = {key: value for key, value in row.settings.items() if key not in request.unset}
        settings = kept | typed(request.settings, record.options)
        await self._trials.try_on(self._adapters.spec(name, row.adapter, settings))
        told = sorted({*request.settings, *request.unset})

        def change(tx: Connection) -> None:
            if environments.read(tx, name).settings != row.settings:
                raise Refused(f"{name} was changed meanwhile.", "Look at it, and try again.")
            environments.set_settings(tx, row.id, settings)
            history.append(tx, "environment.changed", name, actor, settings=told)

        await self._database.write(change)


def _refuse_taken(tx: Connection, name: str) -> None:
    if environments.exists(tx, name):
        raise Refused(
            f"There is an environment {name} already.",
            f"Choose another name, or change that one: `shipway env set {name}`.",
        )


def _refuse_strange(row: EnvironmentRow, request: ChangeEnvironment, record: AdapterRecord) -> None:
    """Refuse to unset what there is not, and to set and unset one setting at once."""
    known: set[str] = {*row.settings, *options_of(record.options)}
    wrong: dict[str, Any] = {
        name: "There is no such setting to unset." for name in request.unset if name not in known
    }
    both = request.settings.keys() & set(request.unset)
    wrong |= dict.fromkeys(both, "It cannot be set and unset at once.")
    if wrong:
        raise misfit(wrong)
