"""One job: its stages, its progress in bytes, its log, and how it ended."""

from typing import ClassVar

import msgspec
from rich.text import Text
from shipway_client.wire import Event, Job, JobProgress, JobState
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import RichLog

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.job_text import describe_job
from shipway_tui.tui.screens.place import Place
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from shipway_tui.tui.screens.retrying import retry, why_no_retry
from shipway_tui.tui.widgets.detail import Detail
from shipway_tui.tui.words import clock_text, job_word, plain

#: Log lines are no events, so a running job's log is asked for; only while it is on the screen.
LOG_SECONDS = 1.0
LOG_LINES = 2000
#: So many of them are read at first, and at once.
FIRST_LINES = 200
_AT_WORK = frozenset({JobState.RUNNING, JobState.CANCELLING})


class JobScreen(Place):
    """Follows one job until it is done, and stays."""

    ACTING = frozenset({"cancel", "retry"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", id="job.back", tooltip="Leave it running, go back"),
        Binding("x", "cancel", "Cancel", id="job.cancel", tooltip="Ask it to stop"),
        Binding("R", "retry", "Retry", id="job.retry", tooltip="Ask for the same once more"),
        Binding("L", "log", "Log", id="job.log", tooltip="The whole log, with search"),
        Binding("y", "copy_tracking", "Copy", id="job.copy_tracking", tooltip="Copy tracking id"),
        Binding("r", "refresh", "Refresh", show=False, id="list.refresh", tooltip="Read afresh"),
    ]

    def __init__(self, desk: Desk, job: int) -> None:
        super().__init__(desk)
        self._number = job
        self.job: Job | None = None
        self._last_line = 0
        self._reading_log = False
        self.detail = Detail(id="job-detail")
        self.log_view = RichLog(max_lines=LOG_LINES, wrap=True, id="job-log")

    def compose_body(self) -> ComposeResult:
        """Stages beside or above the log."""
        with Container(id="body"):
            with Vertical(id="job-pane", classes="pane"):
                yield self.detail
            with Vertical(id="log-pane", classes="pane"):
                yield self.log_view

    def on_mount(self) -> None:
        """Follow events, progress and log."""
        self.query_one("#job-pane").border_title = f"Job {self._number}"
        self.query_one("#log-pane").border_title = "Log"
        self.detail.focus()
        self.desk.happened.subscribe(self, self._happened)
        self.desk.progressed.subscribe(self, self._progressed)
        self.set_interval(LOG_SECONDS, self._follow_log)

    @work(exclusive=True, group="load")
    async def load(self) -> None:
        """Read the job afresh, and what is new in its log."""
        job = await self.ask(self.desk.client.jobs.show(self._number))
        if job is not None:
            self._show(job)
            self._read_log()

    def _show(self, job: Job) -> None:
        self.job = job
        self._show_log_pane()
        pane = self.query_one("#job-pane")
        pane.border_title = Content(plain(f"Job {job.id} · {job.app or job.kind}"))
        pane.border_subtitle = Content(str(job_word(job)))
        self.detail.show(describe_job(job, self.desk.now()))
        self.refresh_keys()

    def _show_log_pane(self) -> None:
        """Give the room of a log that is empty to the stages."""
        self.set_class(self._last_line == 0, "-no-log")

    def _happened(self, events: tuple[Event, ...]) -> None:
        mine = str(self._number)
        if any(event.kind.startswith("job.") and event.subject == mine for event in events):
            self.load()

    def _progressed(self, told: JobProgress) -> None:
        if (
            told.job == self._number
            and self.job is not None
            and self.job.state is not JobState.DONE
        ):
            self._show(msgspec.structs.replace(self.job, progress=told.progress))

    def _follow_log(self) -> None:
        if self.job is None or not self.is_current:
            return
        if self.job.state is JobState.WAITING:
            self._show(self.job)  # the time that is left goes by
        elif self.job.state in _AT_WORK and self.desk.connected:
            self._read_log()

    def _read_log(self) -> None:
        if not self._reading_log:
            self._reading_log = True
            self._read_log_lines()

    @work(group="log")
    async def _read_log_lines(self) -> None:
        """Begin with the last lines, then read what came after them; the pager has all."""
        jobs = self.desk.client.jobs
        try:
            while page := await self.ask(
                jobs.log(self._number, after=str(self._last_line))
                if self._last_line
                else jobs.log(self._number, tail=FIRST_LINES)
            ):
                for line in page.items:
                    self._last_line = line.id
                    self.log_view.write(_log_text(line.at, line.line))
                self._show_log_pane()
                if len(page.items) < FIRST_LINES:
                    return
        finally:
            self._reading_log = False

    def why_not(self, action: str) -> str:
        """A finished job cannot be cancelled, and one that is not cannot be retried."""
        if action == "retry" and self.job is not None and (reason := why_no_retry(self.job)):
            return reason
        if action == "cancel" and self.job is not None and self.job.state is JobState.DONE:
            return "This job is done."
        if action == "copy_tracking" and (self.job is None or not self.job.tracking):
            return "This job has no tracking id."
        return super().why_not(action)

    def action_back(self) -> None:
        """Go back; the job runs on in the daemon."""
        self.app.pop_screen()

    def action_refresh(self) -> None:
        """Read the job afresh."""
        self.load()

    def action_log(self) -> None:
        """Show the whole log."""
        from shipway_tui.tui.logs.job_log import JobLog
        from shipway_tui.tui.screens.log import LogScreen

        self.app.push_screen(LogScreen(self.desk, JobLog(self.desk.client, self._number)))

    def action_copy_tracking(self) -> None:
        """Copy the id under which the log and the store know this attempt."""
        if self.job:
            self.copy(self.job.tracking)

    @work(exclusive=True, group="retry")
    async def action_retry(self) -> None:
        """Ask for the same once more, and follow that job instead."""
        if self.job is not None and (job := await retry(self, self.job)):
            self.app.switch_screen(JobScreen(self.desk, job.id))

    @work(exclusive=True, group="cancel")
    async def action_cancel(self) -> None:
        """Cancel after a confirmation."""
        question = f"Cancel job {self._number}?"
        if await self.app.push_screen_wait(ConfirmPrompt(question, "Cancel the job")):
            await self.ask(self.desk.client.jobs.cancel(self._number))


def _log_text(at: str, line: str) -> Text:
    return Text.assemble((clock_text(at)[11:], "dim"), " ", plain(line))
