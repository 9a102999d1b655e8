"""Build facts on the command line: where a binary was built from, given and shown."""

import click
from shipway_plugins.words import BuildFacts

from shipway_tui.commands.options import Command
from shipway_tui.commands.output.values import or_dash

_OPTIONS = (
    ("--branch", "branch", "B", "The branch that it was built from."),
    ("--commit", "commit", "HASH", "The commit that it was built from."),
    ("--message", "message", "TEXT", "The message of that commit."),
    ("--run-url", "run_url", "URL", "The page of the CI run; http or https."),
    ("--variant", "variant", "V", "The build variant or configuration."),
)


def facts_options(command: Command) -> Command:
    """Add an option for each fact, given to the command under the fact's own name."""
    for option, name, value, said in reversed(_OPTIONS):
        command = click.option(option, name, metavar=value, help=said)(command)
    return command


def facts_details(facts: BuildFacts) -> list[tuple[str, str]]:
    """Say what is known of a build, as names and values; a message by its first line."""
    lines = (facts.message or "").strip().splitlines()
    return [
        ("branch", or_dash(facts.branch)),
        ("commit", or_dash(facts.commit)),
        ("message", or_dash(lines[0] if lines else None)),
        ("CI run", or_dash(facts.run_url)),
        ("variant", or_dash(facts.variant)),
    ]
