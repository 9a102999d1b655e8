"""A query as conditions of SQL: a noun says what its fields are, this what is asked of them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, true

from shipway_daemon.queries.words import Query, Term

Condition = Callable[[Term], ColumnElement[bool]]


def conditions(query: Query, fields: Mapping[str, Condition]) -> list[ColumnElement[bool]]:
    """Make a condition of each term; words are the noun's own to look for."""
    return [_of_term(term, fields[term.field](term)) for term in query.terms]


def _of_term(term: Term, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return lacking(condition) if term.excluded else condition


def lacking(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Turn a condition round; what has no value does not meet it, and so is in."""
    return func.coalesce(condition, false()).is_(false())


def by_no_index(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Keep SQLite from looking a condition up in an index, which would lose the list's order."""
    return func.coalesce(condition, false()).is_(true())


def text_is(column: ColumnElement[Any]) -> Condition:
    """Ask for a text as a whole, or for how it begins."""

    def condition(term: Term) -> ColumnElement[bool]:
        if term.beginning:
            return begins(column, term.value)
        return column == term.value

    return condition


def address_is(column: ColumnElement[Any]) -> Condition:
    """Ask for an address `owner/name`, or for its name alone."""

    def condition(term: Term) -> ColumnElement[bool]:
        if "/" in term.value:
            return text_is(column)(term)
        name = func.substr(column, func.instr(column, "/") + 1)
        return text_is(name)(term)

    return condition


def word_is(column: ColumnElement[Any]) -> Condition:
    """Ask for one of the words that a column can hold."""
    return lambda term: column == term.value


def yes_is(condition: ColumnElement[bool]) -> Condition:
    """Ask whether a condition is met."""
    return lambda term: condition if term.value == "yes" else lacking(condition)


def begins(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Tell whether a column begins with a text, in these very letters."""
    return func.substr(column, 1, len(text)) == text


def contains(query: Query, columns: Iterable[ColumnElement[Any]]) -> list[ColumnElement[bool]]:
    """Look for words anywhere in some columns; capital and small letters of ASCII are the same."""
    texts = [func.lower(func.coalesce(column, "")) for column in columns]

    def found(word: str) -> ColumnElement[bool]:
        return or_(*(func.instr(text, func.lower(word)) > 0 for text in texts))

    return [found(word) for word in query.words] + [lacking(found(w)) for w in query.without]
