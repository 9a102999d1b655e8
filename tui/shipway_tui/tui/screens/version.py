"""One version on a screen of its own: five tabs, the acts, and the news of it as it comes."""

from typing import ClassVar

from shipway_client.errors import NotFound, ShipwayError
from shipway_client.live import LiveIn, live_in
from shipway_client.wire import Event, Version, VersionState
from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.copying import choose_copy
from shipway_tui.tui.screens.tabbed import TabbedPlace
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
from shipway_tui.tui.widgets.detail import muted
from shipway_tui.tui.widgets.status_line import keys_of
from shipway_tui.tui.words import VERSION_STATES, Word, candidate_word, plain

#: A version that is marked and unmarked all day has more; the command line lists them.
MOST_EVENTS = 200
#: What changes where a version is live.
_LIVE_NOUNS = frozenset({"publication", "environment"})


class VersionScreen(VersionActs, TabbedPlace):
    """Opens with an address alone, so that a link can lead here."""

    HEADING = "Version"
    ON_VERSION: ClassVar[frozenset[str]] = VersionActs.ON_VERSION | {
        "publish", "copy", "copy_other", "browse",
    }  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "information", "Binary", id="version.information",
                tooltip="All that was read from the binary"),
        Binding("y", "copy", "Copy", show=False, id="list.copy", tooltip="Copy the address"),
        Binding("Y", "copy_other", "Copy ...", show=False, id="list.copy_other",
                tooltip="Choose what to copy"),
        Binding("O", "browse", "Open link", show=False, id="list.browse",
                tooltip="Open the page of the run that built it"),
        Binding("r,f5", "refresh", "Refresh", show=False, id="list.refresh",
                tooltip="Read afresh"),
    ]  # fmt: skip

    def __init__(self, desk: Desk, address: str, tab: str = OVERVIEW) -> None:
        super().__init__(desk, TITLES, tab)
        self._address = address
        self.version: Version | None = None
        self._gone = ""
        self._live: list[LiveIn] | None = None
        self._events: tuple[list[Event], bool] | None = None
        #: The tabs whose own part is as new as the version.
        self._fresh: set[str] = set()

    def on_mount(self) -> None:
        """Follow what happens to it."""
        self.show_heading(plain(self._address), "reading")
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

    def action_information(self) -> None:
        """Show what was read from the binary; once more, and it is the overview again."""
        away = self.tabs.active != INFORMATION
        self.show_tab(INFORMATION if away else OVERVIEW)

    def written(self) -> list[Content]:
        """The lines of the tab that is looked at."""
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
        self.workers.cancel_group(self, "part")  # what it brings may be older
        self._fresh.clear()
        self._tell()
        self.show_text()
        self.read_tab()

    def _tell(self) -> None:
        """Write what stands around the text."""
        version, standing = self.version, "not there"
        if version is not None:
            words: list[Word | str] = [VERSION_STATES[version.state]]
            words += [candidate_word(version)] if version.candidate else []
            if version.state is VersionState.INCOMPLETE:
                words.append(f"{keys_of(self)['version.numbers']} gives version and build")
            standing = " · ".join(map(str, words))
            count = len(version.findings)
            findings = f"Findings {count}" if count else TITLES[FINDINGS]
            self.tabs.titles = {**TITLES, FINDINGS: findings}
        self.show_heading(plain(self._address), standing)
        self.refresh_keys()

    def read_tab(self) -> None:
        """Where it is live, and its history, are read when they are looked at."""
        tab = self.tabs.active
        if self.version is None or not self.desk.connected or tab in self._fresh:
            return
        if tab == DISTRIBUTION:
            self._read_live(self.version)
        elif tab == HISTORY:
            self._read_history(self._address)

    @work(exclusive=True, group="part")
    async def _read_live(self, version: Version) -> None:
        live = await self.ask(live_in(self.desk.client, version))
        if live is not None:
            self._live = live
            self._fresh.add(DISTRIBUTION)
            self.show_text()

    @work(exclusive=True, group="part")
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
        self._fresh.add(HISTORY)
        self.show_text()

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
            self._fresh.discard(DISTRIBUTION)
            self.read_tab()

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
