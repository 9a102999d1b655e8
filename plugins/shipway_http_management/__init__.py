"""Publishes to a management server over HTTP, by the contract in docs/http-management.json."""

from collections.abc import Callable

from shipway_plugins import Adapter, hook


@hook
def shipway_adapters(register: Callable[[type[Adapter]], None]) -> None:
    """Register the one adapter."""
    from shipway_http_management.adapter import HttpManagement

    register(HttpManagement)
