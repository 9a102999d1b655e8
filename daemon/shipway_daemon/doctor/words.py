"""What the doctor says: checks, each with a summary and its findings."""

import msgspec
from shipway_plugins.words import Finding, Severity

_ORDER = (Severity.INFO, Severity.WARNING, Severity.ERROR)


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What one check found; `summary` is one sentence, also where all is well."""

    name: str
    summary: str
    findings: list[Finding] = []

    @property
    def worst(self) -> Severity | None:
        """The gravest severity among the findings; None where there are none."""
        told = [finding.severity for finding in self.findings]
        return max(told, key=_ORDER.index, default=None)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All that the doctor found; `ok` where nothing is worse than a warning."""

    home: str
    version: str
    ok: bool
    scrubbed: bool
    checks: list[Checked]


def counted(count: int, noun: str) -> str:
    """A number with its noun: `1 blob`, `1,200 blobs`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def info(rule: str, sentence: str, remedy: str = "") -> Finding:
    """Something to know; nothing has to be done."""
    return Finding(severity=Severity.INFO, rule=rule, sentence=sentence, remedy=remedy)


def warning(rule: str, sentence: str, remedy: str) -> Finding:
    """Something that works less well than it could."""
    return Finding(severity=Severity.WARNING, rule=rule, sentence=sentence, remedy=remedy)


def error(rule: str, sentence: str, remedy: str) -> Finding:
    """Something that is broken."""
    return Finding(severity=Severity.ERROR, rule=rule, sentence=sentence, remedy=remedy)
