"""Making an environment, once its adapter has taken the settings."""

import logging

from shipway_client.errors import NotFound, Refused, ShipwayError, WrongUsage
from shipway_client.wire import AddEnvironment
from shipway_plugins.errors import BadSettings, PluginError
from sqlalchemy import Connection

from shipway_daemon.catalog import environments
from shipway_daemon.catalog.environments import EnvironmentRow
from shipway_daemon.database.engine import Database
from shipway_daemon.events import history
from shipway_daemon.publish.adapters import Adapters
from shipway_daemon.rules.names import check_environment_name

_log = logging.getLogger(__name__)


class Settings:
    """What environments are made of."""

    def __init__(self, database: Database, adapters: Adapters) -> None:
        self._database = database
        self._adapters = adapters

    async def add(self, request: AddEnvironment, actor: str) -> EnvironmentRow:
        """Store a new environment.

        Raises:
            NotFound: No enabled plugin brings the adapter.
            Refused: The name is taken.
        """
        name = check_environment_name(request.name)
        if self._adapters.adapter(request.adapter) is None:
            known = ", ".join(self._adapters.kinds()) or "none"
            raise NotFound(f"There is no adapter {request.adapter}.", f"There are: {known}.")

        def create(tx: Connection) -> EnvironmentRow:
            if environments.exists(tx, name):
                raise Refused(f"There is an environment {name} already.")
            row = environments.create(tx, name, request.adapter, request.settings)
            history.append(tx, "environment.added", name, actor, adapter=request.adapter)
            return row

        return await self._database.write(create)

    async def try_on(self, row: EnvironmentRow) -> None:
        """Let the adapter look at the settings.

        Raises:
            WrongUsage: A setting does not fit; the sentence names it.
        """
        try:
            await self._adapters.lane(row).status()
        except BadSettings as error:
            raise WrongUsage(error.message, error.hint) from error
        except (PluginError, ShipwayError) as error:
            _log.info("environment %s does not answer yet: %s", row.name, error)
