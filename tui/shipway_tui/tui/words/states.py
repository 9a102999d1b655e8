"""How each state is written: a glyph and a word, never colour alone."""

from dataclasses import replace

from shipway_client.wire import Job, JobOutcome, JobState, PublishStatus, Version, VersionState
from shipway_plugins.words import (
    EnvironmentStatus,
    Finding,
    PluginState,
    PublishState,
    Severity,
    StageState,
)

from shipway_tui.tui.words.word import Tone, Word

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
