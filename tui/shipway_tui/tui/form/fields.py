"""An adapter's options as fields of a form, read from the JSON Schema in its record."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shipway_plugins.credentials import is_credential, options_of


class Kind(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    NUMBER = "number"
    SWITCH = "switch"
    CHOICE = "choice"
    LIST = "list"
    TABLE = "table"
    CREDENTIAL = "credential"
    OTHER = "other"


class Lacking:
    """The default of a field whose schema tells none."""

    def __repr__(self) -> str:
        return "LACKING"


LACKING = Lacking()


@dataclass(frozen=True)
class Field:
    """One option. `item` is what a list or a table holds; `choices` what can be chosen from.

    `whole` is a number without a fraction, `nullable` a field that may be left empty, `folder` the
    path of one; `label` is shown in the place of a name that reads badly.
    """

    name: str
    kind: Kind
    required: bool = False
    default: Any = LACKING
    description: str = ""
    choices: tuple[Any, ...] = ()
    whole: bool = False
    nullable: bool = False
    item: "Field | None" = None
    label: str = ""
    folder: bool = False


def fields_of(schema: dict[str, Any]) -> list[Field]:
    """Read the fields of an options type, in the order in which its author wrote them."""
    struct = _resolved(schema, schema)
    required = set(struct.get("required", []))
    return [
        _field(name, option, schema, required=name in required)
        for name, option in options_of(schema).items()
    ]


def introduction_of(schema: dict[str, Any]) -> str:
    """Read what the author says of the options as a whole: the first paragraph, on one line."""
    said = str(_resolved(schema, schema).get("description", ""))
    return " ".join(said.strip().partition("\n\n")[0].split())


def _field(name: str, option: dict[str, Any], whole: dict[str, Any], *, required: bool) -> Field:
    kinds = [_resolved(one, whole) for one in option.get("anyOf", [option])]
    meant = [one for one in kinds if one.get("type") != "null"]
    nullable = len(meant) < len(kinds)
    one = meant[0] if len(meant) == 1 else {}
    kind = Kind.CREDENTIAL if is_credential(option) else _kind(one, whole)
    choices = _choices(one)
    if kind is Kind.SWITCH and nullable:
        kind, choices = Kind.CHOICE, (True, False)
    return Field(
        name=name,
        kind=kind,
        required=required,
        default=option.get("default", LACKING),
        description=str(option.get("description", "")) + _range(one),
        choices=choices,
        whole=one.get("type") == "integer",
        nullable=nullable,
        item=_item(kind, one, whole),
    )


def _choices(option: dict[str, Any]) -> tuple[Any, ...]:
    """What can be chosen from, where each choice is one word."""
    choices = option.get("enum")
    if not isinstance(choices, list):
        return ()
    return tuple(choices) if all(isinstance(one, str | int | float) for one in choices) else ()


def _kind(option: dict[str, Any], whole: dict[str, Any]) -> Kind:
    if _choices(option):
        return Kind.CHOICE
    match option.get("type"):
        case "string":
            return Kind.TEXT
        case "integer" | "number":
            return Kind.NUMBER
        case "boolean":
            return Kind.SWITCH
        case "array" if _plain(option.get("items"), whole):
            return Kind.LIST
        case "object" if _plain(option.get("additionalProperties"), whole):
            return Kind.TABLE
    return Kind.OTHER


def _plain(held: Any, whole: dict[str, Any]) -> bool:
    """Whether what a list or a table holds can be written on one line."""
    one = _resolved(held, whole) if isinstance(held, dict) else {}
    words = [isinstance(choice, str) for choice in _choices(one)]
    return one.get("type") in ("string", "integer", "number") or (bool(words) and all(words))


def _item(kind: Kind, option: dict[str, Any], whole: dict[str, Any]) -> Field | None:
    held = {Kind.LIST: "items", Kind.TABLE: "additionalProperties"}.get(kind)
    return _field("", option[held], whole, required=True) if held else None


def _resolved(option: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference to a definition; what stands beside it wins.

    An author may write into a schema what they like: one that leads nowhere says nothing.
    """
    name = str(option.get("$ref", "")).removeprefix("#/$defs/")
    return {**whole.get("$defs", {}).get(name, {}), **option} if name else option


def _range(option: dict[str, Any]) -> str:
    least, most = option.get("minimum"), option.get("maximum")
    if least is None and most is None:
        return ""
    if most is None:
        return f" At least {least}."
    return f" At most {most}." if least is None else f" From {least} to {most}."
