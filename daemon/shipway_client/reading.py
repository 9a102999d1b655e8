"""An inspection as names and values, whatever a plugin found: what the screens and `diff` show."""

from collections.abc import Iterator
from typing import Any

import msgspec
from shipway_plugins.words import Inspection, Signing

from shipway_client.wire import Reading

NOT_READ = "not read"
_LABELS = {
    "min_os": "minimum OS",
    "target_os": "target OS",
    "device_families": "devices",
    "abis": "ABIs",
    "certificate_sha256": "certificate SHA-256",
}
#: What is told apart from the fields: in a part of its own, or on a screen of its own.
_APART = frozenset({"signing", "details", "findings"})


def readings(inspection: Inspection) -> list[Reading]:
    """Write an inspection as readings, in the order in which the inspector told them.

    What does not apply to the format is left out; what could not be read says so.
    """
    found = list(_fields(inspection, ""))
    if isinstance(inspection.signing, Signing):
        found += _fields(inspection.signing, "signing")
    if isinstance(inspection.details, dict):
        for section, details in inspection.details.items():
            for name, value in details.items():
                found += _flat(section, _spaced(name), value)
    return found


def _fields(struct: msgspec.Struct, section: str) -> Iterator[Reading]:
    for name in struct.__struct_fields__:
        value = getattr(struct, name)
        if value is not msgspec.UNSET and name not in _APART:
            yield from _flat(section, _spaced(name), value)


def _flat(section: str, name: str, value: Any) -> Iterator[Reading]:
    """A table within a table becomes readings of a longer name."""
    if isinstance(value, dict):
        for inner, held in value.items():
            yield from _flat(section, f"{name} {inner}", held)
    elif isinstance(value, list):
        yield Reading(section=section, name=name, value=[_text(one) for one in value])
    else:
        yield Reading(section=section, name=name, value=_text(value))


def _text(value: Any) -> str:
    if value is None:
        return NOT_READ
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict | list):
        return msgspec.json.encode(value).decode()
    return str(value)


def _spaced(name: str) -> str:
    return _LABELS.get(name, str(name).replace("_", " "))
