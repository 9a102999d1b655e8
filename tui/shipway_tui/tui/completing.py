"""What the word that is being typed in a filter may become: fields, and the values of a field."""

from os.path import commonprefix

from shipway_client.wire.queries import Queryable, QueryField

MINUS = "-"


def offers(text: str, queryable: Queryable) -> list[str]:
    """Name the terms that the last word of `text` may become; none where it is no term.

    An empty word offers every field. What is within quotes is left alone.
    """
    word = _last_word(text)
    if word is None:
        return []
    minus = MINUS if word.startswith(MINUS) else ""
    name, colon, value = word.removeprefix(MINUS).partition(":")
    if not colon:
        return [f"{minus}{field.name}:" for field in queryable.fields if field.name.startswith(name)]
    field = queryable.field(name)
    values = field.values if field else ()
    return [f"{minus}{name}:{one}" for one in values if one.startswith(value) and one != value]


def completed(text: str, queryable: Queryable) -> str:
    """Write the last word as far as its offers agree; the first offer where that adds nothing."""
    word, offered = _last_word(text), offers(text, queryable)
    if word is None or not offered:
        return text
    agreed = commonprefix(offered)
    chosen = agreed if len(agreed) > len(word) else offered[0]
    ended = " " if len(offered) == 1 and not chosen.endswith(":") else ""
    return text[: len(text) - len(word)] + chosen + ended


def field_at(text: str, queryable: Queryable) -> QueryField | None:
    """Find the field whose value is being typed."""
    word = _last_word(text) or ""
    name, colon, _ = word.removeprefix(MINUS).partition(":")
    return queryable.field(name) if colon else None


def _last_word(text: str) -> str | None:
    if text.count('"') % 2:
        return None
    return text.rpartition(" ")[2]
