"""What the global keys do: each opens a screen, or asks the daemon, from wherever one is."""

from collections.abc import Sequence
from pathlib import Path

from shipway_client.errors import ShipwayError
from textual import events
from textual.app import App

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.place import READ_ONLY_TEXT, Place
from shipway_tui.tui.words import plain

#: What the application itself does and a read-only desk does not.
ACTING = frozenset({"add_files", "guide"})


class ActingApp(App[int], inherit_bindings=False):
    """An application with a desk, without the places themselves."""

    desk: Desk

    def action_inbox(self) -> None:
        """Show the binaries that no profile has the identifier of."""
        from shipway_tui.tui.screens.unmatched import UnmatchedScreen

        if not isinstance(self.screen, UnmatchedScreen):
            self.push_screen(UnmatchedScreen(self.desk))

    def action_add_files(self, dropped: Sequence[Path] = ()) -> None:
        """Choose files to add, or look at those that are being added now."""
        from shipway_tui.tui.screens.add_files import AddScreen

        self.push_screen(AddScreen(self.desk, dropped, run=self.desk.adding))

    def action_guide(self) -> None:
        """Open the guide of the first run."""
        from shipway_tui.tui.screens.guide import GuideScreen

        self.push_screen(GuideScreen(self.desk))

    async def welcome(self) -> None:
        """Open the guide by itself where there is nothing yet."""
        from shipway_tui.tui.guide.seen import is_first_run

        if await is_first_run(self.desk) and len(self.screen_stack) == 1:
            self.action_guide()

    def action_inspect(self) -> None:
        """Choose a file, and say what it is."""
        from shipway_tui.tui.screens.inspect import InspectPrompt

        self.push_screen(InspectPrompt(self.desk))

    def on_paste(self, event: events.Paste) -> None:
        """Files that are dropped on a place are to be added; another text means nothing here."""
        from shipway_tui.tui.adding.pasted import paths_in

        paths = [Path(path) for path in paths_in(event.text) if path.startswith(("/", "~"))]
        if paths and isinstance(self.screen, Place) and not self.why_not("add_files"):
            self.action_add_files(paths)

    def why_not(self, action: str) -> str:
        """Say why an action of the application rests."""
        return READ_ONLY_TEXT if action in ACTING and self.desk.read_only else ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey the key of an action that cannot be done now."""
        return None if self.why_not(action) else super().check_action(action, parameters)

    async def action_undo(self) -> None:
        """Take back the last act that can be taken back; in the order of the keys."""
        self.run_worker(self._undo(), group="undo")

    async def _undo(self) -> None:
        try:
            said = await self.desk.undo.undo()
        except ShipwayError as error:
            self.notify(plain(error.message), severity="error", timeout=8, markup=False)
        else:
            self.notify(plain(said), markup=False)

    def action_help(self) -> None:
        """Show the keys of this view."""
        from shipway_tui.tui.screens.help import HelpScreen

        self.push_screen(HelpScreen(self.screen))
