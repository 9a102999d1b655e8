"""`shipway inspect`: what a binary is; the work is done by `shipwayd inspect`, without a daemon."""

import click

from shipway_tui.commands.options import json_option
from shipway_tui.commands.shape import Command


@click.command(name="inspect", cls=Command)
@click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE...")
@click.option("--verify", is_flag=True, help="Verify the signature; reads the whole file.")
@json_option
def command(files: tuple[str, ...], *, verify: bool, as_json: bool) -> None:
    """Say what a binary is; needs no daemon.

    Its identifier, version, signature, and findings. A refused file gives an error, the others go
    on, and it exits 1.
    """
    from shipway_tui.commands.offline import hand_over

    hand_over("inspect", *files, json=as_json, verify=verify)
