"""From what is typed into a field to the value that is set, and back."""

from typing import Any

import msgspec

from shipway_tui.tui.form.fields import LACKING, Field, Kind
from shipway_tui.tui.form.references import REFERENCE_HINT, is_reference, may_become_reference

NOT_A_REFERENCE = f"This is no reference. Type {REFERENCE_HINT}, never the secret itself."


class Wrong(ValueError):
    """What was typed does not fit its field; says so in a sentence."""


def typed(field: Field, value: Any) -> str:
    """Write a value as a person would type it; one of another type than the field's as JSON."""
    if value is None or value is LACKING:
        return ""
    if field.kind is Kind.LIST and isinstance(value, list):
        return "\n".join(_word(item) for item in value)
    if field.kind is Kind.TABLE and isinstance(value, dict):
        return "\n".join(f"{name}={_word(item)}" for name, item in value.items())
    return _word(value)


def read(field: Field, text: str) -> Any:
    """Read a value from what was typed; LACKING where nothing was, and nothing is meant by it.

    Raises:
        Wrong: It does not fit the field.
    """
    item = field.item or Field("", Kind.TEXT)
    if field.kind is Kind.LIST:
        lines = enumerate(_lines(text), start=1)
        return _empty_or(field, [_read_line(item, number, line) for number, line in lines])
    if field.kind is Kind.TABLE:
        return _empty_or(field, _read_table(item, _lines(text)))
    if text.strip():
        return _read_one(field, text)
    if field.required:
        raise Wrong("This is required.")
    if field.kind is Kind.TEXT and not field.nullable:
        return text.strip()
    return None if field.nullable and field.default is not LACKING else LACKING


def holds_a_secret(field: Field, text: str) -> bool:
    """Tell of a credential being typed that no more typing can make a reference of."""
    if field.kind is Kind.CREDENTIAL:
        return not may_become_reference(text.strip())
    if field.item is None or field.item.kind is not Kind.CREDENTIAL:
        return False
    values = [line.partition("=")[2] for line in _lines(text)]
    return not all(may_become_reference(value.strip()) for value in values)


def _empty_or(field: Field, value: Any) -> Any:
    """An empty list or table is a value; but not where the default cannot be known."""
    if value or field.required:
        return value
    if field.default is LACKING:
        return LACKING
    return None if field.nullable and field.default is None else value


def _read_one(field: Field, text: str) -> Any:
    word = text.strip()
    if field.kind is Kind.CREDENTIAL:
        if not is_reference(word):
            raise Wrong(NOT_A_REFERENCE)
        return word
    if field.kind is Kind.NUMBER:
        return _number(field, word)
    if field.kind is Kind.OTHER:
        return _json_or_text(word)
    if field.choices and word not in field.choices:
        raise Wrong(f"{word} is none of {', '.join(map(str, field.choices))}.")
    return word


def _number(field: Field, word: str) -> int | float:
    try:
        return int(word) if field.whole else msgspec.json.decode(word, type=int | float)
    except (ValueError, msgspec.DecodeError) as error:
        raise Wrong(f"Type a {'whole ' if field.whole else ''}number.") from error


def _json_or_text(word: str) -> Any:
    """As `--set` of the command line reads it."""
    try:
        return msgspec.json.decode(word)
    except msgspec.DecodeError:
        return word


def _read_table(item: Field, lines: list[str]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for number, line in enumerate(lines, start=1):
        name, equals, value = line.partition("=")
        name = name.strip()
        if not (name and equals):
            raise Wrong(f"Line {number} is no name=value.")
        if name in table:
            raise Wrong(f"{name} is there twice.")
        table[name] = _read_line(item, number, value)
    return table


def _read_line(item: Field, number: int, text: str) -> Any:
    try:
        return _read_one(item, text)
    except Wrong as wrong:
        raise Wrong(f"Line {number}: {wrong}") from wrong


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _word(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
