"""The first paint: one for all, instead of one for each part as it comes."""

import gc
from contextlib import ExitStack

from textual.app import App

from shipway_tui.tui.desk import Desk

#: Without a first page by then, what there is is painted.
HOLD_SECONDS = 0.5


class Opening:
    """Holds the paint of an application back until its first page was read, for a moment at most.

    Where the garbage collector was put to rest for the start, it works again from then on: on what
    is made later, for all that was loaded stays.
    """

    def __init__(self, app: App[int], desk: Desk) -> None:
        self._app = app
        self._desk = desk
        self._held = ExitStack()
        self._held.enter_context(app.batch_update())
        desk.holds_paint = True

    def begin(self) -> None:
        """Let it last for no longer than a moment from now on."""
        self._app.set_timer(HOLD_SECONDS, self.end)

    def end(self) -> None:
        """Paint, the first time that this is called."""
        if self._desk.holds_paint:
            self._desk.holds_paint = False
            self._app.screen.refresh(layout=True)
        self._held.close()
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
