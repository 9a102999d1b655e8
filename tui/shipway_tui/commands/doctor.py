"""`shipway doctor`: what is wrong with the home; `shipwayd doctor` does it, without a daemon."""

import os
import sys

import click

from shipway_tui.commands.options import json_option
from shipway_tui.commands.shape import Command


@click.command(name="doctor", cls=Command)
@click.option("--scrub", is_flag=True, help="Also read and hash every blob.")
@json_option
def command(*, scrub: bool, as_json: bool) -> None:
    """Look for what is wrong with the home, and say what to do.

    It changes nothing and needs no daemon. Exits with 1 when something is worse than a warning.
    """
    from shipway_tui.launch import daemon_command

    switches = [name for name, on in (("--json", as_json), ("--scrub", scrub)) if on]
    arguments = daemon_command("doctor", *switches)
    sys.stdout.flush()
    os.execv(arguments[0], arguments)  # noqa: S606 - our own program
