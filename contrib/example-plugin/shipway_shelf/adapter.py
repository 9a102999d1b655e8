"""The adapter: makes of a plan what the shelf is to hold, and of its trouble a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from shipway_plugins import Adapter, EnvironmentContext, Reporter
from shipway_plugins.errors import StoreBusy, StoreRefused, StoreUnreachable
from shipway_plugins.words import (
    Capabilities,
    EnvironmentStatus,
    ItemAction,
    LiveEntry,
    LiveState,
    Plan,
    Receipt,
    ReceiptItem,
    StatusReport,
    VersionFacts,
)

from shipway_shelf.shelf import FolderShelf, Shelf


class ShelfOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings. A secret would be a `shipway_plugins.credentials.Credential`."""

    directory: str


class ShelfAdapter(Adapter):
    """Speaks to the shelf through its two methods, `send` and `read`."""

    kind = "shelf"
    title = "Shelf"
    options_type = ShelfOptions
    capabilities = Capabilities(
        states=True, targets=True, unpublish=True, downgrade=True, idempotent=True
    )

    def __init__(
        self, options: ShelfOptions, context: EnvironmentContext, shelf: Shelf | None = None
    ) -> None:
        super().__init__(options, context)
        self._directory = Path(options.directory)
        self._shelf = shelf or FolderShelf(self._directory)

    def status(self) -> StatusReport:
        """Say Available when the shelf can be read."""
        self.live("")
        reason = f"The shelf in {self._directory} can be read."
        return StatusReport(status=EnvironmentStatus.AVAILABLE, reason=reason)

    def publish(self, plan: Plan, report: Reporter) -> Receipt:
        """Send all that the app is to have, and the files that are new."""
        held = {entry.channel: entry for entry in self.live(plan.app).entries}
        files, taken = {}, []
        for item in plan.items:
            if item.action is ItemAction.REMOVE:
                held.pop(item.channel, None)
            if item.version is not None:
                held[item.channel] = _entry(plan, item.version)
                files[item.version.digest] = Path(item.version.path)
                taken.append(ReceiptItem(channel=item.channel, digest=item.version.digest))
        report.stage("Send", f"{len(files)} files")
        with _explained():
            self._shelf.send(plan.key, plan.app, list(held.values()), files)
        return Receipt(key=plan.key, items=taken)

    def unpublish(self, app: str, key: str, report: Reporter) -> Receipt:
        """Send that the app is to have nothing."""
        report.stage("Clear")
        with _explained():
            self._shelf.send(key, app, [], {})
        return Receipt(key=key, items=[])

    def live(self, app: str) -> LiveState:
        """Read the shelf afresh."""
        with _explained():
            return self._shelf.read(app)


def _entry(plan: Plan, version: VersionFacts) -> LiveEntry:
    return LiveEntry(
        channel=version.channel,
        digest=version.digest,
        state=plan.state,
        targets=plan.targets,
        version=version.version,
        build=version.build,
    )


@contextmanager
def _explained() -> Iterator[None]:
    """Make the errors of the plugin API of what went wrong; which one decides what happens next."""
    try:
        yield
    except BlockingIOError as error:
        raise StoreBusy(f"The shelf is in use: {error}.") from error
    except PermissionError as error:
        raise StoreRefused(f"The shelf refuses this: {error}.") from error
    except OSError as error:
        raise StoreUnreachable(f"The shelf does not answer: {error}.") from error
