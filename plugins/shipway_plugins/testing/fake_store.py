"""A store in memory with two methods, for an adapter that speaks to its store through those two.

It raises what a client of Python's own library raises, all of it `OSError`, and the adapter makes
the errors of the plugin API of it: `BlockingIOError` is busy, `PermissionError` a refusal, and any
other leaves open what happened.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from shipway_plugins.clock import Clock, SystemClock
from shipway_plugins.testing.faulty_store import Trouble
from shipway_plugins.words import LiveEntry, LiveState


class FakeStore:
    """Holds entries by app, and the bytes behind them by digest.

    `clock` and `shows_after` (seconds) say when it shows what it took while it `SHOWS_LATE`.
    """

    troubles = frozenset(Trouble)

    def __init__(self, clock: Clock | None = None, shows_after: float = 60.0) -> None:
        self._clock = clock or SystemClock()
        self._shows_after = shows_after
        self._held: dict[str, list[LiveEntry]] = {}
        self._files: dict[str, bytes] = {}
        self._hidden: dict[str, tuple[float, list[LiveEntry]]] = {}
        self._keys: set[str] = set()
        self._trouble: Trouble | None = None
        self._changes = 0

    # ------------------------------------------------------------- what an adapter calls

    def send(
        self, key: str, app: str, entries: Sequence[LiveEntry], files: Mapping[str, Path]
    ) -> None:
        """Hold `entries` of `app` and nothing else, once for each `key`.

        `files` has the bytes of each digest that the store may not have yet.

        Raises:
            BlockingIOError: It is busy; nothing was taken.
            PermissionError: It refuses; nothing was taken.
            OSError: No answer came.
        """
        match self._trouble:
            case Trouble.BUSY:
                raise BlockingIOError("The store is busy.")
            case Trouble.REFUSES:
                raise PermissionError("The store refuses this.")
            case Trouble.UNREACHABLE:
                raise ConnectionRefusedError("Nobody answers.")
        if key not in self._keys:
            self._take(app, list(entries), files)
            self._keys.add(key)
        if self._trouble is Trouble.LOSES_THE_REPLY:
            raise ConnectionResetError("The connection was reset.")

    def read(self, app: str) -> LiveState:
        """Say what is held of `app`, and whether more was taken than is shown.

        Raises:
            OSError: No answer came.
        """
        if self._trouble is Trouble.UNREACHABLE:
            raise ConnectionRefusedError("Nobody answers.")
        if app in self._hidden and self._clock.now() >= self._hidden[app][0]:
            self._show(app)
        entries = list(self._held.get(app, []))
        return LiveState(app=app, entries=entries, processing=app in self._hidden)

    # ----------------------------------------------------------------- what a test calls

    def go_wrong(self, trouble: Trouble) -> None:
        """Have this trouble from now on, until `recover`."""
        self._trouble = trouble

    def recover(self) -> None:
        """Have no trouble any more; what was taken and not shown is shown."""
        self._trouble = None
        for app in list(self._hidden):
            self._show(app)

    def changes(self) -> int:
        """Count how often what it holds became something else."""
        return self._changes

    # ------------------------------------------------------------------------------ parts

    def _take(self, app: str, entries: list[LiveEntry], files: Mapping[str, Path]) -> None:
        self._files |= {digest: path.read_bytes() for digest, path in files.items()}
        for entry in entries:
            arrived = hashlib.sha256(self._files[entry.digest]).hexdigest()
            if arrived != entry.digest:
                raise PermissionError(f"{entry.digest} arrived as {arrived}.")
        if self._trouble is Trouble.SHOWS_LATE:
            self._hidden[app] = (self._clock.now() + self._shows_after, entries)
        else:
            self._hold(app, entries)

    def _show(self, app: str) -> None:
        _, entries = self._hidden.pop(app)
        self._hold(app, entries)

    def _hold(self, app: str, entries: list[LiveEntry]) -> None:
        if entries != self._held.get(app, []):
            self._changes += 1
        self._held[app] = entries
