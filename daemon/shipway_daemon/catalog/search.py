"""Full-text search: what a person types becomes a query that SQLite cannot choke on."""

from typing import Any

from sqlalchemy import Column, ColumnElement, Select, literal_column, select, table

from shipway_daemon.queries.conditions import Condition
from shipway_daemon.queries.words import Query


def conditions(query: Query, searched: str, ids: "Column[int]") -> list[ColumnElement[bool]]:
    """Ask of a row that it has every word of a query somewhere, and none of those excluded.

    `searched` is a name from this package, never input.
    """
    found: list[ColumnElement[bool]] = []
    if query.words:
        found.append(ids.in_(_rows(searched, " ".join(map(_phrase, query.words)))))
    found.extend(ids.not_in(_rows(searched, _phrase(word))) for word in query.without)
    return found


def words_in(searched: str, column: str, ids: "Column[int]") -> Condition:
    """Ask for words in one column of a table of full-text search; both names are our own."""
    return lambda term: ids.in_(_rows(searched, f"{{{column}}} : {_phrase(term.value)}"))


def _phrase(words: str) -> str:
    """Words that follow each other, of which the last may go on."""
    return '"' + words.replace('"', " ") + '"*'


def _rows(name: str, phrases: str) -> Select[Any]:
    """The ids of the rows that have these phrases; the column of the table's name is all of it."""
    return (
        select(literal_column("rowid"))
        .select_from(table(name))
        .where(literal_column(name).op("MATCH")(phrases))
    )
