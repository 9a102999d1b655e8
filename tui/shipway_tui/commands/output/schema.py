"""The options of an adapter, as its JSON Schema tells of them, in words."""

from collections.abc import Mapping
from typing import Any

from shipway_plugins.credentials import is_credential, is_credential_table, options_of

Schema = Mapping[str, Any]

_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a table of names and values",
    "null": "nothing",
}
_BOUNDS = {
    "minimum": ">=",
    "exclusiveMinimum": ">",
    "maximum": "<=",
    "exclusiveMaximum": "<",
}


def options_in_words(schema: dict[str, Any]) -> list[tuple[str, str]]:
    """Name each option, and say what it takes, whether it must be there, and what it is for."""
    required = _struct(schema).get("required", [])
    return [
        (name, _in_words(option, schema, required=name in required))
        for name, option in options_of(schema).items()
    ]


def _struct(schema: Schema) -> Schema:
    return _followed(schema, schema)


def _followed(option: Schema, schema: Schema) -> Schema:
    """An option's own schema; msgspec puts that of a struct or an enumeration aside."""
    reference = str(option.get("$ref", ""))
    found: Schema = schema["$defs"][reference.removeprefix("#/$defs/")] if reference else option
    return found


def _in_words(option: dict[str, Any], schema: Schema, *, required: bool) -> str:
    parts = [_credential(option) or _type(option, schema)]
    if required:
        parts.append("required")
    elif option.get("default") not in (None, "", [], {}):
        parts.append(f"default {_value(option['default'])}")
    words = ", ".join(parts)
    about = option.get("description", "")
    return f"{words}. {about}" if about else words


def _credential(option: dict[str, Any]) -> str:
    if is_credential(option):
        return "a credential (env:NAME, file:/path or keyring:service/user)"
    return "a table of credentials" if is_credential_table(option) else ""


def _type(option: Schema, schema: Schema) -> str:
    option = _followed(option, schema)
    if "anyOf" in option:
        some = [_type(one, schema) for one in option["anyOf"] if one.get("type") != "null"]
        return " or ".join(some)
    if "enum" in option:
        return f"one of {', '.join(str(one) for one in option['enum'])}"
    words = _TYPES.get(str(option.get("type", "")), "anything")
    bounds = [f"{sign} {option[name]}" for name, sign in _BOUNDS.items() if name in option]
    return " ".join([words, *bounds])


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
