"""Lists of some hundred things at most, of which part is known in memory only.

They are read whole and shown, and chosen from as they are shown, so that a query never
contradicts what stands in the row.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from shipway_daemon.queries.asked import Asked
from shipway_daemon.queries.orders import Key, read_cursor, write_cursor
from shipway_daemon.queries.words import Query, Term

T = TypeVar("T")

#: What of an item answers to a field: it fits a term that one of these texts fits.
Answers = Callable[[T], Iterable[str]]


class Few(Generic[T]):
    """What a list can be asked: its fields, the texts that words are looked for in, its sorts."""

    def __init__(
        self,
        fields: Mapping[str, Answers[T]],
        texts: Answers[T],
        sorts: Mapping[str, Key[T]],
        number: Callable[[T], int],
    ) -> None:
        self._fields = fields
        self._texts = texts
        self._sorts = sorts
        self._number = number

    def page(self, items: Iterable[T], ask: Asked) -> list[T]:
        """Choose the items of a page, and one more where there are more.

        Raises:
            WrongUsage: The cursor is none of this order.
        """
        key, down = self._sorts[ask.order.key], ask.order.descending
        after = read_cursor(ask.after, key)
        found = [item for item in items if self._fits(item, ask.query)]
        if after is not None:
            past = operator.lt if down else operator.gt
            found = [item for item in found if past(self._place(item, key), after)]
        found.sort(key=lambda item: self._place(item, key), reverse=down)
        return found[: ask.limit + 1]

    def cursor(self, ask: Asked) -> Callable[[T], str]:
        """How the cursor of a page is written that ends with an item."""
        key = self._sorts[ask.order.key]
        return lambda item: write_cursor(item, key, self._number)

    def _place(self, item: T, key: Key[T]) -> Any:
        return key.of(item) if key.unique else (key.of(item), self._number(item))

    def _fits(self, item: T, query: Query) -> bool:
        texts = [text.casefold() for text in self._texts(item)]
        return (
            all(_has(self._fields[term.field](item), term) for term in query.terms)
            and all(_in_one(texts, word) for word in query.words)
            and not any(_in_one(texts, word) for word in query.without)
        )


def _has(answers: Iterable[str], term: Term) -> bool:
    if term.beginning:
        found = any(answer.startswith(term.value) for answer in answers)
    else:
        found = term.value in answers
    return found is not term.excluded


def _in_one(texts: list[str], word: str) -> bool:
    return any(word.casefold() in text for text in texts)


def by_address(address: str | None) -> tuple[str, ...]:
    """What answers to an address: `owner/name`, and the name alone."""
    if address is None:
        return ()
    return address, address.rpartition("/")[2]


def told(text: str | None) -> tuple[str, ...]:
    """What answers to a text that may be missing."""
    return () if text is None else (text,)


def yes_or_no(*, met: bool) -> tuple[str, ...]:
    """What answers to a question."""
    return ("yes",) if met else ("no",)
