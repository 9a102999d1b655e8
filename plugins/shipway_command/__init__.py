"""The adapter `command`: a program of the user's own is the store's other end."""

from collections.abc import Callable

from shipway_plugins import Adapter, hook


@hook
def shipway_adapters(register: Callable[[type[Adapter]], None]) -> None:
    """Register the one adapter."""
    from shipway_command.adapter import Command

    register(Command)
