"""One thing, shown as a list of names and values."""

from collections.abc import Iterable

import click
from shipway_plugins.words import Finding

from shipway_tui.commands.output import colour
from shipway_tui.commands.output.text import cells, safe


def print_details(pairs: Iterable[tuple[str, str]]) -> None:
    """Print names and values, one pair a line, the values under each other."""
    shown = list(pairs)
    width = max(cells(name) for name, _ in shown)
    for name, value in shown:
        head = colour.paint(f"{name:<{width}}", colour.DIM)
        tail = colour.paint(safe(value), colour.OF_WORD.get(value, ""))
        click.echo(f"{head}  {tail}".rstrip(), color=True)


def print_findings(findings: Iterable[Finding]) -> None:
    """Print each finding with its weight, and what to do about it under it."""
    for finding in findings:
        word = colour.paint(finding.severity, colour.OF_WORD.get(finding.severity, ""))
        click.echo(f"{word}: {safe(finding.sentence)} ({finding.rule})", color=True)
        if finding.remedy:
            click.echo(f"  {safe(finding.remedy)}")
