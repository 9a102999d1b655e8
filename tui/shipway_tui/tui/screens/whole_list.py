"""A short list that is read as a whole when something concerns it, instead of row by row."""

from typing import TYPE_CHECKING, ClassVar, TypeVar

from shipway_client.errors import NotFound
from shipway_client.wire import Event

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.listing import ListScreen

if TYPE_CHECKING:
    from textual.timer import Timer

T = TypeVar("T")

#: What happens within this time is read together: a build may bring hundreds of files at once.
GATHER_SECONDS = 0.25


class WholeList(ListScreen[T]):
    """Rows whose counts many events move. Nothing is read while another screen is looked at."""

    #: The nouns whose events concern the list.
    ABOUT: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._soon: Timer | None = None
        self._old = False

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

    def load_soon(self) -> None:
        """Read the list, a few times a second at most; when it is not looked at, later."""
        if not self.is_current:
            self._old = True
        elif self._soon is None:
            self._soon = self.set_timer(GATHER_SECONDS, self._load_now)

    def on_screen_resume(self) -> None:
        """Read what was not read while something else was looked at."""
        if self._old and self.desk.connected:
            self._old = False
            self.load()

    def _load_now(self) -> None:
        self._soon = None
        if self.is_current:
            self.load()
        else:
            self._old = True
