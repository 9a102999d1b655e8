"""Do settings fit an adapter? Asked of its real options, in a child, before they are stored."""

from collections.abc import Mapping
from typing import Any

from shipway_plugins.credentials import CredentialPath, with_credentials

from shipway_daemon.workers import limits
from shipway_daemon.workers.lane_spec import LaneSpec
from shipway_daemon.workers.logs import OnLine, to_log
from shipway_daemon.workers.process import WorkerProcess
from shipway_daemon.workers.questions import LaneOpening

_MODULE = "shipway_daemon.workers.children.lane"
#: Stands for every credential: what it would be is not needed to see whether the others fit.
_PLACEHOLDER = "a-credential-that-is-not-looked-at"


async def fit(spec: LaneSpec, *, on_log: OnLine = to_log) -> None:
    """Hold the settings of a lane against its adapter's options, without any credential.

    Raises:
        BadSettings: They do not fit; `fields` has a sentence for each that does not.
        WorkerFailed: The plugin broke while it was imported.
    """
    asked = LaneOpening(
        environment=spec.environment,
        plugin=spec.plugin,
        adapter=spec.adapter,
        options=with_credentials(spec.options, _placeholders(spec.credentials)),
        data_dir=str(spec.data_dir),
    )
    name = f"The trial of {spec.environment}"
    worker = await WorkerProcess.start(_MODULE, [spec.environment], name=name, on_log=on_log)
    try:
        await worker.call(
            "fit", asked, type(None), seconds=limits.OPEN_SECONDS, allowed=limits.question()
        )
    finally:
        await worker.terminate(0)


def _placeholders(credentials: Mapping[CredentialPath, Any]) -> dict[CredentialPath, str]:
    return dict.fromkeys(credentials, _PLACEHOLDER)
