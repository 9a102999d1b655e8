"""Asking a person before something is lost; a program says it in an option instead."""

import sys

import click
from shipway_client.errors import Refused, WrongUsage

from shipway_tui.commands.output.text import safe


def at_a_terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def typed(warning: str, address: str, option: str) -> str:
    """Have a person type `address` after reading `warning`, and return it.

    Raises:
        WrongUsage: There is no terminal to ask at; `option` is how to say it.
        Refused: Something else was typed.
    """
    if not at_a_terminal():
        raise WrongUsage(warning, f"Confirm with {option} {address}.")
    click.echo(warning, err=True)
    answer: str = click.prompt(
        f"Type {safe(address)} to go on", default="", show_default=False, err=True
    )
    if answer.strip() != address:
        raise Refused("That is not what was to be typed; nothing was changed.")
    return address


def agreed(warning: str, *, yes: bool) -> None:
    """Have a person agree after reading `warning`, unless `--yes` was given.

    Raises:
        WrongUsage: There is no terminal to ask at.
        Refused: The answer was no.
    """
    if yes:
        return
    if not at_a_terminal():
        raise WrongUsage(warning, "Confirm with --yes.")
    click.echo(warning, err=True)
    if not click.confirm("Go on?", default=False, err=True):
        raise Refused("Nothing was changed.")
