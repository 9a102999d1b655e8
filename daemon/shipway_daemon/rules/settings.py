"""Settings as people type them, made what an adapter's options ask for."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from shipway_plugins.credentials import options_of

Schema = Mapping[str, Any]


def typed(settings: Mapping[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Turn text into what the JSON Schema of the options asks for; all else stays as it is.

    Where an option takes text, text is never read as anything else. A list of text may be written
    with commas. Text that is not what is asked for stays text: the options' own check says so.
    """
    options = options_of(schema)
    definitions = schema.get("$defs", {})
    return {
        name: _typed(value, options[name], definitions)
        if isinstance(value, str) and name in options
        else value
        for name, value in settings.items()
    }


def _typed(text: str, option: Schema, definitions: Schema) -> Any:
    choices = list(_choices(option, definitions))
    kinds = {kind for choice in choices for kind in _kinds(choice)}
    if "string" in kinds:
        return text
    value = _decoded(text)
    if "array" in kinds and not isinstance(value, list) and _takes_text(choices, definitions):
        return [word.strip() for word in text.split(",") if word.strip()]
    return value


def _decoded(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text


def _takes_text(choices: Iterable[Schema], definitions: Schema) -> bool:
    """Tell whether the items of a list are text."""
    items = [one["items"] for one in choices if isinstance(one.get("items"), Mapping)]
    return any(
        "string" in _kinds(choice) for item in items for choice in _choices(item, definitions)
    )


def _choices(option: Schema, definitions: Schema) -> Iterable[Schema]:
    """What an option can be, references followed."""
    reference = str(option.get("$ref", ""))
    if reference:
        option = definitions[reference.removeprefix("#/$defs/")]
    if "anyOf" not in option:
        return [option]
    return [found for one in option["anyOf"] for found in _choices(one, definitions)]


def _kinds(choice: Schema) -> set[str]:
    """The JSON types of one choice; words to choose from are text."""
    if "enum" in choice:
        return {"string" if isinstance(one, str) else "other" for one in choice["enum"]}
    return {str(choice.get("type", "other"))}
