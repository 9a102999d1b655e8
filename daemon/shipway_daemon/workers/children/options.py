"""Turning the settings of an environment into the options of its adapter."""

import re
from typing import Any

import msgspec
from shipway_plugins.errors import BadSettings

_AT = re.compile(r"^(?P<what>.*?) - at `\$\.?(?P<field>.*)`$")


def convert_options(settings: dict[str, Any], kind: type[msgspec.Struct]) -> msgspec.Struct:
    """Make the options of an adapter; text is taken for a number or a switch where one is meant.

    Raises:
        BadSettings: A setting is missing, unknown or of the wrong type; the sentence names it.
    """
    try:
        return msgspec.convert(settings, type=kind, strict=False)
    except msgspec.ValidationError as wrong:
        hint = f"The settings are {', '.join(kind.__struct_fields__) or 'none'}."
        raise BadSettings(_sentence(str(wrong)), hint) from wrong


def _sentence(said: str) -> str:
    """Put the name of the field first: `directory: expected a string`."""
    if not (match := _AT.match(said)) or not match["field"]:
        return f"The settings do not fit: {said}."
    return f"The setting {match['field']} does not fit: {match['what']}."
