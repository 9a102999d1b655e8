"""How a watched folder is doing, for people to see."""

from dataclasses import dataclass

from shipway_client.wire import FolderState

_SILENT = "It does not answer; Shipway goes on by itself as soon as it does."


@dataclass(frozen=True)
class Condition:
    """The state of a folder, with a sentence where it is not as it should be.

    `weaker`: no read lease can be had in it. `unreadable`: how many folders in it cannot be read.
    """

    state: FolderState = FolderState.STARTING
    reason: str = ""
    last_scan_at: str | None = None
    weaker: bool = False
    unreadable: int = 0


@dataclass
class Troubles:
    """What stands against a folder now, each with a sentence; the worst decides its state."""

    silent: bool = False
    missing: str = ""
    hintless: str = ""
    unheard: str = ""

    def state(self) -> FolderState:
        """The state that follows from them."""
        if self.silent:
            return FolderState.SILENT
        if self.missing:
            return FolderState.MISSING
        return FolderState.SCANNING if self.hintless or self.unheard else FolderState.WATCHING

    def reason(self) -> str:
        """A sentence about the worst, empty where there is none."""
        return (_SILENT if self.silent else "") or self.missing or self.hintless or self.unheard
