"""Asks where a held binary belongs: under a profile that there is, or under a new one."""

from typing import TYPE_CHECKING, ClassVar

from shipway_client.errors import ShipwayError
from shipway_client.wire import Ingested, Profile, UnmatchedFile
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.filtered import DEBOUNCE_SECONDS
from shipway_tui.tui.screens.prompts import TYPED
from shipway_tui.tui.widgets.detail import muted
from shipway_tui.tui.words import plain

if TYPE_CHECKING:
    from textual.timer import Timer

#: The option that makes a profile; no address is without a slash.
NEW = "new"


class FilePrompt(ModalScreen[Ingested | None]):
    """Typing filters, arrows choose, enter files. Stays open until the daemon has taken it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *TYPED,
        Binding("down", "move(1)", "Down", show=False, id="file.down", tooltip="Next profile"),
        Binding("up", "move(-1)", "Up", show=False, id="file.up", tooltip="Previous profile"),
    ]

    def __init__(self, desk: Desk, held: UnmatchedFile, others: int = 0) -> None:
        super().__init__()
        self._desk, self._held, self._others = desk, held, others
        self._debounce: Timer | None = None
        self._found = ""  # what the profiles that are shown were found by

    def compose(self) -> ComposeResult:
        """The question, a filter, the profiles, room for an error, two buttons."""
        held = self._held
        about = f"{held.identifier or 'identifier not read'} · {held.channel}"
        with Vertical(classes="prompt"):
            others = f" and {self._others} more of its kind" if self._others else ""
            what = Content(f"File {plain(held.file_name)}{others} under")
            yield Static(what, classes="question")
            yield Static(Content(plain(about)), classes="hint")
            yield Input(placeholder="type to find a profile", id="find", compact=True)
            yield OptionList(id="profiles", compact=True)
            yield Static("There are more: type a part of the name.", id="more", classes="hint")
            yield Static("", id="error", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button("File it", id="do", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Begin with the first profiles."""
        self.query_one("#find").focus()
        self._find("")

    @on(Input.Changed, "#find")
    def _typed(self) -> None:
        if self._debounce is not None:
            self._debounce.stop()
        self._debounce = self.set_timer(DEBOUNCE_SECONDS, lambda: self._find(self._typed_text))

    @work(exclusive=True, group="find")
    async def _find(self, text: str) -> None:
        """The daemon finds; what fits comes first, then a new profile, then the others."""
        try:
            page = await self._desk.client.profiles.list(query=text or None)
        except ShipwayError as error:
            self._complain(f"{error.message} {error.hint}".strip())
            return
        fit = [profile for profile in page.items if self._fits(profile, typed=bool(text))]
        rest = [profile for profile in page.items if profile not in fit]
        options = [self._option(profile) for profile in fit]
        options.append(self._new_option())
        options += [self._option(profile) for profile in rest]
        profiles = self.query_one("#profiles", OptionList)
        profiles.clear_options()
        profiles.add_options(options)
        profiles.highlighted = 0
        self._found = text
        self.query_one("#more").display = page.after is not None
        self._complain("")

    def _fits(self, profile: Profile, *, typed: bool) -> bool:
        """Whether it is offered before a new profile: enter alone never makes a mismatch."""
        known = {profile.identifier, self._held.identifier} - {None}
        return profile.channel == self._held.channel and (typed or len(known) < 2)

    def _option(self, profile: Profile) -> Option:
        """A profile, with what does not fit."""
        remarks = [profile.identifier or "adopts this identifier"]
        if profile.channel != self._held.channel:
            remarks.append(f"is for {profile.channel}")
        text = Content.assemble(plain(profile.address), muted(f"  {', '.join(remarks)}"))
        return Option(text, id=profile.address)

    def _new_option(self) -> Option:
        named = f"  for {self._held.identifier}" if self._held.identifier else ""
        return Option(Content.assemble("A new profile", muted(named)), id=NEW)

    def action_move(self, step: int) -> None:
        """Move the choice while the filter has the focus."""
        profiles = self.query_one("#profiles", OptionList)
        if step > 0:
            profiles.action_cursor_down()
        else:
            profiles.action_cursor_up()

    @on(Button.Pressed, "#do")
    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def action_do(self) -> None:
        """File it under the profile that is chosen."""
        profiles = self.query_one("#profiles", OptionList)
        if profiles.highlighted is None or self._typed_text != self._found:
            self._complain("Still looking for what you typed: choose when it is there.")
            return
        chosen = profiles.get_option_at_index(profiles.highlighted).id
        self._file(None if chosen == NEW else chosen)

    @property
    def _typed_text(self) -> str:
        return self.query_one("#find", Input).value.strip()

    @work(exclusive=True, group="file")
    async def _file(self, profile: str | None) -> None:
        try:
            ingested = await self._desk.client.unmatched.file(self._held.id, profile)
        except ShipwayError as error:
            self._complain(f"{error.message} {error.hint}".strip())
        else:
            self.dismiss(ingested)

    def _complain(self, text: str) -> None:
        self.query_one("#error", Static).update(Content(plain(text)))

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Leave it in the inbox."""
        self.dismiss(None)
