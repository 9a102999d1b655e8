"""`shipway demo`: the main job on sample binaries, in a home that is thrown away."""

import sys

import click
from shipway_client.errors import WrongUsage

from shipway_tui.commands.shape import Command


@click.command(name="demo", cls=Command)
@click.option("--headless", is_flag=True, help="No TUI: print a summary as JSON.")
def command(*, headless: bool) -> int:
    """Do the main job on sample binaries.

    It watches a folder, ingests, marks and publishes, in a home that is thrown away.

    The TUI shows each step as it happens, and stays open until you quit it.
    """
    from shipway_tui.demo.show import show_live, show_summary

    if headless:
        show_summary()
        return 0
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise WrongUsage("The demo needs a terminal.", "Without one, give it --headless.")
    return show_live()
