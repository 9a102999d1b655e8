"""Where in the TUI some words lead: `profile owner/name`, `job 7`, `activity`.

The same words open the TUI there from a shell (`shipway job 7`) and in the palette.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from shipway_client.errors import WrongUsage


class Goal(StrEnum):
    """What a link leads to."""

    PROFILES = "profiles"
    PROFILE = "profile"
    VERSION = "version"
    ENVIRONMENTS = "environments"
    ENVIRONMENT = "environment"
    JOBS = "jobs"
    JOB = "job"
    ACTIVITY = "activity"
    PLUGINS = "plugins"
    PLUGIN = "plugin"
    FOLDERS = "folders"
    FOLDER = "folder"
    INBOX = "inbox"
    DAEMON = "daemon"


@dataclass(frozen=True)
class Link:
    """Where to go; `subject` names the thing, where the goal is one thing."""

    goal: Goal
    subject: str = ""


#: The first word to a place.
PLACES = {
    "profiles": Goal.PROFILES,
    "environments": Goal.ENVIRONMENTS,
    "envs": Goal.ENVIRONMENTS,
    "jobs": Goal.JOBS,
    "activity": Goal.ACTIVITY,
    "events": Goal.ACTIVITY,
    "plugins": Goal.PLUGINS,
    "folders": Goal.FOLDERS,
    "inbox": Goal.INBOX,
    "daemon": Goal.DAEMON,
}
#: The first word to one thing, which the second word names; with it how that word is written.
THINGS = {
    "profile": (Goal.PROFILE, "owner/name"),
    "version": (Goal.VERSION, "owner/name@N"),
    "env": (Goal.ENVIRONMENT, "NAME"),
    "environment": (Goal.ENVIRONMENT, "NAME"),
    "job": (Goal.JOB, "N"),
    "plugin": (Goal.PLUGIN, "NAME"),
    "folder": (Goal.FOLDER, "DIR"),
}


def parse(words: Sequence[str]) -> Link:
    """Read the words of a link.

    Raises:
        WrongUsage: They lead nowhere; the hint says what would.
    """
    first, rest = (words[0], words[1:]) if words else ("", ())
    if first in PLACES and not rest:
        return Link(PLACES[first])
    if first not in THINGS:
        things = ", ".join(f"{word} {written}" for word, (_, written) in THINGS.items())
        raise WrongUsage(
            f"“{' '.join(words)}” leads nowhere.", f"Try {things}, or {', '.join(PLACES)}."
        )
    goal, written = THINGS[first]
    if len(rest) != 1 or not _fits(goal, rest[0]):
        raise WrongUsage(f"“{' '.join(words)}” leads nowhere.", f"Write {first} {written}.")
    return Link(goal, rest[0])


def _fits(goal: Goal, subject: str) -> bool:
    """Whether a word can be the name of such a thing."""
    owner, slash, rest = subject.partition("/")
    name, at, number = rest.partition("@")
    match goal:
        case Goal.PROFILE:
            return bool(owner and slash and name and not at) and "/" not in rest
        case Goal.VERSION:
            return bool(owner and name and at) and "/" not in name and number.isdecimal()
        case Goal.JOB:
            return subject.isdecimal()
    return bool(subject)
