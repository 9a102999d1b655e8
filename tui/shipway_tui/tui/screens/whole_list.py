"""A short list that is read as a whole when something concerns it, instead of row by row."""

from typing import ClassVar, TypeVar

from shipway_client.errors import NotFound
from shipway_client.wire import Event

from shipway_tui.tui.screens.listing import ListScreen

T = TypeVar("T")


class WholeList(ListScreen[T]):
    """Rows whose counts many events move."""

    #: The nouns whose events concern the list.
    ABOUT: ClassVar[frozenset[str]] = frozenset()

    def touched(self, event: Event) -> set[str]:
        """Whatever it was, the list is read soon."""
        if event.kind.partition(".")[0] in self.ABOUT:
            self.load_soon()
        return set()

    async def read_one(self, key: str) -> T:
        """Rows are not read one by one.

        Raises:
            NotFound: Always.
        """
        raise NotFound(f"{key} is read with its list only.")

    def changed(self, keys: set[str]) -> None:  # noqa: ARG002
        """Whichever row it was, the list is read soon."""
        self.load_soon()
