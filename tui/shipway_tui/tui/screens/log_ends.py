"""The ends of logs in the detail of the jobs: read when the cursor rests on a job."""

from typing import TYPE_CHECKING

from shipway_client.wire import Job, JobState, LogLine
from textual.content import Content

from shipway_tui.tui.widgets.detail import heading, muted
from shipway_tui.tui.words import plain

if TYPE_CHECKING:
    from textual.timer import Timer

    from shipway_tui.tui.screens.jobs import JobsScreen

#: So many lines stand in the detail; the whole log has a screen of its own.
LINES = 8
#: Who passes over a job does not ask for its log.
REST_SECONDS = 0.2
#: As many logs are remembered.
MOST_KEPT = 50


class LogEnds:
    """What was read of the logs, by job. The log of an ended job changes no more."""

    def __init__(self, screen: "JobsScreen") -> None:
        self._screen = screen
        self._read: dict[int, list[LogLine]] = {}
        self._whole: set[int] = set()
        self._rest: Timer | None = None

    def lines_of(self, job: Job) -> list[Content]:
        """Write the end of a job's log; nothing where there is none, or it was not read yet."""
        known = self._read.get(job.id)
        if not known:
            return []
        return [Content(""), heading("Log"), *(muted(plain(line.line)) for line in known)]

    def look(self, job: Job) -> None:
        """Read the end of a log soon, unless all of it was written when it was read."""
        if self._rest is not None:
            self._rest.stop()
        if job.id not in self._whole:
            self._rest = self._screen.set_timer(REST_SECONDS, lambda: self._begin(job))

    def _begin(self, job: Job) -> None:
        if self._screen.is_current and self._screen.desk.connected:
            self._screen.run_worker(self._look(job), group="log", exclusive=True)

    async def _look(self, job: Job) -> None:
        page = await self._screen.ask(self._screen.desk.client.jobs.log(job.id, tail=LINES))
        if page is None:
            return
        if job.state is JobState.DONE:
            self._whole.add(job.id)
        if self._read.get(job.id) != page.items:
            self._keep(job.id, page.items)
            self._screen.end_read()

    def _keep(self, job: int, lines: list[LogLine]) -> None:
        self._read[job] = lines
        for old in list(self._read)[:-MOST_KEPT]:
            del self._read[old]
            self._whole.discard(old)
