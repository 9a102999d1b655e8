"""What was done lately and can be undone: the last act first."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from shipway_client.errors import ShipwayError

from shipway_tui.tui.words import plain

#: Takes one act back.
Back = Callable[[], Awaitable[object]]

#: Older acts than these are kept as they are.
MOST_ACTS = 50


@dataclass(frozen=True)
class Act:
    """One act: `text` names it, within the sentence "Undone: ..."; `undo` takes it back."""

    text: str
    undo: Back


class UndoStack:
    """The acts of this session. One is taken back at a time, so that they go in order."""

    def __init__(self) -> None:
        self._acts: deque[Act] = deque(maxlen=MOST_ACTS)
        self._one = asyncio.Lock()

    @property
    def next_text(self) -> str:
        """Name what would be undone now; empty where there is nothing."""
        return self._acts[-1].text if self._acts else ""

    def push_all(self, text: str, backs: Sequence[Back]) -> None:
        """Remember several acts as one; they are taken back in falling order."""

        async def undo() -> None:
            for back in reversed(backs):
                await back()

        if backs:
            self.push(text, undo)

    def push(self, text: str, undo: Back) -> None:
        """Remember an act that the daemon has taken."""
        self._acts.append(Act(text, undo))

    async def undo(self) -> str:
        """Undo the last act and answer what was done, as a sentence.

        Raises:
            ShipwayError: It cannot be undone any more; the act is forgotten.
        """
        async with self._one:
            if not self._acts:
                return "There is nothing to undo."
            act = self._acts.pop()
            try:
                await act.undo()
            except ShipwayError as error:
                error.message = f"Not undone: {plain(act.text)}. {error.message}"
                raise
            return f"Undone: {act.text}."
