"""What is written of a job in the detail: how it stands, its stages, how it ended."""

from datetime import datetime

from shipway_client.wire import Job, JobState
from shipway_plugins.words import Progress
from textual.content import Content

from shipway_tui.tui.widgets.detail import (
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
    left_text,
    plain,
    size_text,
)

_BAR_CELLS = 20


def describe_job(job: Job, now: datetime) -> Content:
    """Write a job: how it stands, its stages with progress, how it ended, what was noticed."""
    parts = [
        heading(f"{job.kind} {job.app or ''}".strip()),
        fact("state", job_word(job)),
        *_standing_lines(job, now),
        fact("to", job.environment),
        fact("by", f"{job.actor}, {clock_text(job.created_at)}"),
    ]
    if job.retry_of:
        parts.append(fact("retry of", f"job {job.retry_of}"))
    if job.tries > 1:
        parts.append(fact("tries", str(job.tries)))
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


def _standing_lines(job: Job, now: datetime) -> list[Content]:
    """What a job that does not run is waiting for."""
    if job.state is JobState.QUEUED and job.position:
        return [fact("place", f"{job.position} in the queue")]
    if job.state is not JobState.WAITING:
        return []
    written = [fact("waits for", job.waits_for)]
    if job.due_at:
        until = f"{clock_text(job.due_at)} at most, {left_text(job.due_at, now)}"
        written.append(fact("until", until))
    return written


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
