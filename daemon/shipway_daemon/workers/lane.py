"""One lane: the child process in which one environment's adapter runs."""

import asyncio
import contextlib
import os
from typing import TypeVar

from shipway_plugins.credentials import with_credentials
from shipway_plugins.words import Finding, LiveState, Plan, Receipt, StatusReport, Target

from shipway_daemon.patience import finish
from shipway_daemon.workers import limits
from shipway_daemon.workers.errors import LaneHeld, WorkerBroke
from shipway_daemon.workers.frames import OnReport
from shipway_daemon.workers.lane_lock import LaneLock, set_free, wait_until_free
from shipway_daemon.workers.lane_spec import LaneSpec
from shipway_daemon.workers.limits import Allowance
from shipway_daemon.workers.logs import OnLine
from shipway_daemon.workers.masking import Mask
from shipway_daemon.workers.ondemand import OnDemand
from shipway_daemon.workers.process import WorkerProcess
from shipway_daemon.workers.questions import LaneOpening, UnpublishQuestion
from shipway_daemon.workers.references import parse_all
from shipway_daemon.workers.secrets import Secrets, Stamp, resolve_all, stamp

T = TypeVar("T")

_MODULE = "shipway_daemon.workers.children.lane"

# How a machine behind a proxy reaches the stores.
_PROXY = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


class Lane:
    """One environment's adapter. Every call may raise a `PluginError` or a `WorkerFailed`."""

    def __init__(self, spec: LaneSpec, on_log: OnLine, idle_seconds: float) -> None:
        self._spec = spec
        self._on_log = on_log
        self._child = OnDemand(self._name, self._start, idle_seconds=idle_seconds)
        self._stamp: Stamp = ()

    @property
    def _name(self) -> str:
        return f"The lane of {self._spec.environment}"

    async def status(self, *, passing: bool = False) -> StatusReport:
        """Ask whether the store can take a publish now.

        A lane that is started only for that, in `passing`, ends soon after.
        """
        if passing and not self._child.alive:
            self._child.in_passing = True
        return await self._ask(
            "status", None, StatusReport, seconds=limits.STATUS_SECONDS, passing=passing
        )

    async def check(self, plan: Plan) -> list[Finding]:
        """Ask which rules of the store `plan` would break."""
        return await self._ask("check", plan, list[Finding], seconds=limits.CHECK_SECONDS)

    async def live(self, app: str) -> LiveState:
        """Read back what the store holds of `app` now."""
        return await self._ask("live", app, LiveState, seconds=limits.LIVE_SECONDS)

    async def targets(self, query: str) -> list[Target]:
        """List whom a publish can be aimed at."""
        return await self._ask("targets", query, list[Target], seconds=limits.TARGETS_SECONDS)

    async def publish(self, plan: Plan, on_report: OnReport | None = None) -> Receipt:
        """Publish `plan`; when cancelled, the lane is dead before the cancellation goes on."""
        return await self._ask(
            "publish",
            plan,
            Receipt,
            seconds=limits.PUBLISH_SECONDS,
            quiet=limits.QUIET_SECONDS,
            told=on_report,
            allowed=limits.publish(),
        )

    async def unpublish(self, app: str, key: str, on_report: OnReport | None = None) -> Receipt:
        """Take everything of `app` out of the store, as the attempt `key`."""
        asked = UnpublishQuestion(app=app, key=key)
        return await self._ask(
            "unpublish",
            asked,
            Receipt,
            seconds=limits.PUBLISH_SECONDS,
            quiet=limits.QUIET_SECONDS,
            told=on_report,
            allowed=limits.publish(),
        )

    def use(self, spec: LaneSpec) -> None:
        """Take on changed settings with the next call."""
        if spec != self._spec:
            self._spec = spec
            self._child.renew()

    async def kill(self) -> None:
        """End the lane now, and wait until everything that it started is dead."""
        await self._child.kill(limits.KILL_GRACE_SECONDS)
        await set_free(self._spec.lock)

    async def rest(self) -> None:
        """End the lane as soon as no call is at work; the next call starts it anew."""
        await self._child.rest()

    async def close(self) -> None:
        """End the lane and take no more calls."""
        await self._child.close()

    async def _ask(
        self,
        method: str,
        params: object,
        answer_type: type[T],
        *,
        seconds: float,
        quiet: float | None = None,
        told: OnReport | None = None,
        allowed: Allowance | None = None,
        passing: bool = False,
    ) -> T:
        if not passing:
            self._child.in_passing = False
        await self._notice_changed_secrets()
        try:
            return await self._child.call(
                method,
                params,
                answer_type,
                seconds=seconds,
                quiet=quiet,
                on_report=told,
                allowed=allowed or limits.question(),
            )
        except BaseException as problem:
            if isinstance(problem, WorkerBroke):
                # What it left half done, nobody knows; the next call is not to find out.
                self._child.renew()
            if not self._child.alive:
                await finish(asyncio.create_task(self._last_one_out()))
            raise

    async def _last_one_out(self) -> None:
        """See that nothing is left of a dead lane when its call fails."""
        with contextlib.suppress(LaneHeld):  # the next start says so
            await set_free(self._spec.lock)

    async def _notice_changed_secrets(self) -> None:
        """Start anew where a credential file is no longer what it was."""
        if not (self._stamp and self._child.alive):
            return
        with contextlib.suppress(TimeoutError):  # what the lane has stays good enough
            if await stamp(parse_all(self._spec.credentials)) != self._stamp:
                self._child.renew()

    async def _resolved(self, spec: LaneSpec) -> Secrets:
        """Read the secrets of the lane; what they were read from is looked at before."""
        references = parse_all(spec.credentials)
        try:
            self._stamp = await stamp(references)
        except TimeoutError:
            self._stamp = ()  # what reads the file says so
        return await resolve_all(references, self._on_log)

    async def _start(self) -> WorkerProcess:
        spec = self._spec
        secrets = await self._resolved(spec)
        await wait_until_free(spec.lock, limits.START_WAIT_SECONDS)
        with LaneLock(spec.lock) as lock:
            worker = await WorkerProcess.start(
                _MODULE,
                [spec.environment],
                name=self._name,
                on_log=self._on_log,
                extra_fds=(lock.descriptor,),
                environment=_proxy(),
                mask=Mask(secrets.values()),
                mark=str(spec.lock),
            )
            try:
                # Before any code of the plugin runs, so that nothing it forks is unrecorded.
                await lock.record(worker.pid)
                await self._open(worker, spec, secrets)
            except BaseException:
                await worker.terminate()
                raise
        return worker

    async def _open(self, worker: WorkerProcess, spec: LaneSpec, secrets: Secrets) -> None:
        opening = LaneOpening(
            environment=spec.environment,
            plugin=spec.plugin,
            adapter=spec.adapter,
            options=with_credentials(spec.options, secrets),
            data_dir=str(spec.data_dir),
        )
        allowed = limits.question()
        await worker.call("open", opening, str, seconds=limits.OPEN_SECONDS, allowed=allowed)


def _proxy() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.upper() in _PROXY}
