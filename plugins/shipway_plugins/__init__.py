"""The plugin API: everything that a plugin of Shipway imports, and all it needs.

A plugin is a module named by an entry point of the group `shipway`::

    [project.entry-points.shipway]
    my_store = "my_store"

It implements hooks, which only say what there is::

    from shipway_plugins import Adapter, hook

    @hook
    def shipway_adapters(register):
        register(MyStore)

The daemon never imports it. A probe process imports each plugin once and writes down what it
found; a lane, one child process per environment, runs the adapter. So a plugin may block, crash or
leak without harming anything but its own job.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shipway_plugins.adapter import Adapter, EnvironmentContext, NoOptions, Reporter
    from shipway_plugins.formats import Inspector
    from shipway_plugins.hooks import hook
else:
    # The terminal and the client read only `shipway_plugins.words`; pluggy must not come with it.
    _MODULES = {
        "Adapter": "adapter",
        "EnvironmentContext": "adapter",
        "Inspector": "formats",
        "NoOptions": "adapter",
        "Reporter": "adapter",
        "hook": "hooks",
    }

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


__all__ = ["Adapter", "EnvironmentContext", "Inspector", "NoOptions", "Reporter", "hook"]
