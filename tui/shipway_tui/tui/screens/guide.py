"""The guide: three steps from an empty home to a published app."""

from typing import ClassVar

from shipway_client.wire import Event, JobOutcome, JobProgress
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.guide.first_version import VersionStep
from shipway_tui.tui.guide.publishing import PublishStep
from shipway_tui.tui.guide.seen import remember
from shipway_tui.tui.guide.source import SourceStep
from shipway_tui.tui.guide.step import Step, Way
from shipway_tui.tui.widgets.detail import muted
from shipway_tui.tui.widgets.status_line import keys_of
from shipway_tui.tui.words import plain

STEPS: tuple[type[Step], ...] = (SourceStep, VersionStep, PublishStep)


class GuideScreen(ModalScreen[None]):
    """Can be left at any time; what was done stays, and the daemon goes on with what runs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape", "leave", "Skip", id="guide.leave", tooltip="Leave; it can be opened again"
        ),
        Binding("ctrl+s", "go_on", "Go on", id="guide.go_on", tooltip="Do what the button says"),
        Binding("f3", "back", "Back", id="guide.back", tooltip="The step before"),
    ]
    DEFAULT_CSS = """
    GuideScreen #guide {
        width: 96%; max-width: 100; height: 96%; max-height: 34; margin-bottom: 2;
        border: round $accent; background: $surface; padding: 0 1;
    }
    GuideScreen #step { height: 1fr; }
    GuideScreen Step { height: 1fr; overflow-y: auto; scrollbar-size-vertical: 1; }
    GuideScreen #steps, GuideScreen .told { height: auto; margin: 0 0 1 0; }
    GuideScreen #problem { color: $text-warning; height: auto; max-height: 4; overflow-y: auto; }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._at = 0
        self.way = Way()

    def compose(self) -> ComposeResult:
        """Where one is, the step, what is wrong, the buttons."""
        with Vertical(id="guide"):
            yield Static("", id="steps", markup=False)
            yield Container(id="step")
            yield Static("", id="problem", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Skip the guide", id="skip", compact=True)
                yield Button("Back", id="back", compact=True)
                yield Button("Go on", id="do", variant="primary", compact=True)

    async def on_mount(self) -> None:
        """Begin where the home is."""
        self.query_one("#guide").border_title = "Welcome to Shipway"
        keys = keys_of(self)
        told = f"{keys['guide.go_on']} goes on · {keys['guide.leave']} leaves the guide"
        self.query_one("#guide").border_subtitle = Content(plain(told))
        self._desk.happened.subscribe(self, self._happened)
        self._desk.progressed.subscribe(self, self._progressed)
        await self._show_step(0)

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return self.query_one(Step)

    async def _show_step(self, at: int) -> None:
        self._at = at
        holder = self.query_one("#step", Container)
        async with self.batch():
            await holder.remove_children()
            await holder.mount(STEPS[at](self._desk, self.way))
        self._tell()
        if at and not self.step.why_not:
            self.set_focus(self.query_one("#do"))

    # ------------------------------------------------------------------- what it tells

    @on(Step.Changed)
    def _tell(self) -> None:
        """Write where one is, what is wrong, and what the button does."""
        named = [_named(n, step.NAME, here=n == self._at) for n, step in enumerate(STEPS)]
        self.query_one("#steps", Static).update(Content("  ›  ").join(named))
        step = self.step
        why_not = step.why_not
        self.query_one("#problem", Static).update(
            Content(plain(step.problem or why_not, lines=True))
        )
        button = self.query_one("#do", Button)
        woke = button.disabled and not why_not
        if why_not and button.has_focus:
            self.set_focus(None)  # else the next enter would go to whatever stands beside it
        button.label, button.disabled = step.do, bool(why_not)
        if woke:
            self.set_focus(button)
        self.query_one("#back", Button).display = self._at > 0 and self.way.job is None
        job = self.way.job
        skip = self.query_one("#skip", Button)
        skip.label = "Close" if job else "Skip the guide"
        skip.display = job is None or job.outcome is not JobOutcome.VERIFIED

    def _happened(self, events: tuple[Event, ...]) -> None:
        if self.query(Step):
            self.step.hear(events)

    def _progressed(self, told: JobProgress) -> None:
        if self.query(Step):
            self.step.progressed(told)

    # ------------------------------------------------------------------------- moving

    @on(Step.Ended)
    async def _ended(self) -> None:
        if self._at + 1 < len(STEPS):
            await self._show_step(self._at + 1)
        else:
            self.action_leave()

    @on(Button.Pressed, "#do")
    def action_go_on(self) -> None:
        """Do what the button says."""
        if reason := self.step.why_not:
            self.query_one("#problem", Static).update(Content(plain(reason)))
        else:
            self.step.act()

    @on(Button.Pressed, "#back")
    async def action_back(self) -> None:
        """Show the step before."""
        if self._at and self.way.job is None:
            self.way.version = None
            await self._show_step(self._at - 1)

    @on(Button.Pressed, "#skip")
    @work(exclusive=True, group="leave")
    async def action_leave(self) -> None:
        """Leave, and never open by itself again in this home."""
        try:
            await remember(self._desk)
        except OSError as error:
            self.app.notify(f"It will open again: {error.strerror}.", severity="warning")
        finally:
            self.dismiss(None)


def _named(number: int, name: str, *, here: bool) -> Content:
    text = f"{number + 1} {name}"
    return Content.styled(text, "bold underline") if here else muted(text)
