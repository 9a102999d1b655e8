"""`shipway app`: the products."""

import click
from shipway_client.wire import App

from shipway_tui.commands.listing import show_list
from shipway_tui.commands.options import list_options
from shipway_tui.commands.output.table import Column
from shipway_tui.commands.shape import Group

COLUMNS = (
    Column[App]("APP", lambda app: app.address),
    Column[App]("PROFILES", lambda app: ", ".join(app.profiles)),
)


@click.group(name="app", cls=Group)
def command() -> None:
    """Apps: the profiles of one product.

    An app is what is published, with all its channels.
    """


@command.command("list")
@list_options
def list_apps(*, as_json: bool, limit: int | None) -> None:
    """List the apps with their profiles."""
    show_list(
        lambda client, after, count: client.profiles.apps(after=after, limit=count),
        COLUMNS,
        as_json=as_json,
        limit=limit,
        empty="No apps yet: the first binary of a profile brings one.",
    )
