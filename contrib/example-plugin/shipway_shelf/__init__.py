"""A plugin of Shipway: publishes onto a shelf."""

from collections.abc import Callable

from shipway_plugins import Adapter, hook


@hook
def shipway_adapters(register: Callable[[type[Adapter]], None]) -> None:
    """Register the adapter; it is imported only where it is used."""
    from shipway_shelf.adapter import ShelfAdapter

    register(ShelfAdapter)
