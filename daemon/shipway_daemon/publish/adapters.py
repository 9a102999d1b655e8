"""Which plugin brings which adapter, and the lane of an environment."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from shipway_client.errors import Refused, Unavailable
from shipway_client.locations import Locations
from shipway_client.wire import Plugin
from shipway_plugins.credentials import credentials_in
from shipway_plugins.words import AdapterRecord, EnvironmentStatus, PluginState, StatusReport

from shipway_daemon.catalog.environments import EnvironmentRow
from shipway_daemon.workers.lane import Lane
from shipway_daemon.workers.lane_spec import LaneSpec
from shipway_daemon.workers.lanes import Lanes


class Brought(NamedTuple):
    """An adapter, and the installed plugin that brings it, whatever its state."""

    plugin: Plugin
    adapter: AdapterRecord


class Adapters:
    """The adapters of all plugins, by kind, as the records of the plugins tell of them."""

    def __init__(self, lanes: Lanes, locations: Locations) -> None:
        self._lanes = lanes
        self._locations = locations
        self._brought: dict[str, Brought] = {}
        self._kept: dict[int, LaneSpec] = {}

    def take(self, records: Sequence[Plugin]) -> None:
        """Learn from the plugins' records which adapters there are."""
        enabled_last = sorted(records, key=_is_enabled)
        self._brought = {
            adapter.kind: Brought(record, adapter)
            for record in enabled_last
            for adapter in record.adapters
        }

    def brought(self, kind: str) -> Brought | None:
        """What is known of an adapter, also where its plugin cannot be used now."""
        return self._brought.get(kind)

    def adapter(self, kind: str) -> AdapterRecord | None:
        """What the probe learned of an adapter; None if no enabled plugin brings it."""
        found = self._brought.get(kind)
        return found.adapter if found and _is_enabled(found.plugin) else None

    def usable(self, kind: str) -> AdapterRecord:
        """What the probe learned of an adapter.

        Raises:
            Refused: No enabled plugin brings it; the sentence says why.
        """
        if (absence := self.absence(kind)) is not None:
            raise Refused(absence.reason, absence.remedy)
        return self._brought[kind].adapter

    def kinds(self) -> list[str]:
        """Name the adapters that enabled plugins bring."""
        return sorted(kind for kind, found in self._brought.items() if _is_enabled(found.plugin))

    def absence(self, kind: str) -> StatusReport | None:
        """Say why nothing is known of the environments of an adapter; None where it is there."""
        found = self._brought.get(kind)
        if found is None:
            return unknown_status(
                f"No installed plugin brings the adapter {kind}.",
                "Install the plugin that does, and look with `shipway plugin list`.",
            )
        name, state = found.plugin.name, found.plugin.state
        if state is PluginState.ENABLED:
            return None
        who = f"The plugin {name}, which brings the adapter {kind},"
        if state is PluginState.DISABLED:
            return unknown_status(f"{who} is disabled.", f"See `shipway plugin enable {name}`.")
        return unknown_status(
            f"{who} failed to load: {found.plugin.error}",
            f"Mend the plugin, then look with `shipway plugin show {name}`.",
        )

    def lane(self, row: EnvironmentRow) -> Lane:
        """The lane of an environment, started when it is first asked something.

        Raises:
            Refused: No enabled plugin brings its adapter, and no job began while one did.
            Unavailable: The environment's folder cannot be made.
        """
        spec = self._kept.get(row.id) or self._spec_of(row)
        folder = self._locations.environments / str(row.id)
        try:
            folder.mkdir(0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(
                f"The environment's folder {folder} cannot be made: {error.strerror}.",
                "See what lies there, and that the disk of the home has room.",
            ) from error
        return self._lanes.lane(spec)

    def keep(self, row: EnvironmentRow) -> None:
        """Let an environment have the lane that it has now, whatever becomes of its plugin."""
        self._kept.setdefault(row.id, self._spec_of(row))

    def release(self, row: EnvironmentRow) -> None:
        """Let an environment have a lane only as long as its plugin can be used."""
        self._kept.pop(row.id, None)

    def _spec_of(self, row: EnvironmentRow) -> LaneSpec:
        return self.spec(row.name, row.adapter, row.settings, row.id)

    def spec(
        self, name: str, kind: str, settings: dict[str, Any], environment_id: int = 0
    ) -> LaneSpec:
        """What the lane of an environment is started with.

        Raises:
            Refused: No enabled plugin brings its adapter.
        """
        record = self.usable(kind)
        plugin = self._brought[kind].plugin
        return LaneSpec(
            environment_id=environment_id,
            environment=name,
            plugin=plugin.name,
            release=plugin.version,
            adapter=kind,
            options=settings,
            data_dir=self._locations.environments / str(environment_id),
            lock=self._locations.lanes / f"{environment_id}.lock",
            credentials=credentials_in(record.options, settings),
        )


def _is_enabled(record: Plugin) -> bool:
    return record.state is PluginState.ENABLED


def unknown_status(reason: str, remedy: str = "") -> StatusReport:
    """Say that nothing is known of an environment, and why."""
    return StatusReport(status=EnvironmentStatus.UNKNOWN, reason=reason, remedy=remedy)
