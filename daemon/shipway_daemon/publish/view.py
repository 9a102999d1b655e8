"""An environment as it is answered: what is stored, its plugin, and the job that makes it Busy."""

from typing import Any

from shipway_client.wire import Environment
from shipway_plugins.credentials import credential_names, credentials_in, with_credentials
from shipway_plugins.words import EnvironmentStatus, PluginState, StatusReport
from sqlalchemy import Connection

from shipway_daemon.catalog.environments import EnvironmentRow, published_count
from shipway_daemon.jobs import rows as jobs
from shipway_daemon.publish.adapters import Adapters, Brought
from shipway_daemon.publish.calling import lock_key
from shipway_daemon.workers.references import NoReference, parse

#: Stands for what was stored in the place of a credential and is no reference to one.
HIDDEN = "(not shown)"


def environment(tx: Connection, row: EnvironmentRow, adapters: Adapters) -> Environment:
    """Join what is stored of an environment with its plugin, and the job that makes it Busy."""
    brought = adapters.brought(row.adapter)
    record = adapters.adapter(row.adapter)
    holder = jobs.live_job(tx, lock_key(row.id))
    report = _busy(*holder) if holder else adapters.absence(row.adapter) or _known(row)
    schema = brought.adapter.options if brought else {}
    return Environment(
        id=row.id,
        name=row.name,
        adapter=row.adapter,
        title=brought.adapter.title if brought else row.adapter,
        settings=_without_values(row.settings, schema),
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
        credentials=credential_names(schema),
        published=published_count(tx, row.id),
    )


def _without_values(settings: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Hide what is no reference: a plugin may call a credential what was none when it was set."""
    plain = {
        path: HIDDEN
        for path, value in credentials_in(schema, settings).items()
        if not _is_reference(value)
    }
    return with_credentials(settings, plain)


def _is_reference(value: object) -> bool:
    try:
        parse(value)
    except NoReference:
        return False
    return True


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
