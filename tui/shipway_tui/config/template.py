"""Writes `config.toml`: every option, its meaning, its value; a default is a comment."""

import textwrap
from collections.abc import Iterable, Iterator

import msgspec

from shipway_tui.config.settings import Settings, TuiSettings

_WIDTH = 96
_HEAD = """\
# Shipway's terminal. What stands behind a # is the default.
# `shipway config check` tells what is wrong with this file.
"""
_KEYS = """\
# Other keys, by the id of the action (docs/actions.md, or `shipway config check`), for instance
# "version.candidate" = "m,ctrl+k"
"""


def template(settings: Settings, themes: Iterable[str]) -> str:
    """Write the whole file, with the settings as they are now in effect."""
    names = textwrap.fill(
        ", ".join(themes),
        _WIDTH,
        initial_indent="#   ",
        subsequent_indent="#   ",
        break_on_hyphens=False,
    )
    parts = [_HEAD, "[tui]", *_options(settings.tui), "[tui.keys]", _KEYS.rstrip()]
    parts += [f"{_text(name)} = {_text(keys)}" for name, keys in settings.keys.items()]
    parts += ["", "# The themes (ansi-dark and ansi-light take the terminal's own colours):", names]
    return "\n".join(parts) + "\n"


def _options(chosen: TuiSettings) -> Iterator[str]:
    for option in msgspec.inspect.type_info(TuiSettings).fields:  # type: ignore[attr-defined]
        value = getattr(chosen, option.name)
        written = f"{option.name} = {_value(value)}"
        yield f"# {_meaning(option.type)}"
        yield f"# {written}" if value == option.default else written
        yield ""


def _meaning(kind: msgspec.inspect.Type) -> str:
    if not isinstance(kind, msgspec.inspect.Metadata):
        return ""
    meaning = str((kind.extra_json_schema or {}).get("description", ""))
    if isinstance(kind.type, msgspec.inspect.LiteralType):
        meaning += " One of: " + ", ".join(map(str, kind.type.values)) + "."
    return meaning


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else _text(str(value))


def _text(text: str) -> str:
    """A TOML basic string is a JSON string (TOML 1.0, strings)."""
    return msgspec.json.encode(text).decode()
