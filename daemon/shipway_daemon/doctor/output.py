"""How `shipwayd doctor` prints what it found: for a person at 80 columns, or as one object."""

import shutil
import sys
import textwrap

import click
import msgspec
from shipway_client.errors import Failed
from shipway_client.locations import Locations
from shipway_client.version import VERSION
from shipway_plugins.words import Finding, Severity

from shipway_daemon.doctor.examination import examine
from shipway_daemon.doctor.words import Checked, Report

_WIDEST = 80
_INDENT = " " * 11
_ERASE_LINE = "\r\x1b[K"


def show(locations: Locations, *, scrub: bool, as_json: bool, progress: bool = False) -> int:
    """Print what each check found; returns 1 if anything is worse than a warning, else 0.

    With `progress` a program is told how far a scrub is: JSON lines on standard error.
    """
    told = _Progress(wanted=scrub and (progress or sys.stderr.isatty()), as_json=progress)
    checks = []
    if not as_json:
        click.echo(f"Shipway {VERSION}, home {_safe(str(locations.home))}\n")
    for checked in examine(locations, scrub=scrub, progress=told.show):
        told.clear()
        checks.append(checked)
        if not as_json:
            click.echo("\n".join(lines(checked, _width())))
    ok = all(checked.worst is not Severity.ERROR for checked in checks)
    if as_json:
        report = Report(
            home=str(locations.home), version=VERSION, ok=ok, scrubbed=scrub, checks=checks
        )
        click.echo(msgspec.json.encode(report).decode())
    else:
        click.echo(f"\n{_verdict(checks)}")
    return 0 if ok else Failed.exit_code


def lines(checked: Checked, width: int) -> list[str]:
    """One check: its word, its summary, and each finding with its remedy under it."""
    head = f"{checked.name:<10} {checked.worst or 'ok':<8} {_safe(checked.summary)}"
    told = _wrap(head, width, rest=_INDENT + " " * 9)
    for finding in checked.findings:
        told += _finding(finding, width)
    return told


def _wrap(text: str, width: int, *, first: str = "", rest: str) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
        break_long_words=False,
    )


def _finding(finding: Finding, width: int) -> list[str]:
    text = f"{finding.severity}: {_safe(finding.sentence)} ({finding.rule})"
    told = _wrap(text, width, first=_INDENT, rest=_INDENT + "  ")
    if finding.remedy:
        deeper = _INDENT + "  "
        told += _wrap(_safe(finding.remedy), width, first=deeper, rest=deeper)
    return told


def _verdict(checks: list[Checked]) -> str:
    told = [finding.severity for checked in checks for finding in checked.findings]
    errors, warnings = told.count(Severity.ERROR), told.count(Severity.WARNING)
    if not errors and not warnings:
        return "All is well."
    return f"Errors: {errors}, warnings: {warnings}."


def _width() -> int:
    return min(_WIDEST, shutil.get_terminal_size().columns)


def _safe(text: str) -> str:
    """Replace what could move the cursor: names come from files."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


class _Progress:
    """One line on a terminal that says how much is read, or a line each time for a program."""

    def __init__(self, *, wanted: bool, as_json: bool) -> None:
        self._wanted, self._as_json = wanted, as_json
        self._percent = -1

    def show(self, done: int, total: int) -> None:
        """Rewrite the line, once a percent."""
        percent = done * 100 // total if total else 100
        if not self._wanted or percent == self._percent:
            return
        self._percent = percent
        if self._as_json:
            line = msgspec.json.encode({"done": done, "total": total}).decode()
            click.echo(line, err=True)
            return
        text = f"{_ERASE_LINE}… scrubbing  {percent} % of {total / 1e6:,.1f} MB"
        click.echo(text, nl=False, err=True, color=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._percent >= 0 and not self._as_json:
            click.echo(_ERASE_LINE, nl=False, err=True, color=True)
            self._percent = -1
