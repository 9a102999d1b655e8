"""How a watched folder is doing, for people to see."""

from dataclasses import dataclass

from shipway_client.wire import FolderState


@dataclass(frozen=True)
class Condition:
    """The state of a folder, with a sentence where it is not as it should be."""

    state: FolderState = FolderState.STARTING
    reason: str = ""
    last_scan_at: str | None = None
