"""`shipway migrate`: the catalogue's schema; `shipwayd migrate` does it, without a daemon."""

import click

from shipway_tui.commands.options import json_option
from shipway_tui.commands.shape import Command


@click.command(name="migrate", cls=Command)
@json_option
def command(*, as_json: bool) -> None:
    """Bring the catalogue up to this program's schema, with a copy made first.

    The daemon does so by itself when it starts; this is for who wants to see it done before.
    """
    from shipway_tui.commands.offline import hand_over

    hand_over("migrate", quiet=True, json=as_json)
