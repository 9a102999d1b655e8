"""The hooks that a plugin may implement, in one place; methods of what they find do the work."""

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Callable

    from shipway_plugins.adapter import Adapter
    from shipway_plugins.formats import Inspector
    from shipway_plugins.words import Finding, Plan

spec = pluggy.HookspecMarker("shipway")
#: Marks a function of a plugin as the implementation of a hook.
hook = pluggy.HookimplMarker("shipway")


@spec
def shipway_adapters(register: "Callable[[type[Adapter]], None]") -> None:
    """Register each kind of store that this plugin brings."""


@spec
def shipway_formats(register: "Callable[[Inspector], None]") -> None:
    """Register each inspector of file types that this plugin brings."""


@spec
def shipway_findings(plan: "Plan") -> "list[Finding]":  # type: ignore[empty-body]
    """Look at a plan before it is published; a finding of severity error vetoes it."""
