"""One job: its stages, its progress in bytes, its log, and how it ended."""

from typing import ClassVar

import msgspec
from rich.text import Text
from shipway_client.wire import Event, Job, JobProgress, JobState
from shipway_plugins.words import Progress
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import RichLog

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.place import Place, close_help
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from shipway_tui.tui.widgets.detail import (
    Detail,
    fact,
    finding_lines,
    heading,
    lines,
    muted,
    style_of,
)
from shipway_tui.tui.words import (
    STAGE_STATES,
    Tone,
    bar_text,
    clock_text,
    job_word,
    plain,
    size_text,
)

#: Log lines are no events, so a running job's log is asked for; only while it is on the screen.
LOG_SECONDS = 1.0
LOG_LINES = 2000
_BAR_CELLS = 20


class JobScreen(Place):
    """Follows one job until it is done, and stays."""

    ACTING = frozenset({"cancel"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", id="job.back", tooltip="Leave it running, go back"),
        Binding("x", "cancel", "Cancel", id="job.cancel", tooltip="Ask it to stop"),
        Binding("y", "copy_tracking", "Copy", id="job.copy_tracking", tooltip="Copy tracking id"),
        Binding("r", "refresh", "Refresh", show=False, id="list.refresh", tooltip="Read afresh"),
    ]

    def __init__(self, desk: Desk, job: int) -> None:
        super().__init__(desk)
        self._number = job
        self.job: Job | None = None
        self._log_after: str | None = None
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
        self.detail.show(describe_job(job))
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
        running = self.job is not None and self.job.state is not JobState.DONE
        if running and self.desk.connected and self.is_current:
            self._read_log()

    def _read_log(self) -> None:
        if not self._reading_log:
            self._reading_log = True
            self._read_log_lines()

    @work(group="log")
    async def _read_log_lines(self) -> None:
        """The last page is read again each time: its end has no cursor yet."""
        try:
            while page := await self.ask(
                self.desk.client.jobs.log(self._number, after=self._log_after)
            ):
                for line in page.items:
                    if line.id > self._last_line:
                        self._last_line = line.id
                        self._show_log_pane()
                        self.log_view.write(_log_text(line.at, line.line))
                if page.after is None:
                    return
                self._log_after = page.after
        finally:
            self._reading_log = False

    def why_not(self, action: str) -> str:
        """A finished job cannot be cancelled."""
        if action == "cancel" and self.job is not None and self.job.state is JobState.DONE:
            return "This job is done."
        if action == "copy_tracking" and (self.job is None or not self.job.tracking):
            return "This job has no tracking id."
        return super().why_not(action)

    def action_back(self) -> None:
        """Put the help away, else go back; the job runs on in the daemon."""
        if not close_help(self):
            self.app.pop_screen()

    def action_refresh(self) -> None:
        """Read the job afresh."""
        self.load()

    def action_copy_tracking(self) -> None:
        """Copy the id under which the log and the store know this attempt."""
        if self.job:
            self.copy(self.job.tracking)

    @work(exclusive=True, group="cancel")
    async def action_cancel(self) -> None:
        """Cancel after a confirmation."""
        question = f"Cancel job {self._number}?"
        if await self.app.push_screen_wait(ConfirmPrompt(question, "Cancel the job")):
            await self.ask(self.desk.client.jobs.cancel(self._number))


def describe_job(job: Job) -> Content:
    """Write a job: how it stands, its stages with progress, how it ended, what was noticed."""
    parts = [
        heading(f"{job.kind} {job.app or ''}".strip()),
        fact("state", job_word(job)),
        fact("to", job.environment),
        fact("by", f"{job.actor}, {clock_text(job.created_at)}"),
    ]
    if job.finished_at:
        parts.append(fact("finished", clock_text(job.finished_at)))
    if job.reason:
        parts.append(fact("reason", job.reason))
    if job.hint:
        parts.append(fact("", muted(job.hint)))
    if job.stages:
        parts += [Content(""), heading("Stages"), *_stage_lines(job)]
    if job.findings:
        parts += [Content(""), heading("Findings"), *finding_lines(job.findings)]
    if job.receipt:
        parts += [Content(""), heading("Receipt"), muted(job.receipt.message)]
        parts += [fact(item.channel, item.digest) for item in job.receipt.items]
    if job.tracking:
        parts += [Content(""), fact("tracking", job.tracking)]
    return lines(parts)


def _stage_lines(job: Job) -> list[Content]:
    written = []
    for stage in job.stages:
        word = STAGE_STATES[stage.state]
        glyph = Content.styled(word.glyph, style_of(word.tone))
        detail = muted(f"  {stage.detail}" if stage.detail else f"  {word.word}")
        written.append(Content.assemble(glyph, " ", plain(stage.name), detail))
        if job.progress and job.progress.stage == stage.name and job.state is not JobState.DONE:
            written.append(Content.assemble("  ", progress_line(job.progress)))
    return written


def progress_line(progress: Progress) -> Content:
    """Write a bar with percent and bytes; without a total, the bytes only."""
    counted = size_text if progress.unit == "bytes" else lambda n: f"{n} {progress.unit}"
    if progress.total <= 0:
        return Content(f"{counted(progress.done)} so far")
    percent = int(100 * min(1.0, progress.done / progress.total))
    bar = Content.styled(
        bar_text(progress.done, progress.total, _BAR_CELLS), f"${Tone.ACCENT.value}"
    )
    figures = f" {percent:3d} %  {counted(progress.done)} of {counted(progress.total)}"
    return Content.assemble(bar, figures)


def _log_text(at: str, line: str) -> Text:
    return Text.assemble((clock_text(at)[11:], "dim"), " ", plain(line))
