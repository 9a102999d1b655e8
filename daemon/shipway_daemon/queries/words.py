"""What a person types becomes words and terms, or a sentence that says what could be meant.

query  = { [ "-" ] ( word | field ":" value ) }
word, value = text without space, or text in quotes; a quote that is not closed holds the rest
"""

import difflib
import re
from collections.abc import Iterable

import msgspec
from shipway_client.errors import WrongUsage
from shipway_client.wire.queries import Queryable, QueryField

#: What anybody types is shorter; each part costs.
MAX_PARTS = 20

_PART = re.compile(
    r"""(?P<minus>-)?
        (?:(?P<field>[A-Za-z][A-Za-z-]*):)?
        (?:"(?P<quoted>[^"]*)"?|(?P<plain>[^\s"]+))?""",
    re.VERBOSE,
)


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """A term `field:value`; where it ends with `*`, `beginning` is set and `value` lacks it."""

    field: str
    value: str
    excluded: bool = False
    beginning: bool = False


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What the rows of a list must have; with nothing in it, every row has it.

    Each of `words` is looked for, and none of `without` may be found; both may hold spaces.
    """

    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()


def parse(text: str | None, table: Queryable) -> Query:
    """Read a query as a list takes it.

    Raises:
        WrongUsage: A field or its value is unknown, or there are too many parts.
    """
    words: dict[bool, list[str]] = {True: [], False: []}
    terms = []
    for minus, field, value in _parts((text or "").replace("\0", " ")):
        if field:
            terms.append(_term(table, field, value, excluded=minus))
        else:
            words[minus].append(value)
        if len(terms) + len(words[True]) + len(words[False]) > MAX_PARTS:
            raise WrongUsage(f"A query has at most {MAX_PARTS} words and terms.", "Shorten it.")
    return Query(words=tuple(words[False]), without=tuple(words[True]), terms=tuple(terms))


def _parts(text: str) -> Iterable[tuple[bool, str, str]]:
    for found in _PART.finditer(text):
        quoted, plain = found["quoted"], found["plain"]
        value = (plain if quoted is None else quoted) or ""
        if found["field"] or value.strip():
            yield bool(found["minus"]), (found["field"] or "").lower(), value.strip()
        elif found["minus"] and not value:
            yield False, "", "-"


def _term(table: Queryable, name: str, value: str, *, excluded: bool) -> Term:
    field = table.field(name)
    if field is None:
        raise _unknown_field(table, name)
    if field.values:
        return Term(field=name, value=_one_of(field, value.lower()), excluded=excluded)
    if not value.rstrip("*"):
        raise WrongUsage(f"{name}: needs a value.", f"Write {name}:VALUE: {field.about}.")
    beginning = value.endswith("*")
    return Term(field=name, value=value.rstrip("*"), excluded=excluded, beginning=beginning)


def _one_of(field: QueryField, value: str) -> str:
    if value in field.values:
        return value
    said = f"{field.name}:{value} means nothing." if value else f"{field.name}: needs a value."
    raise WrongUsage(said, f"{near(value, field.values)}Say one of {', '.join(field.values)}.")


def _unknown_field(table: Queryable, name: str) -> WrongUsage:
    names = [field.name for field in table.fields]
    return WrongUsage(
        f"The list of {table.nouns} has no field {name!r}.",
        f"{near(name, names)}Fields: {', '.join(names)}. To look for a colon, put it in quotes.",
    )


def near(word: str, good: Iterable[str]) -> str:
    """Ask whether the nearest of some good words was meant; nothing where none is near."""
    found = difflib.get_close_matches(word[:50], list(good), 1)
    return f"Did you mean {found[0]}? " if found else ""
