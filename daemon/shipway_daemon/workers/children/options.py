"""Turning the settings of an environment into the options of its adapter."""

import difflib
import re
from typing import Any

import msgspec
from msgspec.structs import FieldInfo
from shipway_plugins.errors import BadSettings

#: A place within a setting, as msgspec writes it.
_AT = re.compile(r"^(?P<what>.*?) - at `\$(?P<place>.*)`$", re.DOTALL)
_TYPES = re.compile(r"`([^`]+)`")

#: What a person calls the types.
_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table of names and values",
    "null": "nothing",
}


def convert_options(settings: dict[str, Any], kind: type[msgspec.Struct]) -> msgspec.Struct:
    """Make the options of an adapter; text is taken for a number or a switch where one is meant.

    Raises:
        BadSettings: Settings are missing, unknown or of the wrong type; `fields` has a sentence
            for each of them.
    """
    if wrong := _wrong_fields(settings, kind):
        raise BadSettings(_summary(wrong), _known(kind), fields=wrong)
    try:
        return msgspec.convert(settings, type=kind, strict=False)
    except msgspec.ValidationError as problem:  # what the options type itself says of the whole
        raise BadSettings(f"The settings do not fit: {problem}.", _known(kind)) from problem


def _wrong_fields(settings: dict[str, Any], kind: type[msgspec.Struct]) -> dict[str, str]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    found = {name: _unknown(name, list(fields)) for name in settings if name not in fields}
    for name, field in fields.items():
        if sentence := _wrong(field, name, settings):
            found[name] = sentence
    return found


def _unknown(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"There is no such setting. Did you mean {near[0]}?" if near else "No such setting."


def _wrong(field: FieldInfo, name: str, settings: dict[str, Any]) -> str:
    """Say what is wrong with one setting; nothing where it fits."""
    if name not in settings:
        return "It is missing, and has no default." if field.required else ""
    try:
        msgspec.convert(settings[name], type=field.type, strict=False)
    except msgspec.ValidationError as problem:
        return _sentence(str(problem), field)
    return ""


def _sentence(said: str, field: FieldInfo) -> str:
    """Put what msgspec says into words, such as `Expected a whole number, got text`."""
    match = _AT.match(said)
    what, place = (match["what"], match["place"]) if match else (said, "")
    text = _TYPES.sub(lambda found: _in_words(found[1]), what)
    if "enum" in what and (choices := _choices(field)):
        text = f"It is none of {', '.join(choices)}"
    return f"{text} (at {place})." if place else f"{text}."


def _in_words(types: str) -> str:
    return " or ".join(_WORDS.get(one, one) for one in types.split(" | "))


def _choices(field: FieldInfo) -> list[str]:
    """The words that a setting can be, where they are few and known."""
    schema = msgspec.json.schema(field.type)
    parts = [schema, *schema.get("$defs", {}).values(), *schema.get("anyOf", [])]
    return [str(choice) for part in parts for choice in part.get("enum", [])]


def _summary(wrong: dict[str, str]) -> str:
    if len(wrong) == 1:
        ((name, sentence),) = wrong.items()
        return f"The setting {name} does not fit: {sentence}"
    return f"{len(wrong)} settings do not fit: {', '.join(wrong)}."


def _known(kind: type[msgspec.Struct]) -> str:
    names = [field.encode_name for field in msgspec.structs.fields(kind)]
    return f"The settings are {', '.join(names) or 'none'}."
