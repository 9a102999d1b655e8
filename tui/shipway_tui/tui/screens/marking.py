"""Marks on rows: what is marked is acted on together, else the selected row alone."""

from typing import Any, TypeVar

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.paging import PagedPlace
from shipway_tui.tui.widgets.table import ListTable

T = TypeVar("T")


class MarkedPlace(PagedPlace[T]):
    """Keeps marks by row key: over refreshes, and over filters that hide a marked row."""

    def __init__(self, desk: Desk, table: ListTable) -> None:
        super().__init__(desk, table)
        self.marked: dict[str, T] = {}

    @property
    def selected(self) -> T | None:
        """The thing under the cursor."""
        key = self.table.cursor_key
        return self.things.get(key) if key is not None else None

    @property
    def chosen(self) -> list[T]:
        """What an action is for: all that is marked, else the selected thing."""
        if self.marked:
            return list(self.marked.values())
        return [] if self.selected is None else [self.selected]

    def show_title(self) -> None:
        """Write the line over the list."""
        raise NotImplementedError

    def marks_text(self) -> str:
        """Count the marks, and those that the filter hides; empty where there is none."""
        if not self.marked:
            return ""
        hidden = len(self.marked.keys() - self.things.keys())
        return f"{len(self.marked)} marked" + (f" ({hidden} not shown)" if hidden else "")

    def mark_only(self, keys: set[str]) -> None:
        """Mark exactly these rows, out of those that are shown or marked."""
        known = self.things | self.marked
        self.marked = {key: known[key] for key in known if key in keys}
        self._show_marks()

    def unmark(self, thing: T) -> None:
        """Take a thing's mark away: what was asked of it is done."""
        if (key := self.key_of(thing)) in self.marked:
            self.mark_only(set(self.marked) - {key})

    def show_state(self, empty: str) -> None:  # noqa: ARG002
        """Marked things are what was read last; what is gone loses its mark."""
        for key in self.marked.keys() & self.things.keys():
            self.marked[key] = self.things[key]
        if not self.has_more and not self.filter_text:
            self.marked = {key: self.marked[key] for key in self.marked if key in self.things}
        self._show_marks()

    def forget(self, key: str) -> None:
        """What is gone is not marked any more."""
        self.marked.pop(key, None)
        super().forget(key)

    def why_not(self, action: str) -> str:
        """Without a row there is nothing to mark."""
        if action in {"mark", "mark_all"} and not self.things:
            return "There is nothing to mark."
        return super().why_not(action)

    def action_mark(self) -> None:
        """Mark the selected row or take its mark away, and go on to the next."""
        if (key := self.table.cursor_key) is not None:
            self.mark_only(set(self.marked) ^ {key})
            self.table.action_cursor_down()

    def action_mark_all(self) -> None:
        """Mark all rows that are shown; where all are, none."""
        shown, marked = set(self.things), set(self.marked)
        self.mark_only(marked - shown if shown <= marked else marked | shown)

    def action_back(self) -> None:
        """Take the marks away, else what is before that."""
        if self.marked:
            self.mark_only(set())
        else:
            super().action_back()

    def _show_marks(self) -> None:
        self.table.marked = frozenset(self.marked)
        self.show_title()
        self.refresh_keys()


#: Any place with marks, whatever its rows are.
AnyMarked = MarkedPlace[Any]
