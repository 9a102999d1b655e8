"""The order of a list: the daemon sorts, by a column that the user chooses."""

from typing import ClassVar, TypeVar

from textual import on, work

from shipway_tui.tui.screens.copying import CopyingPlace
from shipway_tui.tui.widgets.columns import Column
from shipway_tui.tui.widgets.table import ListTable

T = TypeVar("T")

#: What one wants to see the most of first.
FALLING_FIRST = frozenset({"created", "size", "latest", "finished", "read", "ingested", "waiting"})


class SortedPlace(CopyingPlace[T]):
    """Keeps the sort for as long as the application runs; without one the daemon's own holds."""

    COLUMNS: ClassVar[tuple[Column, ...]] = ()

    def why_not(self, action: str) -> str:
        """Some lists have one order only."""
        if action == "sort" and not self.ASKED:
            return "This list has one order only."
        return super().why_not(action)

    def sorts(self) -> dict[str, str]:
        """The keys that this list can be sorted by, each with the name of its column."""
        offered = self.queryable.sorts if self.queryable else ()
        labels = {column.sort: column.label for column in self.COLUMNS if column.sort}
        return {key: labels.get(key, key.capitalize()) for key in offered}

    @property
    def order(self) -> str:
        """The order in which the rows stand now."""
        return self.sorted_by or (self.queryable.order if self.queryable else "")

    @work(exclusive=True, group="form")
    async def action_sort(self) -> None:
        """Choose a column; the one that the list is sorted by already turns round."""
        from shipway_tui.tui.screens.prompts import ChoosePrompt

        offered = {self._option(key, label): key for key, label in self.sorts().items()}
        chosen = await self.app.push_screen_wait(ChoosePrompt("Sort by what?", list(offered)))
        if chosen is not None:
            self.sort_by(offered[chosen])

    def _option(self, key: str, label: str) -> str:
        arrow = {key: "↑", f"-{key}": "↓"}.get(self.order, " ")
        return f"{arrow} {label}"

    @on(ListTable.HeaderSelected)
    def _header_selected(self, message: ListTable.HeaderSelected) -> None:
        if message.column.sort in self.sorts():
            self.sort_by(message.column.sort)

    def sort_by(self, key: str) -> None:
        """Sort by a key, or the other way round where the list is sorted by it."""
        falling = key in FALLING_FIRST if self.order.removeprefix("-") != key else None
        if falling is None:
            falling = not self.order.startswith("-")
        self.sorted_by = f"-{key}" if falling else key
        self.show_order()
        self.refined()

    def order_text(self) -> str:
        """Name the chosen order where no column has it; a column says it with its arrow."""
        key = self.sorted_by.removeprefix("-")
        if not key or any(column.sort == key for column in self.COLUMNS):
            return ""
        arrow = "↓" if self.sorted_by.startswith("-") else "↑"
        return f"{self.sorts().get(key, key)} {arrow}"

    def show_order(self) -> None:
        """Put the arrow into the header."""
        self.table.sorted_by = self.order
