"""Which versions are kept, and why one goes: a pure function of what stands for and against it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from shipway_client.errors import WrongUsage
from shipway_client.wire import Retention

_MOST_VERSIONS = 1_000_000
_MOST_DAYS = 36_500.0


@dataclass(frozen=True)
class Rule:
    """A retention that speaks for a version, by whose word, and whether it is among its newest.

    The profile counts its versions; a folder counts those of the profile that came from it.
    `among_last` says nothing where the retention does not count.
    """

    whose: str
    retention: Retention
    among_last: bool = False


@dataclass(frozen=True)
class Standing:
    """What stands for a version, whatever the rules; `days` is its age."""

    days: float
    candidate: bool = False
    published: bool = False
    newest: bool = False
    in_use: bool = False


def speaks(retention: Retention) -> bool:
    """Tell whether a retention limits anything; one without a limit keeps for ever."""
    return retention.keep_last is not None or retention.keep_days is not None


def reason_to_go(standing: Standing, rules: Sequence[Rule]) -> str | None:
    """Say why a version goes, or None where it stays.

    It goes only when every rule that speaks for it lets it go, and there is one. The newest of its
    profile and one that a job uses stay whatever the rules say.
    """
    speaking = [rule for rule in rules if speaks(rule.retention)]
    if not speaking or standing.newest or standing.in_use:
        return None
    if any(_keeps(rule, standing) for rule in speaking):
        return None
    return " ".join(_sentence(rule) for rule in speaking)


def _keeps(rule: Rule, standing: Standing) -> bool:
    kept = rule.retention
    return (
        (kept.keep_candidates and standing.candidate)
        or (kept.keep_published and standing.published)
        or (kept.keep_last is not None and rule.among_last)
        or (kept.keep_days is not None and standing.days <= kept.keep_days)
    )


def _sentence(rule: Rule) -> str:
    kept = rule.retention
    limits = []
    if kept.keep_last is not None:
        limits.append(f"the newest {kept.keep_last}")
    if kept.keep_days is not None:
        limits.append(f"what is younger than {kept.keep_days:g} days")
    return f"The {rule.whose} keeps {' and '.join(limits)}."


def check_retention(retention: Retention) -> Retention:
    """Return a retention that somebody gave, if it makes sense.

    Raises:
        WrongUsage: A limit is no number of versions (from 1) or of days (above 0). Its field is
            named as one of the `retention` of a request.
    """
    last, days = retention.keep_last, retention.keep_days
    if last is not None and not 1 <= last <= _MOST_VERSIONS:
        wrong = f"{last} is no number of versions to keep: give 1 to {_MOST_VERSIONS:,}."
        raise WrongUsage(wrong, fields={"retention.keep_last": wrong})
    if days is not None and not (math.isfinite(days) and 0 < days <= _MOST_DAYS):
        wrong = f"{days:g} is no number of days to keep: give up to {_MOST_DAYS:,.0f}."
        raise WrongUsage(wrong, fields={"retention.keep_days": wrong})
    return retention
