"""Every attempt to publish, newest first."""

from typing import ClassVar

import msgspec
from shipway_client.wire import Event, Job, JobProgress, JobState, Page
from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from shipway_tui.tui.screens.job import JobScreen, describe_job
from shipway_tui.tui.screens.listing import ListScreen, newest_first
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from shipway_tui.tui.widgets.table import Cells, Column, Row
from shipway_tui.tui.words import age_text, job_word


class JobsScreen(ListScreen[Job]):
    """Jobs by falling number."""

    HEADING = "Jobs"
    NOUN = "job"
    ACTING = frozenset({"cancel"})
    ON_ROW = frozenset({"open", "cancel", "copy_id"})
    COLUMNS = (
        Column("id", "Job", 6),
        Column("kind", "Kind", 10, wide=64),
        Column("app", "App", middle=True),
        Column("environment", "Environment"),
        Column("state", "State", 12),
        Column("age", "Age", 6),
        Column("actor", "Who", 10, wide=70),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Stages", id="job.open", tooltip="Show its stages and its log"),
        Binding("x", "cancel", "Cancel", id="job.cancel", tooltip="Ask it to stop"),
        Binding("y", "copy_id", "Copy", show=False, id="job.copy", tooltip="Copy its number"),
        Binding("r", "refresh", "Refresh", show=False, id="list.refresh", tooltip="Read afresh"),
        Binding("escape", "back", "Back", show=False, id="list.back", tooltip="Back"),
    ]

    def on_mount(self) -> None:
        """Follow the progress of running jobs as well."""
        self.desk.progressed.subscribe(self, self._progressed)

    async def read_page(self, after: str | None) -> Page[Job]:
        """Read jobs, newest first."""
        return await self.desk.client.jobs.list(after=after)

    async def read_one(self, key: str) -> Job:
        """Read one job by its number."""
        return await self.desk.client.jobs.show(int(key))

    def key_of(self, thing: Job) -> str:
        """A job's row is its number."""
        return str(thing.id)

    def row_of(self, thing: Job) -> Row:
        """Write a job as a row."""
        cells: Cells = {
            "id": str(thing.id),
            "kind": thing.kind,
            "app": thing.app or "–",
            "environment": thing.environment or "–",
            "state": job_word(thing),
            "age": age_text(thing.created_at, self.desk.now()),
            "actor": thing.actor,
        }
        return Row(str(thing.id), newest_first(thing.id), cells)

    def describe(self, thing: Job) -> Content:
        """Write a job with its stages."""
        return describe_job(thing)

    def touched(self, event: Event) -> set[str]:
        """A job's events name it."""
        return {event.subject} if event.kind.startswith("job.") else set()

    async def empty_text(self) -> str:
        """Say how a job comes to be."""
        return "No job yet. Select a profile and publish it."

    def _progressed(self, told: JobProgress) -> None:
        job = self.things.get(str(told.job))
        if job is None or job.state is JobState.DONE:
            return
        self.things[str(told.job)] = msgspec.structs.replace(job, progress=told.progress)
        if self.selected is self.things[str(told.job)]:
            self.detail.show(describe_job(self.things[str(told.job)]))

    def why_not(self, action: str) -> str:
        """A finished job cannot be cancelled."""
        if action == "cancel" and (job := self.selected) and job.state is JobState.DONE:
            return "This job is done."
        return super().why_not(action)

    def action_open(self) -> None:
        """Show the selected job."""
        if job := self.selected:
            self.app.push_screen(JobScreen(self.desk, job.id))

    @work(exclusive=True, group="cancel")
    async def action_cancel(self) -> None:
        """Cancel the selected job after a confirmation."""
        job = self.selected
        if job is None:
            return
        if await self.app.push_screen_wait(
            ConfirmPrompt(f"Cancel job {job.id}?", "Cancel the job")
        ):
            await self.ask(self.desk.client.jobs.cancel(job.id))

    def action_copy_id(self) -> None:
        """Copy the number of the selected job."""
        if job := self.selected:
            self.copy(str(job.id))
