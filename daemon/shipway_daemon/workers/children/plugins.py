"""Loading one plugin by the name of its entry point, and asking what it brings."""

import difflib
import importlib.metadata
import inspect

import pluggy
from shipway_plugins import hooks
from shipway_plugins.adapter import Adapter
from shipway_plugins.errors import PluginError
from shipway_plugins.formats import Inspector
from shipway_plugins.words import Finding, Plan

GROUP = "shipway"
_PREFIX = "shipway_"


class NotLoaded(PluginError):
    """The plugin cannot be used; the sentence says why."""


class LoadedPlugin:
    """A plugin that was imported, with what it registers."""

    def __init__(self, name: str, module: object) -> None:
        self._manager = pluggy.PluginManager(GROUP)
        self._manager.add_hookspecs(hooks)
        _refuse_strange_functions(name, module)
        try:
            self._manager.register(module, name)
            self._manager.check_pending()
        except pluggy.PluginValidationError as wrong:
            raise NotLoaded(f"{name}: {wrong}") from wrong
        self.hooks = sorted(caller.name for caller in self._manager.get_hookcallers(module) or [])

    def adapters(self) -> list[type[Adapter]]:
        """List the adapters that it registers, in its order."""
        found: list[type[Adapter]] = []
        self._manager.hook.shipway_adapters(register=found.append)
        return found

    def inspectors(self) -> list[Inspector]:
        """List the inspectors that it registers, in its order."""
        found: list[Inspector] = []
        self._manager.hook.shipway_formats(register=found.append)
        return found

    def findings(self, plan: Plan) -> list[Finding]:
        """List what it says of a plan; a plugin without the hook says nothing."""
        told: list[list[Finding]] = self._manager.hook.shipway_findings(plan=plan)
        return [finding for findings in told for finding in findings]


def load(name: str) -> LoadedPlugin:
    """Import the plugin behind the entry point `name`.

    Raises:
        NotLoaded: There is none, or a function of it looks like a hook and is none.
        BaseException: Whatever its own code raises while it is imported.
    """
    found = importlib.metadata.entry_points(group=GROUP, name=name)
    if not found:
        raise NotLoaded(f"No installed plugin is called {name}.")
    return LoadedPlugin(name, next(iter(found)).load())


def _refuse_strange_functions(name: str, module: object) -> None:
    """Refuse a function whose name begins like a hook's and that pluggy would pass over."""
    known = sorted(entry for entry in vars(hooks) if entry.startswith(_PREFIX))
    for entry in dir(module):
        value = getattr(module, entry, None)
        if not entry.startswith(_PREFIX) or not inspect.isroutine(value):
            continue
        if entry not in known:
            near = difflib.get_close_matches(entry, known, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"The hooks are {', '.join(known)}."
            raise NotLoaded(f"{name}: {entry} is no hook of Shipway.", hint)
        if not hasattr(value, f"{GROUP}_impl"):
            raise NotLoaded(f"{name}: {entry} lacks the mark @hook.")
