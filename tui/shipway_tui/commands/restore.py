"""`shipway restore`: a home from a backup; `shipwayd restore` does it, without a daemon."""

from pathlib import Path

import click

from shipway_tui.commands.options import json_option
from shipway_tui.commands.shape import Command


@click.command(name="restore", cls=Command)
@click.argument("source", type=click.Path(), metavar="SRC")
@click.option("--force", is_flag=True, help="Set a home that is not empty aside.")
@json_option
def command(source: str, *, force: bool, as_json: bool) -> None:
    """Restore the home from a backup.

    SRC is a folder of backups, whose newest is taken, or one backup in it. Every digest is checked
    before anything is replaced. A daemon must not run for the home.

    With --force a home that is not empty is set aside: it becomes a folder of the new one, and a
    home of its own. Jobs that had not ended when the backup was made are not done again.
    """
    from shipway_tui.commands.offline import hand_over

    place = str(Path(source).expanduser().absolute())
    hand_over("restore", place, quiet=True, force=force, json=as_json)
