"""The built-in store: holds what is published in a folder of its own, and needs no account."""

from collections.abc import Callable

from shipway_plugins import Adapter, hook


@hook
def shipway_adapters(register: Callable[[type[Adapter]], None]) -> None:
    """Register the one adapter."""
    from shipway_enterprise_store.adapter import EnterpriseStore

    register(EnterpriseStore)
