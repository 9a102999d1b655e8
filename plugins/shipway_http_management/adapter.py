"""The adapter of a management server over HTTP."""

from collections.abc import Callable
from typing import ClassVar, NamedTuple

import msgspec
from shipway_plugins import Adapter, EnvironmentContext, Reporter
from shipway_plugins.errors import PluginError, StoreBusy, StoreUnreachable
from shipway_plugins.plans import published
from shipway_plugins.words import (
    Capabilities,
    EnvironmentStatus,
    Finding,
    LiveState,
    Plan,
    Receipt,
    StatusReport,
    Target,
)

from shipway_http_management import rules, wire
from shipway_http_management.faults import RequestDamaged
from shipway_http_management.options import HttpManagementOptions
from shipway_http_management.permit import Permit
from shipway_http_management.server import Server
from shipway_http_management.uploading import Uploading


class HttpManagement(Adapter):
    """Uploads what the server lacks, then says in one request what shall be live.

    The server knows every attempt by its key (`Plan.key`), so `idempotent` is true: the same
    publication may be sent again, in another process and days later, and is applied once. This
    adapter still sends it once a call, and leaves it to the daemon to send it again. When an answer
    is lost, it waits until the server would no longer begin what was sent, and asks for the receipt
    of the key: then it is known.
    """

    kind = "http_management"
    title = "Management server (HTTP)"
    options_type: ClassVar[type[msgspec.Struct]] = HttpManagementOptions
    capabilities: ClassVar[Capabilities] = Capabilities(
        preview=True,
        states=True,
        targets=True,
        unpublish=True,
        downgrade=True,
        cancel=True,
        idempotent=True,
    )

    def __init__(self, options: HttpManagementOptions, context: EnvironmentContext) -> None:
        super().__init__(options, context)
        self._server = Server(options)
        self._chunk_size = options.chunk_size

    def status(self) -> StatusReport:
        """Ask the server how it is; one that cannot answer now is Busy."""
        try:
            told = self._server.status()
        except StoreBusy as busy:
            return StatusReport(
                status=EnvironmentStatus.BUSY, reason=busy.message, remedy=busy.hint
            )
        return StatusReport(status=told.state, reason=told.reason, remedy=told.remedy)

    def check(self, plan: Plan) -> list[Finding]:
        """Name what the server would refuse. Nothing but its status is asked for."""
        return rules.findings(plan, self._server.status().max_bytes)

    def publish(self, plan: Plan, report: Reporter) -> Receipt:
        """Upload what the server lacks, then publish all of it or nothing."""
        report.stage("Ask the server")
        taken = self._server.receipt(plan.app, plan.key)
        if taken is None:
            for channel, version in published(plan).items():
                self._upload(channel, Uploading(self._server, version, self._chunk_size), report)
            report.stage("Publish")
            permit = self._server.permit()
            asked = wire.publication(plan, permit.valid_until)
            attempt = _Attempt(plan.app, plan.key, permit)
            taken = self._settled(attempt, lambda: self._server.publish(asked), report)
        wanted = {channel: one.digest for channel, one in published(plan).items()}
        return _receipt(taken, plan.app, plan.key, wanted)

    def unpublish(self, app: str, key: str, report: Reporter) -> Receipt:
        """Take everything of `app` away."""
        report.stage("Unpublish")
        permit = self._server.permit()
        attempt = _Attempt(app, key, permit)
        taken = self._settled(attempt, lambda: self._server.unpublish(app, key, permit), report)
        return _receipt(taken, app, key, {})

    def live(self, app: str) -> LiveState:
        """Ask the server what it shows of `app` now."""
        found = self._server.app(app)
        return LiveState(app=app, entries=found.entries, processing=found.processing)

    def targets(self, query: str) -> list[Target]:
        """Ask the server for users and groups."""
        return self._server.targets(query)[:200]

    # ---------------------------------------------------------------------- parts

    def _upload(self, channel: str, uploading: Uploading, report: Reporter) -> None:
        name = f"Upload {channel}"
        upload = uploading.announce()
        if upload.complete:
            report.skip(name, "the server has it")
            return
        report.stage(name, f"from byte {upload.offset}" if upload.offset else "")
        uploading.send(upload, report.progress)

    def _settled(
        self, attempt: "_Attempt", send: Callable[[], wire.Receipt], report: Reporter
    ) -> wire.Receipt:
        """Send once; when the answer is lost, wait until it is certain, and ask for the receipt.

        Raises:
            StoreBusy: Nothing was taken, nor will be; the same later is welcome.
            StoreUnreachable: The server does not say: nothing is known.
        """
        try:
            return send()
        except RequestDamaged as damaged:
            raise StoreBusy(f"{damaged.message} Nothing was taken.", damaged.hint) from damaged
        except StoreUnreachable as lost:
            report.log(f"The answer was lost: {lost.message}")
            report.stage("Ask for the receipt")
            receipt = self._found(attempt, lost)
        if receipt is None:
            raise StoreBusy("The answer was lost, and the server has not taken it.")
        return receipt

    def _found(self, attempt: "_Attempt", lost: StoreUnreachable) -> wire.Receipt | None:
        """Find the receipt of what was lost; None: it was not taken, and never will be."""
        try:
            if (receipt := self._server.receipt(attempt.app, attempt.key)) is not None:
                return receipt
            attempt.permit.wait()
            return self._server.receipt(attempt.app, attempt.key)
        except PluginError as silent:
            raise StoreUnreachable(lost.message, lost.hint) from silent


class _Attempt(NamedTuple):
    """What is sent, by its names, and for how long it may be begun."""

    app: str
    key: str
    permit: Permit


def _receipt(taken: wire.Receipt, app: str, key: str, wanted: dict[str, str]) -> Receipt:
    """Believe a receipt only when it names what was asked for."""
    named = {item.channel: item.digest for item in taken.items}
    if (taken.app, taken.key, named) != (app, key, wanted):
        raise StoreUnreachable(
            f"The server's receipt is not for what was sent: it names {taken.app}, {taken.key}.",
            "See what the server holds, then publish again.",
        )
    return Receipt(key=key, items=taken.items, message=taken.message)
