"""The publish review: what goes where, what is there afterwards, what speaks against it."""

from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from shipway_client.errors import BUSY_TEXT, ShipwayError
from shipway_client.wire import Environment, Job, Preview, PublishRequest
from shipway_plugins.words import Severity
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Select, Static

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.offer import read_apps, read_channels, read_environments
from shipway_tui.tui.screens.queueing import submit_or_queue
from shipway_tui.tui.widgets.preview import preview_text
from shipway_tui.tui.widgets.review_choices import ReviewChoices
from shipway_tui.tui.words import ENVIRONMENT_STATUSES, plain

if TYPE_CHECKING:
    from textual.timer import Timer

DEBOUNCE_SECONDS = 0.15


class ReviewScreen(ModalScreen[Job | None]):
    """Nothing is sent before Publish is pressed; the focus is on Cancel. Answers with the job."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", id="review.cancel", tooltip="Publish nothing"),
        Binding("ctrl+s", "submit", "Publish", id="review.submit", tooltip="Publish as shown"),
    ]

    def __init__(
        self,
        desk: Desk,
        *,
        app: str | None = None,
        environment: str | None = None,
        version: str | None = None,
        follow: bool = True,
    ) -> None:
        """Review a publish; with `follow` the job's own screen comes after it."""
        super().__init__()
        self._desk = desk
        self._given = (app, environment)
        self._version, self._follow = version, follow
        self._environments: dict[str, Environment] = {}
        self._preview: Preview | None = None
        self._problem = "Reading."
        self._previewed: PublishRequest | None = None
        self._debounce: Timer | None = None

    # ------------------------------------------------------------------- the frame

    def compose(self) -> ComposeResult:
        """Choices above, consequences beneath, two buttons."""
        with Vertical(id="review"):
            yield ReviewChoices(*self._given)
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

    @property
    def choices(self) -> ReviewChoices:
        """The questions, with what was answered."""
        return self.query_one(ReviewChoices)

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
        self.choices.offer("environment", [environment] if environment else [*self._environments])
        self.choices.offer("app", apps)
        self._reconsider()
        unanswered = self.choices.unanswered()
        if unanswered is not None and self.query_one("#cancel").has_focus:
            unanswered.focus()
        if app:
            self._read_channels(app)

    @work(exclusive=True, group="channels")
    async def _read_channels(self, app: str) -> None:
        try:
            offers = await read_channels(self._desk.client, app)
        except ShipwayError as error:
            self._stop(error)
            return
        await self.choices.offer_channels(offers, self._version)
        self._reconsider()

    # --------------------------------------------------------------- consequences

    @on(Select.Changed, "#app")
    def _app_chosen(self) -> None:
        if (app := self.choices.app_name) and not self._given[0]:
            self._read_channels(app)

    @on(Select.Changed)
    @on(Input.Changed)
    def _reconsider(self) -> None:
        """Show at once what is missing; ask the daemon when typing rests."""
        self.choices.fit_to(self._environment)
        if self._debounce is not None:
            self._debounce.stop()
        self.workers.cancel_group(self, "preview")  # its answer is to an older question
        self._previewed = None
        self._problem = self.choices.missing()
        if self._problem:
            self._preview = None
        else:
            self._problem = "Asking what would happen."
            self._debounce = self.set_timer(DEBOUNCE_SECONDS, self._ask_preview)
        self._show()

    @property
    def _environment(self) -> Environment | None:
        return self._environments.get(self.choices.environment or "")

    @work(exclusive=True, group="preview")
    async def _ask_preview(self) -> None:
        request = self.choices.request()
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
        environment = self._environment
        status = str(ENVIRONMENT_STATUSES[environment.status]) if environment else ""
        self.query_one("#review").border_subtitle = Content(plain(status))
        self.query_one("#problem", Static).update(Content(plain(self._problem)))
        self.query_one("#do", Button).disabled = bool(self._problem)

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
        self.dismiss(job)
        if self._follow:
            self.app.push_screen(JobScreen(self._desk, job.id))

    def _refused(self, problem: str) -> None:
        self._problem = problem
        self._show()
        self.query_one("#cancel").focus()
