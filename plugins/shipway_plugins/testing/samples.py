"""Small versions and plans to try an adapter with."""

import hashlib
from pathlib import Path

from shipway_plugins.words import (
    ItemAction,
    Plan,
    PlanItem,
    PublishState,
    VersionFacts,
)


class Samples:
    """Makes versions whose files are really there, and plans of them."""

    app = "sample/app"
    #: The name of another app, in letters of several alphabets.
    strange_app = "bücher/лавка 店"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0

    def version(self, channel: str, *, size: int = 3000) -> VersionFacts:
        """Make the next version, with bytes of its own."""
        self._number += 1
        content = f"version {self._number} of {channel}\n".encode().ljust(size, b".")[:size]
        path = self._folder / f"sample-{self._number}.bin"
        path.write_bytes(content)
        return VersionFacts(
            address=f"sample/{channel}@{self._number}",
            number=self._number,
            channel=channel,
            platform=channel.partition("-")[0],
            format="bin",
            digest=hashlib.sha256(content).hexdigest(),
            size=size,
            file_name=path.name,
            identifier="com.example.sample",
            name="Sample",
            version=f"1.{self._number}",
            build=str(self._number),
            path=str(path),
        )

    def plan(
        self,
        key: str,
        *items: PlanItem,
        state: PublishState = PublishState.DRAFT,
        targets: list[str] | None = None,
    ) -> Plan:
        """Make a plan of `items` under the key `key`."""
        return Plan(
            key=key,
            app=self.app,
            environment="sample",
            items=list(items),
            state=state,
            targets=targets or [],
        )


def put(version: VersionFacts) -> PlanItem:
    """Make the item that publishes `version` on its channel."""
    return PlanItem(channel=version.channel, action=ItemAction.PUBLISH, version=version)


def keep(channel: str) -> PlanItem:
    """Make the item that leaves `channel` as it is."""
    return PlanItem(channel=channel, action=ItemAction.KEEP)


def remove(channel: str) -> PlanItem:
    """Make the item that takes everything off `channel`."""
    return PlanItem(channel=channel, action=ItemAction.REMOVE)
