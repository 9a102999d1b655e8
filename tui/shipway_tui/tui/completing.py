"""What the word that is being typed in a filter may become: fields, and the values of a field."""

from shipway_client.wire.queries import Queryable, QueryField

MINUS = "-"


def offers(text: str, queryable: Queryable) -> list[str]:
    """Name the terms that the last word of `text` may become; none where it is no term.

    An empty word offers every field. What is within quotes is left alone.
    """
    word = _last_word(text)
    minus = MINUS if word.startswith(MINUS) else ""
    name, colon, value = word.removeprefix(MINUS).partition(":")
    if text.count('"') % 2:
        return []
    if not colon:
        names = [field.name for field in queryable.fields if field.name.startswith(name)]
        return [f"{minus}{name}:" for name in names]
    field = queryable.field(name)
    values = field.values if field else ()
    return [f"{minus}{name}:{one}" for one in values if one.startswith(value) and one != value]


def field_at(text: str, queryable: Queryable) -> QueryField | None:
    """Find the field whose value is being typed."""
    name, colon, _ = _last_word(text).removeprefix(MINUS).partition(":")
    return queryable.field(name) if colon else None


def unfinished(text: str, queryable: Queryable) -> bool:
    """Whether the last word names a field, and its value is missing or only begun."""
    field = field_at(text, queryable)
    _, _, value = _last_word(text).partition(":")
    if field is None or value in field.values:
        return False
    return not value or bool(offers(text, queryable))


class Completer:
    """Each tab writes the next of what the last word may become."""

    def __init__(self, queryable: Queryable) -> None:
        self._queryable = queryable
        self._before = self._written = ""
        self._offered: list[str] = []
        self._next = 0

    def complete(self, text: str) -> str:
        """Write the first offer, or the next one where `text` is what was written last."""
        if text != self._written or not self._offered:
            self._offered, self._next = offers(text, self._queryable), 0
            self._before = text.removesuffix(_last_word(text))
        if not self._offered:
            return text
        chosen = self._offered[self._next % len(self._offered)]
        only = len(self._offered) == 1 and not chosen.endswith(":")
        self._next += 1
        self._written = self._before + chosen + (" " if only else "")
        return self._written


def _last_word(text: str) -> str:
    return text.rpartition(" ")[2]
