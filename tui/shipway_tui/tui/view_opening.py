"""Opens a saved view: goes to its place and asks for what it asks."""

from typing import Any

from textual.app import App
from textual.screen import Screen

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.viewing import ViewedPlace
from shipway_tui.tui.views import View

#: The mode in whose stack a place stands that has no mode of its own.
_WITHIN = {"versions": "profiles", "inbox": "folders", "uploads": "daemon"}


async def open_view(app: App[Any], desk: Desk, view: View) -> None:
    """Show a view, in its place."""
    mode = _WITHIN.get(view.place, view.place)
    if mode != app.current_mode:
        await app.switch_mode(mode)
    for _ in app.screen_stack[1:]:
        await app.pop_screen()
    if view.place in _WITHIN:
        await app.push_screen(_screen(desk, view.place))
    if isinstance(app.screen, ViewedPlace):
        app.screen.ask_for(view.query, view.sort)


def _screen(desk: Desk, place: str) -> Screen[None]:
    if place == "versions":
        from shipway_tui.tui.screens.all_versions import AllVersionsScreen

        return AllVersionsScreen(desk)
    if place == "uploads":
        from shipway_tui.tui.screens.uploads import UploadsScreen

        return UploadsScreen(desk)
    from shipway_tui.tui.screens.unmatched import UnmatchedScreen

    return UnmatchedScreen(desk)
