"""The policy worker: what do the plugins say of a plan before it is published?"""

from collections.abc import Sequence

from shipway_plugins.words import Finding, Plan

from shipway_daemon.workers import limits
from shipway_daemon.workers.logs import OnLine, to_log
from shipway_daemon.workers.ondemand import IDLE_SECONDS, OnDemand
from shipway_daemon.workers.process import WorkerProcess

_MODULE = "shipway_daemon.workers.children.policy"
#: How long all policy plugins together may look at one plan.
FINDINGS_SECONDS = 30.0


class Policy:
    """Asks the plugins that implement `shipway_findings`; with none of them, starts nothing."""

    def __init__(
        self,
        plugins: Sequence[str],
        *,
        on_log: OnLine = to_log,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        """Name the plugins that are asked, in order."""
        self._plugins = plugins
        self._on_log = on_log
        self._child = OnDemand("The policy worker", self._start, idle_seconds=idle_seconds)

    async def findings(self, plan: Plan) -> list[Finding]:
        """Collect what the plugins say of a plan; an error among it vetoes the publish.

        Raises:
            PluginError: A plugin explained why it cannot tell.
            WorkerFailed: A plugin broke or took too long.
        """
        if not self._plugins:
            return []
        return await self._child.call(
            "findings", plan, list[Finding], seconds=FINDINGS_SECONDS, allowed=limits.question()
        )

    def use(self, plugins: Sequence[str]) -> None:
        """Ask these plugins from the next call on, loaded afresh."""
        self._plugins = plugins
        self._child.renew()

    async def close(self) -> None:
        """End the worker."""
        await self._child.close()

    async def _start(self) -> WorkerProcess:
        return await WorkerProcess.start(
            _MODULE, list(self._plugins), name="The policy worker", on_log=self._on_log
        )
