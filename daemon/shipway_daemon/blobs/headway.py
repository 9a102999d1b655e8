"""How far a copy has got: told by the thread that copies, read by whoever waits for it."""

import threading
from dataclasses import dataclass, field


class StagingStopped(Exception):
    """The caller gave up while the copy was being made."""


@dataclass
class Headway:
    """One copy. `done` counts bytes, copied and hashed; it only grows.

    `ours`: the store's own disk is at work, which may take as long as it takes; else it is the
    source that is waited for.
    """

    stop: threading.Event = field(default_factory=threading.Event)
    done: int = 0
    ours: bool = False

    def check(self) -> None:
        """Go on only if somebody still waits.

        Raises:
            StagingStopped: Nobody does.
        """
        if self.stop.is_set():
            raise StagingStopped
