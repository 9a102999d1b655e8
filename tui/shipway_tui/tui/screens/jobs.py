"""Every attempt to publish, newest first."""

from typing import ClassVar

import msgspec
from shipway_client.errors import NotFound
from shipway_client.wire import Event, Job, JobProgress, JobState, Page, RetryRequest
from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.next_steps import with_keys
from shipway_tui.tui.screens.job import JobScreen
from shipway_tui.tui.screens.job_text import describe_job
from shipway_tui.tui.screens.list_keys import LIST_KEYS
from shipway_tui.tui.screens.listing import ListScreen, newest_first
from shipway_tui.tui.screens.log_ends import LogEnds
from shipway_tui.tui.screens.many import do_each, names_text, question
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from shipway_tui.tui.screens.retrying import retry, why_no_retry
from shipway_tui.tui.widgets.detail import lines
from shipway_tui.tui.widgets.table import Cells, Column, Row
from shipway_tui.tui.words import age_text, job_word

_OPEN = tuple(state for state in JobState if state is not JobState.DONE)


class JobsScreen(ListScreen[Job]):
    """Jobs by falling number."""

    HEADING = "Jobs"
    NOUN = "job"
    ASKED = "job"
    ACTING = frozenset({"cancel", "retry"})
    ON_ROW = frozenset({"open", "cancel", "retry", "log"})
    COLUMNS = (
        Column("id", "Job", 6),
        Column("kind", "Kind", 10, wide=64),
        Column("app", "App", middle=True, sort="app"),
        Column("environment", "Environment", wide=50, sort="env"),
        Column("state", "State", 12, sort="state"),
        Column("age", "Age", 6, sort="created"),
        Column("actor", "Who", 10, wide=70),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Stages", id="job.open", tooltip="Show its stages and its log"),
        Binding("L", "log", "Log", show=False, id="job.log", tooltip="The whole log, with search"),
        Binding("x", "cancel", "Cancel", id="job.cancel", tooltip="Ask it to stop"),
        Binding("R", "retry", "Retry", id="job.retry", tooltip="Ask for the same once more"),
        Binding("o", "only_open", "Open only", id="job.only_open", tooltip="Not ended, or all"),
        *LIST_KEYS,
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._states: tuple[JobState, ...] = ()
        self._ends = LogEnds(self)

    def on_mount(self) -> None:
        """Follow the progress of running jobs as well."""
        self.desk.progressed.subscribe(self, self._progressed)

    async def read_page(self, after: str | None) -> Page[Job]:
        """Read jobs, newest first; of all states, or of those that have not ended."""
        return await self.desk.client.jobs.list(
            state=self._states,
            query=self.filter_text or None,
            sort=self.sorted_by or None,
            after=after,
        )

    async def read_one(self, key: str) -> Job:
        """Read one job by its number.

        Raises:
            NotFound: There is none, or it has ended and only others are shown.
        """
        job = await self.desk.client.jobs.show(int(key))
        if self._states and job.state not in self._states:
            raise NotFound(f"Job {key} has ended.")
        return job

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
        return lines([describe_job(thing, self.desk.now()), *self._ends.lines_of(thing)])

    def show_selected(self) -> None:
        """Show the selected job, then the end of its log."""
        super().show_selected()
        if job := self.selected:
            self._ends.look(job)

    def end_read(self) -> None:
        """Show the end of a log that was read."""
        super().show_selected()

    def touched(self, event: Event) -> set[str]:
        """A job's events name it."""
        return {event.subject} if event.kind.startswith("job.") else set()

    def name_of(self, thing: Job) -> str:
        """A job is spoken of by its number."""
        return f"job {thing.id}"

    def copies(self, thing: Job) -> dict[str, str | None]:
        """A job is named by its number."""
        return {
            "number": str(thing.id),
            "tracking id": thing.tracking,
            "app": thing.app,
            "environment": thing.environment,
            "reason": thing.reason,
        }

    async def empty_text(self) -> str:
        """Say how a job comes to be."""
        if self._states:
            return "Every job has ended."
        return with_keys(
            self.table,
            "No job yet. Press {place.profiles}, select a profile and publish it; {app.guide} "
            "leads through it.",
        )

    def _progressed(self, told: JobProgress) -> None:
        job = self.things.get(str(told.job))
        if job is None or job.state is JobState.DONE:
            return
        self.things[str(told.job)] = msgspec.structs.replace(job, progress=told.progress)
        if self.selected is self.things[str(told.job)]:
            self.show_selected()

    def why_not(self, action: str) -> str:
        """Say why nothing that is chosen can be cancelled, or retried."""
        if self.chosen and action == "retry" and all(why_no_retry(job) for job in self.chosen):
            return why_no_retry(self.chosen[0])
        done = [job.state is JobState.DONE for job in self.chosen]
        if action == "cancel" and done and all(done):
            return "This job is done." if len(done) == 1 else "These jobs are done."
        return super().why_not(action)

    def title_text(self) -> str:
        """Name the list, and what is left out of it."""
        return f"{self.HEADING} › not ended" if self._states else self.HEADING

    def action_only_open(self) -> None:
        """Show the jobs that have not ended, or all again."""
        self._states = () if self._states else _OPEN
        self.show_title()
        self.refined()

    def action_open(self) -> None:
        """Show the selected job."""
        if job := self.selected:
            self.app.push_screen(JobScreen(self.desk, job.id))

    def action_log(self) -> None:
        """Show the whole log of the selected job."""
        from shipway_tui.tui.logs.job_log import JobLog
        from shipway_tui.tui.screens.log import LogScreen

        if job := self.selected:
            self.app.push_screen(LogScreen(self.desk, JobLog(self.desk.client, job.id)))

    @work(exclusive=True, group="cancel")
    async def action_cancel(self) -> None:
        """Cancel what is chosen and has not ended, after a confirmation that names it."""
        jobs = [job for job in self.chosen if job.state is not JobState.DONE]
        if not jobs:
            return
        do = "Cancel the job" if len(jobs) == 1 else "Cancel the jobs"
        asked = question("Cancel", self.what_text(jobs), _jobs_text(jobs))
        if await self.app.push_screen_wait(ConfirmPrompt(asked, do)):
            await do_each(
                self, jobs, "Cancelling", lambda job: self.desk.client.jobs.cancel(job.id)
            )

    @work(exclusive=True, group="retry")
    async def action_retry(self) -> None:
        """Ask for the same once more; one job is followed then, several wait in their queues."""
        jobs = [job for job in self.chosen if not why_no_retry(job)]
        if len(jobs) == 1:
            if (job := await retry(self, jobs[0])) is not None:
                self.app.push_screen(JobScreen(self.desk, job.id))
        elif jobs:
            await self._retry_all(sorted(jobs, key=lambda job: job.id))

    async def _retry_all(self, jobs: list[Job]) -> None:
        new = "New jobs ask for the same, by the rules of today, one behind the other."
        asked = question("Retry", self.what_text(jobs), _jobs_text(jobs), new)
        again = RetryRequest(queue=True)
        if await self.app.push_screen_wait(ConfirmPrompt(asked, "Retry")):
            await do_each(
                self, jobs, "Retrying", lambda job: self.desk.client.jobs.retry(job.id, again)
            )


def _jobs_text(jobs: list[Job]) -> str:
    """Say what each job was asked for, to tell it from the others."""
    return names_text(
        [f"{job.id}  {job.kind} {job.app or ''} {job.environment or ''}".rstrip() for job in jobs]
    )
