"""How states, sizes, ages and long names are written: a glyph and a word, never colour alone."""

import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from rich.cells import cell_len, chop_cells, set_cell_size
from shipway_client.wire import (
    Job,
    JobOutcome,
    JobState,
    PublishStatus,
    Retention,
    Version,
    VersionState,
)
from shipway_plugins.words import (
    EnvironmentStatus,
    Finding,
    PluginState,
    PublishState,
    Severity,
    StageState,
)


class Tone(StrEnum):
    """What a word means to the reader; each is the name of a theme variable."""

    PLAIN = "foreground"
    MUTED = "text-muted"
    ACCENT = "text-accent"
    GOOD = "text-success"
    CAUTION = "text-warning"
    BAD = "text-error"


@dataclass(frozen=True)
class Word:
    """A state as it is shown: readable without its tone."""

    glyph: str
    word: str
    tone: Tone = Tone.PLAIN

    def __str__(self) -> str:
        return f"{self.glyph} {self.word}".strip()


VERSION_STATES = {
    VersionState.READY: Word("●", "Ready", Tone.GOOD),
    VersionState.INCOMPLETE: Word("◐", "Incomplete", Tone.CAUTION),
    VersionState.MISMATCHED: Word("≠", "Mismatched", Tone.BAD),
    VersionState.EXPIRED: Word("○", "Expired", Tone.BAD),
    VersionState.REJECTED: Word("✘", "Rejected", Tone.BAD),
}

ENVIRONMENT_STATUSES = {
    EnvironmentStatus.AVAILABLE: Word("●", "Available", Tone.GOOD),
    EnvironmentStatus.BUSY: Word("◐", "Busy", Tone.CAUTION),
    EnvironmentStatus.UNKNOWN: Word("○", "Unknown", Tone.BAD),
}

PLUGIN_STATES = {
    PluginState.ENABLED: Word("●", "Enabled", Tone.GOOD),
    PluginState.DISABLED: Word("○", "Disabled", Tone.MUTED),
    PluginState.FAILED: Word("✘", "Failed to load", Tone.BAD),
    PluginState.BAD_SETTINGS: Word("▲", "Bad settings", Tone.CAUTION),
}

PUBLISH_STATUSES = {
    PublishStatus.PUBLISHED: Word("●", "Published", Tone.GOOD),
    PublishStatus.NOT_PUBLISHED: Word("○", "Not Published", Tone.MUTED),
}

PUBLISH_STATES = {
    PublishState.DRAFT: Word("◐", "Draft", Tone.CAUTION),
    PublishState.ACTIVE: Word("●", "Active", Tone.GOOD),
}

JOB_STATES = {
    JobState.QUEUED: Word("○", "Queued", Tone.MUTED),
    JobState.READY: Word("○", "Ready", Tone.MUTED),
    JobState.RUNNING: Word("◐", "Running", Tone.ACCENT),
    JobState.WAITING: Word("◷", "Waiting", Tone.MUTED),
    JobState.CANCELLING: Word("◐", "Cancelling", Tone.CAUTION),
    JobState.DONE: Word("●", "Done", Tone.PLAIN),
}

OUTCOMES = {
    JobOutcome.VERIFIED: Word("✔", "Verified", Tone.GOOD),
    JobOutcome.UNVERIFIED: Word("▲", "Unverified", Tone.CAUTION),
    JobOutcome.FAILED: Word("✘", "Failed", Tone.BAD),
    JobOutcome.CANCELLED: Word("■", "Cancelled", Tone.MUTED),
}

STAGE_STATES = {
    StageState.PENDING: Word("○", "pending", Tone.MUTED),
    StageState.RUNNING: Word("◐", "running", Tone.ACCENT),
    StageState.DONE: Word("✔", "done", Tone.GOOD),
    StageState.SKIPPED: Word("–", "skipped", Tone.MUTED),
    StageState.FAILED: Word("✘", "failed", Tone.BAD),
}

SEVERITIES = {
    Severity.INFO: Word("·", "info", Tone.MUTED),
    Severity.WARNING: Word("▲", "warning", Tone.CAUTION),
    Severity.ERROR: Word("✘", "error", Tone.BAD),
}


def candidate_word(version: Version) -> Word:
    """Say whether a version is the current candidate, a candidate, or none."""
    if version.current:
        return Word("★", "Current", Tone.ACCENT)
    if version.candidate:
        return Word("☆", "Candidate", Tone.PLAIN)
    return Word("", "–", Tone.MUTED)


def job_word(job: Job) -> Word:
    """Say how a job ended, or where it stands while it has not; of a queued one its place."""
    if job.outcome:
        return OUTCOMES[job.outcome]
    word = JOB_STATES[job.state]
    if job.state is JobState.QUEUED and job.position:
        return replace(word, word=f"{word.word} ({job.position})")
    return word


def findings_word(findings: list[Finding]) -> Word:
    """Count findings, in the tone of the worst."""
    if not findings:
        return Word("", "–", Tone.MUTED)
    order = list(Severity)
    worst = max((finding.severity for finding in findings), key=order.index)
    return Word(SEVERITIES[worst].glyph, str(len(findings)), SEVERITIES[worst].tone)


def numbers(version: str | None, build: str | None) -> str:
    """Write a version and its build as `1.2.3 (45)`."""
    if version is None and build is None:
        return "not read"
    return f"{version or '?'} ({build})" if build else str(version)


def retention_text(retention: Retention) -> str:
    """Say what is kept; empty where no rule is set, and everything is."""
    count, days = retention.keep_last, retention.keep_days
    kept = [f"the newest {count}"] if count is not None else []
    kept += [f"all of {days:g} day{'' if days == 1 else 's'}"] if days is not None else []
    if not kept:
        return ""
    kept += ["candidates"] if retention.keep_candidates else []
    kept += ["what is published"] if retention.keep_published else []
    return ", ".join(kept)


def size_text(size: int) -> str:
    """Write a number of bytes as a person reads it."""
    amount = float(size)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return (
                f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"
            )
        amount /= 1000
    return f"{amount:.1f} GB"


def age_text(at: str | None, now: datetime) -> str:
    """Write how long ago `at` (RFC 3339) was."""
    if at is None:
        return "never"
    seconds = max(0, int((now - moment(at)).total_seconds()))
    for length, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return "now"


def ago_text(at: str | None, now: datetime) -> str:
    """Write the same within a sentence."""
    age = age_text(at, now)
    return age if age in {"now", "never"} else f"{age} ago"


def left_text(at: str, now: datetime) -> str:
    """Write how long it is until `at` (RFC 3339), within a sentence."""
    seconds = int((moment(at) - now).total_seconds())
    for length, unit in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        if seconds >= length:
            return f"{seconds // length} {unit} left"
    return "due now"


def moment(at: str) -> datetime:
    """Read an RFC 3339 time; one without a zone is UTC."""
    read = datetime.fromisoformat(at)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def clock_text(at: str | None) -> str:
    """Write a time in the reader's own zone, to the second."""
    return moment(at).astimezone().strftime("%Y-%m-%d %H:%M:%S") if at else "–"


def plain(text: str, *, lines: bool = False) -> str:
    """Take out what would move the cursor or hide in a terminal; names come from strangers' files.

    With `lines`, line feeds and tabs stay.
    """
    if text.isprintable():
        return text
    kept = "\n\t" if lines else ""
    return "".join(
        character
        if character in kept
        or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )


def fit_end(text: str, cells: int) -> str:
    """Cut `text` to at most `cells` cells, with an ellipsis at the end."""
    if cell_len(text) <= cells:
        return text
    return set_cell_size(text, cells - 1).rstrip() + "…" if cells > 1 else "…"[:cells]


def fit_middle(text: str, cells: int) -> str:
    """Cut `text` to at most `cells` cells, keeping both ends: paths and digests differ there."""
    if cell_len(text) <= cells:
        return text
    if cells < 5:
        return fit_end(text, cells)
    head = (cells - 1) // 2
    return chop_cells(text, head)[0] + "…" + _tail(text, cells - 1 - head)


def _tail(text: str, cells: int) -> str:
    start = len(text)
    while start > 0 and cell_len(text[start - 1 :]) <= cells:
        start -= 1
    return text[start:]


def bar_text(done: int, total: int, cells: int) -> str:
    """Draw a bar of `cells` cells; its figures stand beside it."""
    share = min(1.0, done / total) if total > 0 else 0.0
    full = int(share * cells)
    return "█" * full + "░" * (cells - full)
