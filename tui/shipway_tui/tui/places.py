"""The places: each is a mode of the application with a stack of screens of its own."""

from importlib import import_module

from textual.screen import Screen

from shipway_tui.tui.desk import Desk

#: Its name, the module of its screen, and the screen. It is loaded when it is first looked at: the
#: first paint waits for the first place only.
PLACES = {
    "profiles": ("profiles", "ProfilesScreen"),
    "environments": ("environments", "EnvironmentsScreen"),
    "jobs": ("jobs", "JobsScreen"),
    "activity": ("activity", "ActivityScreen"),
    "plugins": ("plugins", "PluginsScreen"),
    "folders": ("folders", "FoldersScreen"),
    "daemon": ("daemon", "DaemonScreen"),
}


def open_place(name: str, desk: Desk) -> Screen[None]:
    """Make the screen that a place begins with."""
    module, screen = PLACES[name]
    made: Screen[None] = getattr(import_module(f"shipway_tui.tui.screens.{module}"), screen)(desk)
    return made
