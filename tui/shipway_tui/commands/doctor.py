"""`shipway doctor`: what is wrong with the home; `shipwayd doctor` does it, without a daemon."""

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
    from shipway_tui.commands.offline import hand_over

    hand_over("doctor", json=as_json, scrub=scrub)
