"""Which plugin brings which adapter, and the lane of an environment."""

from collections.abc import Sequence
from pathlib import Path

from shipway_client.errors import Refused
from shipway_client.locations import Locations
from shipway_client.wire import Plugin
from shipway_plugins.credentials import credentials_in
from shipway_plugins.words import AdapterRecord, PluginState

from shipway_daemon.catalog.environments import EnvironmentRow
from shipway_daemon.workers.lane import Lane
from shipway_daemon.workers.lane_spec import LaneSpec
from shipway_daemon.workers.lanes import Lanes


class Adapters:
    """The adapters of all plugins, by kind, as the records of the plugins tell of them."""

    def __init__(self, lanes: Lanes, locations: Locations) -> None:
        self._lanes = lanes
        self._locations = locations
        self._brought: dict[str, tuple[str, AdapterRecord]] = {}

    def take(self, records: Sequence[Plugin]) -> None:
        """Learn from the plugins' records which adapters there are."""
        self._brought = {
            adapter.kind: (record.name, adapter)
            for record in records
            if record.state is PluginState.ENABLED
            for adapter in record.adapters
        }

    def adapter(self, kind: str) -> AdapterRecord | None:
        """What the probe learned of an adapter; None if no enabled plugin brings it."""
        entry = self._brought.get(kind)
        return entry[1] if entry else None

    def kinds(self) -> list[str]:
        """Name the adapters that enabled plugins bring."""
        return sorted(self._brought)

    def lane(self, row: EnvironmentRow) -> Lane:
        """The lane of an environment, started when it is first asked something.

        Raises:
            Refused: No enabled plugin brings its adapter.
        """
        if row.adapter not in self._brought:
            raise Refused(
                f"No plugin brings the adapter {row.adapter}.", "See `shipway plugin list`."
            )
        plugin, record = self._brought[row.adapter]
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
