"""The full-screen application: its places, its keys, and the feed that keeps it up to date."""

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from shipway_client.client import Client
from textual.app import App, ScreenStackError, SystemCommand
from textual.binding import BindingType
from textual.dom import DOMNode
from textual.filter import Monochrome, NoColor
from textual.notifications import Notify
from textual.screen import Screen

from shipway_tui.config.reading import read
from shipway_tui.config.settings import FILE_NAME, Problem, Settings
from shipway_tui.tui.acting import ActingApp
from shipway_tui.tui.configured import clashes, configure, problems_text
from shipway_tui.tui.desk import Desk, utc_now
from shipway_tui.tui.feed import Follower
from shipway_tui.tui.global_keys import GLOBAL_KEYS
from shipway_tui.tui.opening import Opening
from shipway_tui.tui.places import PLACES, open_place
from shipway_tui.tui.screens.place import Place
from shipway_tui.tui.themes import THEMES

if TYPE_CHECKING:
    from textual.actions import ActionParseResult
    from textual.command import Provider
    from textual.theme import Theme

    from shipway_tui.tui.links import Link


def _profile_provider() -> "type[Provider]":
    from shipway_tui.tui.palette import ProfileProvider

    return ProfileProvider


def _link_provider() -> "type[Provider]":
    from shipway_tui.tui.palette import LinkProvider

    return LinkProvider


def _view_provider() -> "type[Provider]":
    from shipway_tui.tui.view_palette import ViewProvider

    return ViewProvider


#: The inbox is counted behind the first page.
COUNT_AFTER_SECONDS = 0.5


class ShipwayApp(ActingApp, inherit_bindings=False):
    """Each place is a mode with a stack of screens of its own."""

    TITLE = "Shipway"
    CSS_PATH = Path(__file__).with_name("shipway.tcss")
    DEFAULT_MODE = "profiles"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (20, "-tall")]  # noqa: RUF012
    COMMANDS: ClassVar[set[Any]] = App.COMMANDS | {
        _profile_provider,
        _link_provider,
        _view_provider,
    }
    BINDINGS: ClassVar[list[BindingType]] = GLOBAL_KEYS

    def __init__(
        self,
        client: Client,
        *,
        read_only: bool = False,
        settings: Settings | None = None,
        problems: Iterable[Problem] = (),
        link: "Link | None" = None,
        welcome: bool = False,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        if os.environ.get("NO_COLOR") == "":
            del os.environ["NO_COLOR"]  # an empty one is none (no-color.org); Textual counts it
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        settings = settings or Settings()
        self._keys = settings.keys
        self._link = link
        self._problems = [*problems, *configure(self, settings)]
        self._fit_filters()
        read_only = read_only or settings.tui.read_only
        self._welcomes = welcome
        self.desk = Desk(self, client, read_only=read_only, now=now)
        self._opening = Opening(self, self.desk)
        for name in PLACES:
            self.add_mode(name, partial(open_place, name, self.desk))

    def on_mount(self) -> None:
        """Follow the feed for as long as the application runs, and count what is held."""
        self._opening.begin()
        self.desk.read.subscribe(self, self._opened, immediate=True)
        self.run_worker(Follower(self.desk).run(), group="feed", name="feed")
        self.set_timer(COUNT_AFTER_SECONDS, self._count_inbox)
        self.theme_changed_signal.subscribe(self, self._theme_changed)
        self._tell_problems(self._problems)
        if self._keys:
            self.run_worker(self._tell_clashes(), group="clashes", name="clashes")
        if self._link is not None:
            self.go(self._link)

    def _opened(self, _: None) -> None:
        """The first page is there: paint it, and then look whether this is a first run."""
        self._opening.end()
        if self._welcomes:
            self._welcomes = False
            self.run_worker(self.welcome(), group="welcome", name="welcome")

    def go(self, link: "Link") -> None:
        """Go where a link leads."""
        from shipway_tui.tui.going import go

        self.run_worker(go(self, link), group="link", exclusive=True)

    def _tell_problems(self, problems: list[Problem]) -> None:
        if problems:
            self.notify(problems_text(problems), severity="warning", timeout=10, markup=False)

    async def _tell_clashes(self) -> None:
        self._tell_problems(await clashes(self._keys))

    def _fit_filters(self) -> None:
        """Take colours away in the way that the theme needs: Textual asks at the start only."""
        for index, known in enumerate(self._filters):
            if isinstance(known, NoColor | Monochrome):
                self._filters[index] = NoColor() if self.native_ansi_color else Monochrome()

    def _theme_changed(self, theme: "Theme") -> None:
        self._fit_filters()
        text = f'theme = "{theme.name}" under [tui] in {FILE_NAME} keeps it.'
        self.notify(text, title="Theme", markup=False)

    def _count_inbox(self) -> None:
        from shipway_tui.tui.inbox import InboxCounter

        if not self.is_running:  # it was left within that time
            return
        counter = InboxCounter(self.desk)
        counter.hear(self)
        self.run_worker(counter.run(), group="inbox", name="inbox")

    def clear_selection(self) -> None:
        """Clear the selected text; from Python 3.12 on an input asks before a screen is shown."""
        with suppress(ScreenStackError):
            super().clear_selection()

    def action_place(self, name: str) -> None:
        """Go to a place, as it was left; from within it, back to its list."""
        if name != self.current_mode:
            self.switch_mode(name)
            return
        for _ in self.screen_stack[1:]:
            self.pop_screen()

    def on_notify(self, event: Notify) -> None:
        """One notice of a kind at a time: the newest takes the place of the one before."""
        new = event.notification
        for old in list(self._notifications):
            if (old.severity, old.title) == (new.severity, new.title):
                self._unnotify(old, refresh=False)

    async def action_quit(self) -> None:
        """Leave; jobs run on in the daemon."""
        self.exit(0)

    async def run_action(
        self,
        action: "str | ActionParseResult",
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do an action; where it rests, say why."""
        if await super().run_action(action, default_namespace, namespaces):
            return True
        name = action if isinstance(action, str) else action[1]
        return self._explain(name.rpartition(".")[2].partition("(")[0])

    def _explain(self, action: str) -> bool:
        reason = self.screen.why_not(action) if isinstance(self.screen, Place) else ""
        reason = reason or self.why_not(action)
        if reason:
            self.notify(reason, severity="warning", markup=False)
        return bool(reason)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Offer what can be done here and now."""
        from shipway_tui.tui.palette import commands_of

        commands = list(commands_of(screen))
        yield from commands
        offered = any(command.title == "inbox: Inbox" for command in commands)
        if not offered and getattr(screen, "HEADING", "") != "Inbox":
            yield SystemCommand("inbox: Inbox", "The unmatched binaries", self.action_inbox)


def run(
    client: Client, *, read_only: bool = False, link: "Link | None" = None, welcome: bool = False
) -> int:
    """Run the application until the user leaves it; the answer is the exit code.

    With `welcome` an empty home opens the guide.
    """
    settings, problems = read(client.locations.config)
    app = ShipwayApp(
        client, read_only=read_only, settings=settings, problems=problems, link=link,
        welcome=welcome,
    )  # fmt: skip
    answer = app.run(mouse=settings.tui.mouse)
    return answer if answer is not None else app.return_code or 0
