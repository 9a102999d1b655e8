"""The pager: a log of any length, followed while it grows, searched in both directions."""

from typing import TYPE_CHECKING, Any, ClassVar

from shipway_client.errors import Gone, NoDaemon, ShipwayError
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.logs.window import LogWindow
from shipway_tui.tui.screens.place import Place
from shipway_tui.tui.widgets.log_view import LogView
from shipway_tui.tui.words import plain

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from shipway_tui.tui.logs.line import LogSource

#: A log says nothing when it grows; it is asked while it is followed and looked at.
FOLLOW_SECONDS = 0.5
#: So near to the edge of what is held, the next page is read.
MARGIN_LINES = 40
NOTHING = "Nothing was logged yet."


class LogSearch(Input):
    """The line for what is searched for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "screen.back", "Clear", id="log.clear", tooltip="Search no longer"),
    ]


class LogScreen(Place):
    """Opens at the end and follows; moving up stops that, `G` begins again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "follow", "Follow", id="log.follow", tooltip="Follow the log, or stay here"),
        Binding("slash", "search", "Search", id="log.search", tooltip="Search the whole log"),
        Binding("n", "next(1)", "Next", id="log.next", tooltip="The next line that has it"),
        Binding("N", "next(-1)", "Previous", id="log.previous", tooltip="The one before"),
        Binding("g,home", "start", "Start", show=False, id="list.top", tooltip="The first line"),
        Binding("G,end", "end", "End", show=False, id="list.end", tooltip="The last line"),
        Binding("y", "copy", "Copy", id="log.copy", tooltip="Copy the line"),
        Binding("escape", "back", "Back", id="log.back", tooltip="Clear the search, else back"),
    ]
    DEFAULT_CSS = """
    LogScreen #line { display: none; height: auto; max-height: 6; padding: 0 1; }
    LogScreen.-long #line { display: block; }
    LogScreen #search { display: none; height: 1; padding: 0 1; background: $boost; }
    LogScreen.-searching #search { display: block; }
    """

    def __init__(self, desk: Desk, source: "LogSource") -> None:
        super().__init__(desk)
        self._title = source.title
        self.window = LogWindow(source)
        self.view = LogView(id="log")
        self.following = True
        self._needle = ""
        self._busy = False

    def compose_body(self) -> ComposeResult:
        """The log, the whole of a long line, the search."""
        with Container(id="body"), Vertical(id="log-view", classes="pane"):
            yield self.view
            yield Static("", id="line", markup=False)
        yield LogSearch(placeholder="search the log", id="search", compact=True)

    def on_mount(self) -> None:
        """Follow from the end on."""
        self.query_one("#log-view").border_title = Content(plain(self._title))
        self.view.focus()
        self.set_interval(FOLLOW_SECONDS, self._look)
        self._go_to_end()

    # ---------------------------------------------------------------------- reading

    @work(exclusive=True, group="read")
    async def _go_to_end(self) -> None:
        await self._read(self._end())

    async def _end(self) -> None:
        await self.window.to_end()
        self._show(len(self.window.lines))

    async def _read(self, reading: "Coroutine[Any, Any, None]") -> None:
        """Wait for a reading; a log that began anew is shown from its end."""
        self._busy = True
        try:
            await reading
        except Gone:
            await self._end()
        except NoDaemon:
            self._stand()  # the status line says that it is away
        except ShipwayError as error:
            self.following = False
            self.complain(error)
        finally:
            self._busy = False
        self._stand()

    def _look(self) -> None:
        if self.following and self.is_current and not self._busy:
            self._follow()

    @work(exclusive=True, group="read")
    async def _follow(self) -> None:
        await self._read(self._on())

    async def _on(self) -> None:
        """Take in what came; many pages at once where much came."""
        count = len(self.window.lines)
        gone = await self.window.on()
        while not self.window.at_end:
            gone += await self.window.on()
        if gone or len(self.window.lines) != count:
            last = len(self.window.lines)
            self._show(last if self.following else self.view.cursor - gone)

    def _show(self, cursor: int) -> None:
        self.view.show(self.window.lines, cursor)
        self._show_line()
        self._stand()

    def _show_line(self) -> None:
        """The whole of a line that does not fit stands beneath the log."""
        line = self.view.current
        long = line is not None and len(line.text) > self.view.size.width - 14
        self.set_class(long, "-long")
        if long and line is not None:
            self.query_one("#line", Static).update(Content(plain(line.text)))

    def _stand(self) -> None:
        told = "following" if self.following else "paused"
        if not self.window.lines and not self._busy:
            told = NOTHING
        if self._needle:
            told = f"“{plain(self._needle)}” · {told}"
        self.query_one("#log-view").border_subtitle = Content(told)

    # ----------------------------------------------------------------------- moving

    @on(LogView.Moved)
    def _moved(self) -> None:
        lines, cursor = self.window.lines, self.view.cursor
        self.following = self.window.at_end and cursor >= len(lines) - 1
        self._show_line()
        self._stand()
        if self._busy:
            return
        if cursor < MARGIN_LINES and not self.window.at_start:
            self._go_back()
        elif cursor > len(lines) - MARGIN_LINES and not self.window.at_end:
            self._go_on()

    @work(exclusive=True, group="read")
    async def _go_back(self) -> None:
        await self._read(self._back())

    async def _back(self) -> None:
        came = await self.window.back()
        self._show(self.view.cursor + came)

    @work(exclusive=True, group="read")
    async def _go_on(self) -> None:
        await self._read(self._one_page())

    async def _one_page(self) -> None:
        gone = await self.window.on()
        self._show(self.view.cursor - gone)

    def action_follow(self) -> None:
        """Follow from the end, or stay where one is."""
        self.following = not self.following
        if self.following:
            self._go_to_end()
        self._stand()

    def action_end(self) -> None:
        """Go to the last line, and follow."""
        self.following = True
        self._go_to_end()

    @work(exclusive=True, group="read")
    async def action_start(self) -> None:
        """Go to the first line."""
        self.following = False
        await self._read(self._start())

    async def _start(self) -> None:
        await self.window.to_start()
        self._show(0)

    # -------------------------------------------------------------------- searching

    def why_not(self, action: str) -> str:
        """There must be something to search for, and a line to copy."""
        if action == "next" and not self._needle:
            return "Nothing is searched for."
        if action == "copy" and self.view.current is None:
            return NOTHING
        return super().why_not(action)

    def action_search(self) -> None:
        """Ask for what to search for."""
        self.add_class("-searching")
        self.query_one("#search").focus()

    @on(Input.Submitted, "#search")
    def _searched(self, message: Input.Submitted) -> None:
        self._needle = self.view.needle = message.value
        self.remove_class("-searching")
        self.view.focus()
        self.view.refresh()
        self.refresh_keys()
        if self._needle:
            self._search(-1, inclusive=True)  # a log is searched from its end
        self._stand()

    def action_next(self, step: int) -> None:
        """Go to the next line that has it, or to the one before."""
        self._search(step)

    @work(exclusive=True, group="read")
    async def _search(self, step: int, *, inclusive: bool = False) -> None:
        await self._read(self._find(step, inclusive=inclusive))

    async def _find(self, step: int, *, inclusive: bool) -> None:
        line = self.view.current
        if line is None:
            return
        self.following = False
        self.query_one("#log-view").border_subtitle = "searching"
        found = await self.window.find(self._needle, line.key - step * inclusive, step)
        if found is None:
            way = "below" if step > 0 else "above"
            self.notify(f"“{plain(self._needle)}” is not found {way}.", severity="warning",
                        markup=False)  # fmt: skip
            return
        held = [line.key for line in self.window.lines]
        inside = held and held[0] <= found <= held[-1]
        self._show(held.index(found) if inside else await self.window.around(found))

    def action_copy(self) -> None:
        """Copy the line under the cursor."""
        if line := self.view.current:
            self.copy(line.text)

    def action_back(self) -> None:
        """Put away the search, else leave."""
        if self.has_class("-searching") or self._needle:
            self.remove_class("-searching")
            self._needle = self.view.needle = ""
            self.query_one("#search", Input).value = ""
            self.workers.cancel_group(self, "read")
            self.view.focus()
            self.view.refresh()
            self._stand()
            self.refresh_keys()
        else:
            self.app.pop_screen()
