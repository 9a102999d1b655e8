"""What one source says of a binary, apart from the binary itself."""

import os
from dataclasses import dataclass, field

from shipway_client.errors import WrongUsage
from shipway_plugins.words import BuildFacts, Finding, Severity

from shipway_daemon.intake.numbers import Numbers
from shipway_daemon.rules.facts import check_fact


@dataclass(frozen=True)
class Told:
    """Facts, notes and numbers, and what was wrong with them."""

    facts: BuildFacts = field(default_factory=BuildFacts)
    notes: str = ""
    numbers: Numbers | None = None
    findings: list[Finding] = field(default_factory=list)


def fit(told: dict[str, str], origin: str, rule: str) -> tuple[BuildFacts, list[Finding]]:
    """Keep of these facts what can be kept; each of the others is a finding."""
    kept: dict[str, str | None] = {}
    findings = []
    for name, text in told.items():
        try:
            kept[name] = check_fact(name, text)
        except WrongUsage as error:
            findings.append(complaint(rule, f"{origin}: {error.message}", error.hint))
    return BuildFacts(**kept), findings


def shown(name: str) -> str:
    """A file's name as it can be stored: what is no text of it is replaced."""
    return os.fsencode(name).decode("utf-8", "replace")


def complaint(rule: str, sentence: str, remedy: str = "") -> Finding:
    """Say that something beside a binary could not be used; the binary is taken all the same."""
    return Finding(severity=Severity.WARNING, rule=rule, sentence=sentence, remedy=remedy)
