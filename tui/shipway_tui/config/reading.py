"""Reads `config.toml`: what is right counts, what is wrong is told with its line."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import msgspec

from shipway_tui.config.settings import FILE_NAME, Problem, Settings, TuiSettings

_SYNTAX_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_HEADER = re.compile(r"\s*\[([^\[\]]+)\]")


def read(folder: Path) -> tuple[Settings, list[Problem]]:
    """Read the file in a folder; a missing one means that everything is at its default."""
    path = folder / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings(), []
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        return Settings(), [Problem(key="", message=f"{path} cannot be read: {why}.")]
    return parse(text)


def parse(text: str) -> tuple[Settings, list[Problem]]:
    """Read a text; every option that is wrong keeps its default."""
    import tomllib  # only who has a file pays for it

    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Settings(), [_syntax(str(error))]
    problems = list(_unknown(document, ["tui"], "", text))
    tui = document.get("tui", {})
    if not isinstance(tui, dict):
        wrong = Problem(
            key="tui", message="`tui` is a table: write [tui].", line=line_of(text, "tui")
        )
        return Settings(), [*problems, wrong]
    known = list(TuiSettings.__struct_fields__)
    problems += _unknown(tui, [*known, "keys"], "tui.", text)
    right: dict[str, Any] = {}
    for field in msgspec.structs.fields(TuiSettings):
        if field.name not in tui:
            continue
        try:
            right[field.name] = msgspec.convert(tui[field.name], field.type)
        except msgspec.ValidationError as error:
            good = _choices(field.type)
            problems.append(_wrong(f"tui.{field.name}", str(error), text, good))
    keys, wrong_keys = _keys(tui.get("keys", {}), text)
    return Settings(tui=TuiSettings(**right), keys=keys), [*problems, *wrong_keys]


def line_of(text: str, key: str) -> int | None:
    """Find the line (from 1) of a dotted key; where it is written otherwise, None."""
    table, _, name = key.rpartition(".")
    if key.startswith("tui.keys."):
        table, name = "tui.keys", key.removeprefix("tui.keys.")
    here = ""  # the keys before the first table are of none
    wanted = re.compile(rf"""\s*["']?{re.escape(name)}["']?\s*=""")
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            here = header[1].strip()
            if here == key:
                return number
        elif here == table and wanted.match(line):
            return number
    return None


def closest(name: str, known: Iterator[str] | list[str] | frozenset[str]) -> str:
    """Ask whether a known name was meant; empty where none is near."""
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), n=1)
    return f"Did you mean `{near[0]}`?" if near else ""


def _syntax(error: str) -> Problem:
    found = _SYNTAX_LINE.search(error)
    said = _SYNTAX_LINE.sub("", error).strip()
    return Problem(
        key="",
        message=f"This is no TOML: {said[:1].lower()}{said[1:]}.",
        hint="Texts stand in double quotes, names of tables in brackets.",
        line=int(found[1]) if found else None,
    )


def _unknown(
    found: Mapping[str, Any], known: list[str], prefix: str, text: str
) -> Iterator[Problem]:
    for name in found:
        if name not in known:
            key = f"{prefix}{name}"
            hint = closest(name, known) or f"There is {', '.join(known)}."
            line = line_of(text, key)
            yield Problem(key=key, message=f"There is no option `{key}`.", hint=hint, line=line)


def _choices(kind: Any) -> str:
    literal = get_args(get_args(kind)[0]) if get_args(kind) else ()
    return f"Write one of {', '.join(literal)}." if literal else ""


def _wrong(key: str, said: str, text: str, hint: str = "") -> Problem:
    """Msgspec says "Expected `bool`, got `str`", or that a value is not in an enumeration."""
    message = f"`{key}`: {said[:1].lower()}{said[1:]}."
    return Problem(key=key, message=message, hint=hint, line=line_of(text, key))


def _keys(found: Any, text: str) -> tuple[dict[str, str], list[Problem]]:
    if not isinstance(found, dict):
        line = line_of(text, "tui.keys")
        return {}, [
            Problem(key="tui.keys", message="`keys` is a table: write [tui.keys].", line=line)
        ]
    flat = dict(_flat(found))
    keys = {name: value for name, value in flat.items() if isinstance(value, str)}
    wrong = [
        _wrong(f"tui.keys.{name}", "expected keys as a text with commas between them", text)
        for name in flat.keys() - keys.keys()
    ]
    return keys, wrong


def _flat(found: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """`version.candidate` without quotes is a table in TOML; it is meant as an id all the same."""
    for name, value in found.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
