"""The third step: the candidate goes to an environment, and its stages are shown to the end."""

from msgspec.structs import replace
from shipway_client.errors import Failed, ShipwayError
from shipway_client.wire import (
    Environment,
    Event,
    JobOutcome,
    JobProgress,
    JobState,
    Preview,
    PublishRequest,
    Selection,
)
from shipway_plugins.words import ItemAction, Severity
from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.guide.step import Step, Way
from shipway_tui.tui.offer import read_environments
from shipway_tui.tui.screens.job_text import describe_job
from shipway_tui.tui.widgets.detail import fact, finding_lines, heading, lines, toned
from shipway_tui.tui.widgets.hanging import HangingText
from shipway_tui.tui.words import ENVIRONMENT_STATUSES, numbers, plain

#: The environment that every home begins with; it needs no account.
FIRST = "enterprise-store"
INTRODUCTION = (
    "Publishing sends the candidate to an environment and then reads back what is there. This one "
    "is built in: your other stores and management servers are added in Environments."
)
PUBLISHED = (
    "Published, and read back from the store. That is the whole way: what comes in is a version, "
    "the one you mark is the candidate, and a candidate is published."
)


class PublishStep(Step):
    """Plans first, so that what stands against it is seen before anything is sent."""

    NAME = "Publish"

    def __init__(self, desk: Desk, way: Way) -> None:
        super().__init__(desk, way)
        self._environment: Environment | None = None
        self._preview: Preview | None = None

    def compose(self) -> ComposeResult:
        """What this step is for, and what is planned or done."""
        yield Static(INTRODUCTION, classes="told", markup=False)
        with VerticalScroll(can_focus=False):
            yield HangingText(id="found")

    def on_mount(self) -> None:
        """Plan it, or look at the job that runs already."""
        if self.way.job is None:
            self._plan()
        else:
            self._read(self.way.job.id)

    @property
    def ended(self) -> bool:
        """Whether the job has ended."""
        return self.way.job is not None and self.way.job.state is JobState.DONE

    @property
    def published(self) -> bool:
        """Whether the store holds it now, by read-back."""
        job = self.way.job
        return job is not None and job.outcome is JobOutcome.VERIFIED

    @property
    def do(self) -> str:
        """Publish it; then close, or try again."""
        if not self.ended:
            return "Publish"
        return "Done" if self.published else "Try again"

    @property
    def why_not(self) -> str:
        """Nothing may stand against it, and it must not run already."""
        if self.way.job is not None:
            return "" if self.ended else "It is being published."
        if self._preview is None:
            return "Asking what would happen."
        wrong = [f.sentence for f in self._preview.findings if f.severity is Severity.ERROR]
        return next(iter(wrong), "")

    @work(exclusive=True, group="form")
    async def _plan(self) -> None:
        try:
            found = {known.name: known for known in await read_environments(self.desk.client)}
            self._environment = found.get(FIRST) or next(iter(found.values()), None)
            self._preview = await self.desk.client.jobs.preview(await self._request())
        except ShipwayError as error:
            self.fail(error)
            return
        self._show()
        self.tell()

    async def _request(self) -> PublishRequest:
        version = self.way.version
        if version is None or self._environment is None:
            raise Failed("There is no environment.", "Add one in Environments.")
        profile = await self.desk.client.profiles.show(version.profile)
        chosen = Selection(
            channel=version.channel, action=ItemAction.PUBLISH, version=version.address
        )
        return PublishRequest(
            app=profile.app, environment=self._environment.name, selections=[chosen]
        )

    def act(self) -> object:
        """Publish; once it is done, end."""
        if self.published:
            return self.post_message(self.Ended())
        return self._publish()

    @work(exclusive=True, group="form")
    async def _publish(self) -> None:
        try:
            self.way.job = await self.desk.client.jobs.publish(await self._request())
        except ShipwayError as error:
            self.fail(error)
            return
        self._show()
        self.tell()

    def hear(self, events: tuple[Event, ...]) -> None:
        """Something happened to the job."""
        job = self.way.job
        if job and any(e.kind.startswith("job.") and e.subject == str(job.id) for e in events):
            self._read(job.id)

    def progressed(self, told: JobProgress) -> None:
        """Bytes went."""
        job = self.way.job
        if job is not None and told.job == job.id and not self.ended:
            self.way.job = replace(job, progress=told.progress)
            self._show()

    @work(exclusive=True, group="read")
    async def _read(self, number: int) -> None:
        try:
            self.way.job = await self.desk.client.jobs.show(number)
        except ShipwayError as error:
            self.fail(error)
            return
        self._show()
        self.tell()

    def _show(self) -> None:
        job = self.way.job
        if job is None:
            parts = self._plan_lines()
        else:
            parts = [describe_job(job, self.desk.now())]
        told = PUBLISHED if self.published else INTRODUCTION
        self.query_one(".told", Static).update(told)
        self.query_one("#found", HangingText).update(lines(parts))

    def _plan_lines(self) -> list[Content]:
        version, environment = self.way.version, self._environment
        if version is None or environment is None:
            return []
        status = Content.assemble(
            toned(ENVIRONMENT_STATUSES[environment.status]), f"  {plain(environment.reason)}"
        )
        parts = [
            heading(f"{version.address} to {environment.name}"),
            fact("version", numbers(version.version, version.build)),
            fact("channel", version.channel),
            fact("status", status),
        ]
        if self._preview is not None and self._preview.findings:
            parts += [Content(""), *finding_lines(self._preview.findings)]
        return parts
