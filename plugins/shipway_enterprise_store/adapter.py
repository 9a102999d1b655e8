"""The adapter of the built-in store."""

from pathlib import Path
from typing import Annotated, ClassVar

import msgspec
from shipway_plugins import Adapter, EnvironmentContext, Reporter
from shipway_plugins.errors import BadSettings, StoreRefused
from shipway_plugins.words import (
    Capabilities,
    EnvironmentStatus,
    Finding,
    ItemAction,
    LiveEntry,
    LiveState,
    Plan,
    PlanItem,
    Receipt,
    ReceiptItem,
    StatusReport,
    Target,
    VersionFacts,
)

from shipway_enterprise_store import rules
from shipway_enterprise_store.files import HeldFiles
from shipway_enterprise_store.folder import StoreFolder
from shipway_enterprise_store.index import Held, Index, now


class EnterpriseStoreOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of the store."""

    directory: Annotated[
        str | None,
        msgspec.Meta(description="The folder that holds what is published; none: Shipway's own."),
    ] = None


class EnterpriseStore(Adapter):
    """Holds per app, channel and copy the one version that is live, Draft or Active."""

    kind = "enterprise_store"
    title = "Enterprise Store"
    options_type: ClassVar[type[msgspec.Struct]] = EnterpriseStoreOptions
    capabilities: ClassVar[Capabilities] = Capabilities(
        states=True, targets=True, unpublish=True, downgrade=True, cancel=True
    )

    def __init__(self, options: EnterpriseStoreOptions, context: EnvironmentContext) -> None:
        super().__init__(options, context)
        chosen = options.directory
        if chosen is not None and not Path(chosen).is_absolute():
            raise BadSettings(
                f"The setting directory does not fit: {chosen} is no absolute path.",
                "Write the path from the root on.",
                fields={"directory": f"{chosen} is no absolute path."},
            )
        directory = Path(chosen) if chosen else context.data_dir
        self._folder = StoreFolder(directory, context.data_dir)
        self._files = HeldFiles(directory / "binaries")

    def status(self) -> StatusReport:
        """Say Available when the folder can be written to and its index be read."""
        where = self._folder.directory
        self._folder.read()
        try:
            self._folder.try_writing()
        except OSError as problem:
            reason = f"The folder {where} cannot be written to: {problem.strerror}."
            return StatusReport(status=EnvironmentStatus.UNKNOWN, reason=reason)
        reason = f"The store in {where} can be written to."
        return StatusReport(status=EnvironmentStatus.AVAILABLE, reason=reason)

    def check(self, plan: Plan) -> list[Finding]:
        """Name what this store would refuse."""
        return rules.findings(plan, self._folder.directory)

    def publish(self, plan: Plan, report: Reporter) -> Receipt:
        """Receive the files, then let the index say what is live, in one replacement."""
        with self._folder.alone():
            index = self._folder.read()
            if (receipt := index.receipt_of(plan.key)) is not None:
                return receipt
            report.stage("Check")
            self._refuse_errors(plan)
            held = index.held
            for item in plan.items:
                held = self._apply(item, plan, held, report)
            return self._finish(index, held, _receipt(plan), report)

    def unpublish(self, app: str, key: str, report: Reporter) -> Receipt:
        """Let go of everything of `app`."""
        with self._folder.alone():
            index = self._folder.read()
            if (receipt := index.receipt_of(key)) is not None:
                return receipt
            for channel in dict.fromkeys(one.entry.channel for one in index.of(app)):
                report.stage(f"Remove {channel}")
            rest = [one for one in index.held if one.app != app]
            message = f"{app} is no longer in the store."
            return self._finish(index, rest, Receipt(key=key, items=[], message=message), report)

    def live(self, app: str) -> LiveState:
        """Read the index afresh; what it names without having the file is not live."""
        held = self._folder.read().of(app)
        return LiveState(
            app=app,
            entries=[one.entry for one in held if self._files.has(one.entry.digest, one.size)],
        )

    def targets(self, query: str) -> list[Target]:
        """List whom publishes were aimed at before. The store itself knows no people."""
        held = self._folder.read().held
        known = sorted({target for one in held for target in one.entry.targets})
        return [
            Target(address=target, title=target.partition(":")[2], source="earlier publishes")
            for target in known
            if query.casefold() in target.casefold()
        ][:200]

    # ---------------------------------------------------------------------- parts

    def _refuse_errors(self, plan: Plan) -> None:
        if problems := self.check(plan):
            raise StoreRefused(problems[0].sentence, problems[0].remedy)

    def _apply(self, item: PlanItem, plan: Plan, held: list[Held], report: Reporter) -> list[Held]:
        """Do one item; answer what is held afterwards."""
        if item.action is ItemAction.KEEP:
            return held
        place = (plan.app, item.channel, plan.copy)
        rest = [one for one in held if (one.app, one.entry.channel, one.entry.copy) != place]
        if item.action is ItemAction.REMOVE or item.version is None:
            report.stage(f"Remove {item.channel}")
            return rest
        report.stage(f"Upload {item.channel}", item.version.address)
        self._files.receive(item.version, report.progress)
        return [*rest, _hold(plan, item.channel, item.version)]

    def _finish(
        self, index: Index, held: list[Held], receipt: Receipt, report: Reporter
    ) -> Receipt:
        """Make it so: first the index, then the files that nothing refers to any more."""
        report.stage("Update the index")
        self._folder.write(index.applied(held, receipt))
        self._files.keep_only({one.entry.digest for one in held})
        return receipt


def _hold(plan: Plan, channel: str, version: VersionFacts) -> Held:
    entry = LiveEntry(
        channel=channel,
        digest=version.digest,
        copy=plan.copy,
        state=plan.state,
        identifier=version.identifier,
        version=version.version,
        build=version.build,
        targets=plan.targets,
    )
    return Held(app=plan.app, entry=entry, size=version.size, file_name=version.file_name, at=now())


def _receipt(plan: Plan) -> Receipt:
    items = [
        ReceiptItem(channel=item.channel, digest=item.version.digest, store_id=item.version.digest)
        for item in plan.items
        if item.action is ItemAction.PUBLISH and item.version is not None
    ]
    return Receipt(key=plan.key, items=items)
