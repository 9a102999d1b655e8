"""One version on a screen of its own: five tabs, the acts, and the news of it as it comes."""

from typing import ClassVar

from shipway_client.errors import NotFound, ShipwayError
from shipway_client.live import LiveIn, live_in
from shipway_client.wire import Event, Version
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import Input

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.copying import choose_copy
from shipway_tui.tui.screens.version_acts import VersionActs
from shipway_tui.tui.screens.version_text import (
    CAME,
    DISTRIBUTION,
    FINDINGS,
    HISTORY,
    INFORMATION,
    OVERVIEW,
    TITLES,
    copy_texts,
    distribution_lines,
    fact_lines,
    finding_text,
    history_lines,
    information_lines,
    note_lines,
)
from shipway_tui.tui.widgets.detail import Detail, lines, muted
from shipway_tui.tui.widgets.tab_line import TabLine
from shipway_tui.tui.words import VERSION_STATES, candidate_word, plain

#: A version that is marked and unmarked all day has more; the command line lists them.
MOST_EVENTS = 200
#: What changes where a version is live.
_LIVE_NOUNS = frozenset({"publication", "environment"})


class FindInput(Input):
    """The line for the text that is sought."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Keep", id="filter.keep", tooltip="Go to the text"),
        Binding("escape", "screen.back", "Clear", id="filter.clear", tooltip="Show all again"),
    ]


class VersionScreen(VersionActs):
    """Opens with an address alone, so that a link can lead here."""

    HEADING = "Version"
    ON_VERSION: ClassVar[frozenset[str]] = VersionActs.ON_VERSION | {
        "publish", "copy", "copy_other", "browse",
    }  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "tab(-1)", "Previous tab", show=False, id="tab.previous",
                tooltip="The tab to the left"),
        Binding("right_square_bracket", "tab(1)", "Next tab", id="tab.next",
                tooltip="The tab to the right"),
        Binding("i", "information", "Binary", id="version.information",
                tooltip="All that was read from the binary"),
        Binding("slash", "find", "Find", show=False, id="version.find",
                tooltip="Show the lines with a text"),
        Binding("y", "copy", "Copy", show=False, id="list.copy", tooltip="Copy the address"),
        Binding("Y", "copy_other", "Copy ...", show=False, id="list.copy_other",
                tooltip="Choose what to copy"),
        Binding("O", "browse", "Open link", show=False, id="list.browse",
                tooltip="Open the page of the run that built it"),
        Binding("r,f5", "refresh", "Refresh", show=False, id="list.refresh",
                tooltip="Read afresh"),
        Binding("escape", "back", "Back", id="list.back", tooltip="Back to the versions"),
    ]  # fmt: skip

    def __init__(self, desk: Desk, address: str, tab: str = OVERVIEW) -> None:
        super().__init__(desk)
        self._address = address
        self.tabs = TabLine(TITLES, id="tabs")
        self.tabs.active = tab
        self.detail = Detail(id="version-detail")
        self.version: Version | None = None
        self._gone = ""
        self._live: list[LiveIn] | None = None
        self._events: tuple[list[Event], bool] | None = None

    # ------------------------------------------------------------------- the frame

    def compose_body(self) -> ComposeResult:
        """The tabs, and the text of one of them."""
        with Container(id="body"), Vertical(id="version-pane", classes="pane"):
            yield self.tabs
            yield self.detail
        yield FindInput(placeholder="lines with this text", id="find", compact=True)

    def on_mount(self) -> None:
        """Follow what happens to it."""
        self.query_one("#version-pane").border_title = Content(plain(self._address))
        self.detail.focus()
        self.desk.happened.subscribe(self, self._happened)

    @property
    def acted_on(self) -> Version | None:
        """The version that is shown."""
        return self.version

    def acted(self, address: str) -> None:
        """Read it afresh."""
        if address == self._address:
            self.load()

    def why_not(self, action: str) -> str:
        """Nothing is done to a version that is not there."""
        if action in self.ON_VERSION and self.version is None:
            return self._gone or "It is not read yet."
        if action == "browse" and self.version and not self.version.facts.run_url:
            return "There is no link to open here."
        return super().why_not(action)

    # ------------------------------------------------------------------------- tabs

    @on(TabLine.Chosen)
    def _chosen(self, message: TabLine.Chosen) -> None:
        self.show_tab(message.tab)

    def action_tab(self, step: int) -> None:
        """Go to the tab beside this one; behind the last comes the first."""
        names = list(TITLES)
        self.show_tab(names[(names.index(self.tabs.active) + step) % len(names)])

    def action_information(self) -> None:
        """Show what was read from the binary; once more, and it is the overview again."""
        away = self.tabs.active != INFORMATION
        self.show_tab(INFORMATION if away else OVERVIEW)

    def show_tab(self, tab: str) -> None:
        """Show another tab from its beginning, and read what only that one needs."""
        self.tabs.active = tab
        self.detail.scroll_home(animate=False)
        self._write()
        self._read_rest()

    def action_find(self) -> None:
        """Ask for a text."""
        self.add_class("-finding")
        self.query_one(FindInput).focus()

    @on(Input.Changed, "#find")
    def _sought(self) -> None:
        self._write()

    @on(Input.Submitted, "#find")
    def _found(self, message: Input.Submitted) -> None:
        self.set_class(bool(message.value.strip()), "-finding")
        self.detail.focus()

    def action_back(self) -> None:
        """Put the text that was sought away, else go back."""
        if not self.has_class("-finding"):
            self.app.pop_screen()
            return
        self.query_one(FindInput).value = ""
        self.remove_class("-finding")
        self.detail.focus()

    def _write(self) -> None:
        written = self._lines()
        if sought := self.query_one(FindInput).value.strip():
            found = [line for line in written if sought.casefold() in line.plain.casefold()]
            written = found or [muted(f"Nothing here has “{sought}” in it.")]
        self.detail.show(lines(written))

    def _lines(self) -> list[Content]:
        version = self.version
        if version is None:
            return [muted(self._gone)]
        written = {
            OVERVIEW: lambda: [*fact_lines(version)[1:], *note_lines(version)],
            INFORMATION: lambda: information_lines(version),
            FINDINGS: lambda: finding_text(version),
            DISTRIBUTION: self._distribution,
            HISTORY: self._history,
        }
        return written[self.tabs.active]()

    def _distribution(self) -> list[Content]:
        return [READING] if self._live is None else distribution_lines(self._live)

    def _history(self) -> list[Content]:
        if self._events is None:
            return [READING]
        events, more = self._events
        return history_lines(events, more=more)

    # ----------------------------------------------------------------------- reading

    @work(exclusive=True, group="load")
    async def load(self) -> None:
        """Read the version afresh, then what the tab needs beside it."""
        try:
            self.version = await self.desk.client.versions.show(self._address)
        except NotFound as error:
            self.version, self._gone = None, error.message
        except ShipwayError as error:
            self.complain(error)
            return
        self._live = self._events = None
        self._show_heading()
        self._write()
        self._read_rest()

    def _show_heading(self) -> None:
        pane, version = self.query_one("#version-pane"), self.version
        pane.border_title = Content(plain(self._address))
        if version is None:
            pane.border_subtitle = "not there"
        else:
            words = [VERSION_STATES[version.state]]
            words += [candidate_word(version)] if version.candidate else []
            pane.border_subtitle = Content(" · ".join(map(str, words)))
            count = len(version.findings)
            findings = f"Findings {count}" if count else TITLES[FINDINGS]
            self.tabs.titles = {**TITLES, FINDINGS: findings}
        self.refresh_keys()

    def _read_rest(self) -> None:
        if self.version is None or not self.desk.connected:
            return
        if self.tabs.active == DISTRIBUTION and self._live is None:
            self._read_live(self.version)
        elif self.tabs.active == HISTORY and self._events is None:
            self._read_history(self._address)

    @work(exclusive=True, group="live")
    async def _read_live(self, version: Version) -> None:
        live = await self.ask(live_in(self.desk.client, version))
        if live is not None:
            self._live = live
            self._write()

    @work(exclusive=True, group="history")
    async def _read_history(self, address: str) -> None:
        """Back to when it came: what is older is of another version that had this address."""
        found: list[Event] = []
        before: str | None = None
        while len(found) < MOST_EVENTS:
            page = await self.ask(self.desk.client.history.events(subject=address, before=before))
            if page is None:
                return
            before = page.after
            for event in page.items:
                found.append(event)
                if event.kind == CAME:
                    before = None
                    break
            if before is None:
                break
        self._events = found, before is not None
        self._write()

    # ------------------------------------------------------------------------ events

    def _happened(self, events: tuple[Event, ...]) -> None:
        for event in events:
            self._follow_rename(event)
        profile = self._address.partition("@")[0]
        nouns = {event.kind.partition(".")[0] for event in events}
        mine = (self._address, profile)
        marks = any(e.subject.startswith(f"{profile}@") and "candidate" in e.kind for e in events)
        if marks or any(event.subject in mine for event in events):
            self.load()
        elif nouns & _LIVE_NOUNS:
            self._live = None
            self._read_rest()

    def _follow_rename(self, event: Event) -> None:
        profile, _, number = self._address.partition("@")
        if event.kind == "profile.renamed" and event.subject == profile:
            self._address = f"{event.data['address']}@{number}"
            self.load()

    # ----------------------------------------------------------------------- actions

    def action_refresh(self) -> None:
        """Read everything afresh."""
        self.load()

    def action_copy(self) -> None:
        """Copy the address."""
        self.copy(self._address)

    @work(exclusive=True, group="form")
    async def action_copy_other(self) -> None:
        """Choose what to copy."""
        if self.version:
            known = copy_texts(self.version) | {"link": self.version.facts.run_url}
            chosen = await choose_copy(self.app, known)
            if chosen is not None:
                self.copy(chosen)

    def action_browse(self) -> None:
        """Open the page of the run that built it; its text is shown as well."""
        if self.version and (link := self.version.facts.run_url):
            self.app.open_url(link)
            self.say(link, title="Opened in the browser")


READING = muted("Reading.")
