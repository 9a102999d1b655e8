"""The publish review: what goes where, what is there afterwards, what speaks against it."""

from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from shipway_client.errors import BUSY_TEXT, ShipwayError
from shipway_client.wire import Environment, Preview, PublishRequest
from shipway_plugins.words import PublishState, Severity
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Select, Static

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.offer import (
    KEEP,
    REMOVE,
    read_apps,
    read_channels,
    read_environments,
    selection,
)
from shipway_tui.tui.screens.queueing import submit_or_queue
from shipway_tui.tui.widgets.channels import ChannelChoices
from shipway_tui.tui.widgets.preview import preview_text
from shipway_tui.tui.words import ENVIRONMENT_STATUSES, PUBLISH_STATES, plain

if TYPE_CHECKING:
    from textual.timer import Timer

DEBOUNCE_SECONDS = 0.15
NO_TARGET_TEXT = "Active needs at least one target (group:NAME or user:NAME), else it is refused."


class ReviewScreen(ModalScreen[None]):
    """Nothing is sent before Publish is pressed; the focus is on Cancel."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", id="review.cancel", tooltip="Publish nothing"),
        Binding("ctrl+s", "submit", "Publish", id="review.submit", tooltip="Publish as shown"),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (20, "-tall")]  # noqa: RUF012

    def __init__(
        self,
        desk: Desk,
        *,
        app: str | None = None,
        environment: str | None = None,
        version: str | None = None,
    ) -> None:
        super().__init__()
        self._desk = desk
        self._given = (app, environment)
        self._version = version
        self._environments: dict[str, Environment] = {}
        self._preview: Preview | None = None
        self._problem = "Reading."
        self._previewed: PublishRequest | None = None
        self._debounce: Timer | None = None

    # ------------------------------------------------------------------- the frame

    def compose(self) -> ComposeResult:
        """Choices above, consequences beneath, two buttons."""
        app, environment = self._given
        with Vertical(id="review"):
            with VerticalScroll(id="choices", can_focus=False):
                with Horizontal(classes="choice"):
                    yield Label("App")
                    yield _select("app", [app] if app else [], app)
                with Horizontal(classes="choice"):
                    yield Label("Environment")
                    yield _select("environment", [environment] if environment else [], environment)
                yield ChannelChoices(id="channels")
                with Horizontal(classes="choice"):
                    yield Label("State")
                    yield _state_select()
                with Horizontal(classes="choice"):
                    yield Label("Targets")
                    yield Input(placeholder="group:NAME, user:NAME", id="targets", compact=True)
                with Horizontal(classes="choice", id="confirm-choice"):
                    yield Label("Confirm")
                    yield Input(id="confirm", compact=True)
            with VerticalScroll(id="consequences"):
                yield Static("", id="preview", markup=False)
            yield Static("", id="problem", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button("Publish", id="do", variant="primary", compact=True, disabled=True)

    def on_mount(self) -> None:
        """Start on the safe answer, and read what there is to choose from."""
        self.query_one("#review").border_title = "Publish review"
        self.query_one("#cancel").focus()
        self._read()

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        app, environment = self._given
        client = self._desk.client
        try:
            environments = await read_environments(client)
            apps = [app] if app else [known.address for known in await read_apps(client)]
        except ShipwayError as error:
            self._stop(error)
            return
        self._environments = {known.name: known for known in environments}
        names = [environment] if environment else list(self._environments)
        self._offer("environment", names)
        self._offer("app", apps)
        self._reconsider()
        if app:
            self._read_channels(app)

    def _offer(self, name: str, choices: list[str]) -> None:
        select = self._select(name)
        chosen = self._value(name)
        select.set_options([(plain(choice), choice) for choice in choices])
        if chosen or len(choices) == 1:
            select.value = chosen or choices[0]
        select.disabled = len(choices) < 2

    @work(exclusive=True, group="channels")
    async def _read_channels(self, app: str) -> None:
        try:
            offers = await read_channels(self._desk.client, app)
        except ShipwayError as error:
            self._stop(error)
            return
        await self.query_one(ChannelChoices).offer(offers, self._version)
        self._reconsider()

    # --------------------------------------------------------------- consequences

    @on(Select.Changed, "#app")
    def _app_chosen(self) -> None:
        if (app := self._value("app")) and not self._given[0]:
            self._read_channels(app)

    @on(Select.Changed)
    @on(Input.Changed)
    def _reconsider(self) -> None:
        """Show at once what is missing; ask the daemon when typing rests."""
        self._fit_to_environment()
        if self._debounce is not None:
            self._debounce.stop()
        self.workers.cancel_group(self, "preview")  # its answer is to an older question
        self._previewed = None
        self._problem = self._missing()
        if self._problem:
            self._preview = None
        else:
            self._problem = "Asking what would happen."
            self._debounce = self.set_timer(DEBOUNCE_SECONDS, self._ask_preview)
        self._show()

    def _fit_to_environment(self) -> None:
        """Offer only what the environment's adapter can do."""
        environment = self._environments.get(self._value("environment") or "")
        capabilities = environment.capabilities if environment else None
        states = capabilities is None or capabilities.states
        self._select("state").parent.display = states  # type: ignore[union-attr]
        targets = capabilities is None or capabilities.targets
        self.query_one("#targets").parent.display = targets  # type: ignore[union-attr]
        removes = REMOVE in self.query_one(ChannelChoices).choices.values()
        self.query_one("#confirm-choice").display = removes
        self.query_one("#confirm", Input).placeholder = f"type {self._value('app') or ''} to remove"

    def _missing(self) -> str:
        app, environment = self._value("app"), self._value("environment")
        if not app:
            return "Choose an app."
        if not environment:
            return "Choose an environment."
        choices = self.query_one(ChannelChoices).choices
        if not choices:
            return "Reading."
        if all(choice == KEEP for choice in choices.values()):
            return "Every channel is kept as it is: choose a version for one of them."
        if self._value("state") == PublishState.ACTIVE and not self._targets():
            return NO_TARGET_TEXT
        if REMOVE in choices.values() and self.query_one("#confirm", Input).value != app:
            return f"A channel is removed from {environment}: type {app} to confirm."
        return ""

    @work(exclusive=True, group="preview")
    async def _ask_preview(self) -> None:
        request = self._request()
        try:
            preview = await self._desk.client.jobs.preview(request)
        except ShipwayError as error:
            self._stop(error)
            return
        self._preview = preview
        self._previewed = request
        errors = [f for f in preview.findings if f.severity is Severity.ERROR]
        self._problem = errors[0].sentence if errors else ""
        self._show()

    def _stop(self, error: ShipwayError) -> None:
        self._preview = None
        self._problem = f"{error.message} {error.hint}".strip()
        self._show()

    def _show(self) -> None:
        text = preview_text(self._preview) if self._preview else Content("")
        self.query_one("#preview", Static).update(text)
        environment = self._environments.get(self._value("environment") or "")
        status = f" · {ENVIRONMENT_STATUSES[environment.status]}" if environment else ""
        self.query_one("#review").border_subtitle = Content(plain(status.strip(" ·")))
        self.query_one("#problem", Static).update(Content(plain(self._problem)))
        self.query_one("#do", Button).disabled = bool(self._problem)

    # ---------------------------------------------------------------- what is asked

    def _request(self) -> PublishRequest:
        choices = self.query_one(ChannelChoices).choices
        app = self._value("app") or ""
        return PublishRequest(
            app=app,
            environment=self._value("environment") or "",
            selections=[selection(channel, choice) for channel, choice in choices.items()],
            state=PublishState(self._value("state") or "draft"),
            targets=self._targets(),
            confirm_remove=app if REMOVE in choices.values() else None,
        )

    def _targets(self) -> list[str]:
        typed = self.query_one("#targets", Input).value.replace(",", " ")
        return typed.split()

    def _select(self, name: str) -> Select[str]:
        return self.query_one(f"#{name}", Select)

    def _value(self, name: str) -> str | None:
        value = self._select(name).value
        return value if isinstance(value, str) else None

    # --------------------------------------------------------------------- actions

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Close; nothing was sent."""
        self.dismiss(None)

    @on(Button.Pressed, "#do")
    def action_submit(self) -> None:
        """Send what the preview showed, and nothing else."""
        if self._problem or self._previewed is None:
            self.notify(plain(self._problem), severity="warning", markup=False)
            return
        self._submit(self._previewed)

    @work(exclusive=True, group="submit")
    async def _submit(self, request: PublishRequest) -> None:
        from shipway_tui.tui.screens.job import JobScreen

        self.query_one("#do", Button).disabled = True
        try:
            jobs = self._desk.client.jobs
            job = await submit_or_queue(
                self.app, lambda queue: jobs.publish(replace(request, queue=queue))
            )
        except ShipwayError as error:
            self._refused(f"{error.message} {error.hint}".strip())
            return
        if job is None:
            self._refused(BUSY_TEXT)
            return
        self.dismiss(None)
        self.app.push_screen(JobScreen(self._desk, job.id))

    def _refused(self, problem: str) -> None:
        self._problem = problem
        self._show()
        self.query_one("#cancel").focus()


def _state_select() -> Select[str]:
    options = [(PUBLISH_STATES[state].word, state.value) for state in PublishState]
    draft = PublishState.DRAFT.value
    return Select(options, value=draft, id="state", compact=True, allow_blank=False)


def _select(name: str, choices: list[str], chosen: str | None) -> Select[str]:
    options = [(plain(choice), choice) for choice in choices]
    value = chosen if chosen is not None else Select.NULL
    return Select(options, value=value, id=name, compact=True, allow_blank=chosen is None)
