"""How everything is written; one file for each kind of thing, one import for who writes."""

from shipway_tui.tui.words.amounts import bar_text, numbers, retention_text, size_text
from shipway_tui.tui.words.states import (
    ENVIRONMENT_STATUSES,
    JOB_STATES,
    OUTCOMES,
    PLUGIN_STATES,
    PUBLISH_STATES,
    PUBLISH_STATUSES,
    SEVERITIES,
    STAGE_STATES,
    VERSION_STATES,
    candidate_word,
    findings_word,
    job_word,
)
from shipway_tui.tui.words.text import fit_end, fit_middle, plain
from shipway_tui.tui.words.times import age_text, ago_text, clock_text, left_text, moment
from shipway_tui.tui.words.word import Tone, Word

__all__ = [
    "ENVIRONMENT_STATUSES",
    "JOB_STATES",
    "OUTCOMES",
    "PLUGIN_STATES",
    "PUBLISH_STATES",
    "PUBLISH_STATUSES",
    "SEVERITIES",
    "STAGE_STATES",
    "VERSION_STATES",
    "Tone",
    "Word",
    "age_text",
    "ago_text",
    "bar_text",
    "candidate_word",
    "clock_text",
    "findings_word",
    "fit_end",
    "fit_middle",
    "job_word",
    "left_text",
    "moment",
    "numbers",
    "plain",
    "retention_text",
    "size_text",
]
