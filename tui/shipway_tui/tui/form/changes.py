"""What a filled-in form asks for: only what differs from what is there already."""

from collections.abc import Iterable, Mapping
from typing import Any

from shipway_client.wire import ChangeEnvironment

from shipway_tui.tui.form.fields import LACKING, Field


def settings_to_add(fields: Iterable[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """Choose what a new environment sets: defaults are the adapter's, and stay so."""
    return {
        field.name: values[field.name]
        for field in fields
        if values[field.name] is not LACKING
        and (field.required or values[field.name] != field.default)
    }


def settings_to_change(
    fields: Iterable[Field], before: Mapping[str, Any], values: Mapping[str, Any]
) -> ChangeEnvironment:
    """Compare with what was set `before`; what the adapter has no option for any more is unset."""
    defaults = {field.name: field.default for field in fields}
    unset = [name for name in before if _goes(name, before, values, defaults)]
    changed = {
        name: value
        for name, value in values.items()
        if name not in unset and value is not LACKING and value != before.get(name, defaults[name])
    }
    return ChangeEnvironment(settings=changed, unset=unset)


def _goes(
    name: str,
    before: Mapping[str, Any],
    values: Mapping[str, Any],
    defaults: Mapping[str, Any],
) -> bool:
    value = values.get(name, LACKING)
    return value is LACKING or (value == defaults[name] and value != before[name])
