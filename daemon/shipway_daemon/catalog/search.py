"""Full-text search: what a person types becomes a query that SQLite cannot choke on."""

from sqlalchemy import Column, ColumnElement, TextClause, text


def match(table: str, words: str) -> TextClause | None:
    """Make a query for the ids of rows that hold every word, by prefix.

    None where there is nothing to search for. `table` is a name from this package, never input.
    """
    terms = [f'"{word}"*' for word in words.replace('"', " ").replace("\0", " ").split()][:10]
    if not terms:
        return None
    query = text(f"SELECT rowid FROM {table} WHERE {table} MATCH :words")  # noqa: S608
    return query.bindparams(words=" ".join(terms))


def among(ids: "Column[int]", found: TextClause) -> ColumnElement[bool]:
    """Make the condition that an id is among those found."""
    return ids.in_(found)
