"""Every binding of the application, found by a walk through its modules.

It imports all of the TUI, so it is for checks and for pages, never for what is shown.
"""

import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode

import shipway_tui.tui
from shipway_tui.tui.screens.place import Place
from shipway_tui.tui.widgets.table import ListTable


@dataclass(frozen=True)
class Bound:
    """One binding, and the class that declares it."""

    node: type[DOMNode]
    id: str
    keys: tuple[str, ...]
    description: str
    tooltip: str


def every_binding() -> list[Bound]:
    """All of them, in the order of the modules."""
    return [bound for node in _nodes() for bound in declared(node)]


def declared(node: type[DOMNode]) -> Iterator[Bound]:
    """What a class itself binds."""
    for given in node.__dict__.get("BINDINGS", ()):
        binding = given if isinstance(given, Binding) else Binding(*given)
        keys = tuple(key.strip() for key in binding.key.split(","))
        yield Bound(node, binding.id or "", keys, binding.description, binding.tooltip)


def by_view() -> dict[str, list[Bound]]:
    """For each place all the keys that work there at once: its own, the list's, the global ones."""
    shared = [*declared(ListTable), *declared(_application())]
    return {
        _name(node): [*_inherited(node), *shared]
        for node in _nodes()
        if issubclass(node, Place) and _inherited(node)
    }


def _name(node: type[DOMNode]) -> str:
    return str(getattr(node, "HEADING", "") or node.__name__.removesuffix("Screen"))


def _inherited(node: type[DOMNode]) -> list[Bound]:
    """What a class and those that it is made of bind; of one id the nearest counts."""
    found: dict[str, Bound] = {}
    for base in node.__mro__:
        if base.__module__.startswith(shipway_tui.tui.__name__) and issubclass(base, DOMNode):
            for bound in declared(base):
                found.setdefault(bound.id, bound)
    return list(found.values())


def _application() -> type[App[int]]:
    from shipway_tui.tui.app import ShipwayApp

    return ShipwayApp


def _nodes() -> Iterator[type[DOMNode]]:
    found = pkgutil.walk_packages(shipway_tui.tui.__path__, f"{shipway_tui.tui.__name__}.")
    for module in map(import_module, sorted(each.name for each in found)):
        for value in vars(module).values():
            ours = isinstance(value, type) and value.__module__ == module.__name__
            if ours and issubclass(value, DOMNode):
                yield value
