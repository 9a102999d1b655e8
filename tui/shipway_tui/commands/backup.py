"""`shipway backup`: the whole home into a folder; `shipwayd backup` does it, without a daemon."""

from pathlib import Path

import click

from shipway_tui.commands.options import json_option
from shipway_tui.commands.shape import Command


@click.command(name="backup", cls=Command)
@click.argument("target", type=click.Path(), metavar="DEST")
@json_option
def command(target: str, *, as_json: bool) -> None:
    """Back the home up into a folder, also while its daemon runs.

    Each backup is a folder of its own in DEST, with the catalogue, what the built-in stores hold
    and the settings. Bytes that an earlier backup in DEST has are not copied again.

    Exits with 1 when bytes were missing or damaged in the home; the backup has all others.
    Credentials are not in it: the home holds references to them only.
    """
    from shipway_tui.commands.offline import hand_over

    hand_over("backup", str(Path(target).expanduser().absolute()), quiet=True, json=as_json)
