"""A job's stages while one waits: one line that is rewritten, or plain lines, on standard error."""

import shutil
import sys
from typing import Protocol

import click
from shipway_client.wire import Job, JobState
from shipway_plugins.words import Stage, StageState

from shipway_tui.commands.output import colour
from shipway_tui.commands.output.text import cut_end, safe
from shipway_tui.commands.output.values import progress
from shipway_tui.commands.quiet import is_quiet, is_watched
from shipway_tui.commands.standing import standing

_MARKS = {
    StageState.DONE: ("✓", colour.GREEN),
    StageState.SKIPPED: ("-", colour.DIM),
    StageState.FAILED: ("✗", colour.RED),
}
#: States in which nothing of a job runs.
_STANDS = (JobState.QUEUED, JobState.WAITING)
_ERASE_LINE = "\r\x1b[K"


class StageView(Protocol):
    """Shows a job again and again, until it is closed."""

    def show(self, job: Job) -> None:
        """Show where the job is now."""

    def close(self) -> None:
        """Leave the terminal tidy."""


def stage_view(*, quiet: bool) -> StageView:
    """The view that fits where standard error goes; `quiet` silences all but a terminal."""
    if is_watched():
        return RewrittenLine()
    return Silence() if quiet or is_quiet() else PlainLines()


class Silence:
    """Shows nothing: a program reads the result only."""

    def show(self, job: Job) -> None:
        """Show nothing."""

    def close(self) -> None:
        """Nothing to tidy."""


class PlainLines:
    """Prints a line whenever a stage changes: for logs and for screen readers."""

    def __init__(self) -> None:
        self._seen: dict[str, Stage] = {}
        self._standing = ""

    def show(self, job: Job) -> None:
        """Print what changed since the last time."""
        stands = standing(job) if job.state in _STANDS else ""
        if stands and stands != self._standing:
            click.echo(safe(f"job {job.id}: {stands}"), err=True)
        self._standing = stands
        for stage in job.stages:
            known = self._seen.get(stage.name)
            self._seen[stage.name] = stage
            if stage.state is not StageState.PENDING and stage != known:
                detail = f": {stage.detail}" if stage.detail else ""
                click.echo(safe(f"{stage.name} {stage.state}{detail}"), err=True)

    def close(self) -> None:
        """Nothing to tidy."""


class RewrittenLine:
    """Keeps one line at the bottom up to date; a stage that ended stays above it."""

    def __init__(self) -> None:
        self._ended: set[str] = set()

    def show(self, job: Job) -> None:
        """Print the stages that ended, then rewrite the line of what goes on."""
        lines = [self._end(stage) for stage in job.stages if self._is_new_end(stage)]
        going_on = "" if job.state is JobState.DONE else cut_end(_going_on(job), _columns() - 1)
        click.echo(_ERASE_LINE + "".join(lines) + going_on, nl=False, err=True, color=True)

    def _is_new_end(self, stage: Stage) -> bool:
        return stage.state in _MARKS and stage.name not in self._ended

    def _end(self, stage: Stage) -> str:
        self._ended.add(stage.name)
        mark, code = _MARKS[stage.state]
        text = cut_end(safe(f"{stage.name}  {stage.detail}".rstrip()), _columns() - 3)
        return f"{colour.paint(mark, code, sys.stderr)} {text}\n"

    def close(self) -> None:
        """Erase the line; what it said is over."""
        click.echo(_ERASE_LINE, nl=False, err=True, color=True)


def _columns() -> int:
    return shutil.get_terminal_size().columns


def _going_on(job: Job) -> str:
    if job.state in _STANDS:
        return safe(f"… job {job.id}: {standing(job)}")
    running = [stage for stage in job.stages if stage.state is StageState.RUNNING]
    name = running[0].name if running else job.state
    detail = running[0].detail if running else ""
    if job.progress is not None and running and job.progress.stage == name:
        detail = progress(job.progress)
    return safe(f"… {name}  {detail}".rstrip())
