"""`shipway unmatched`: binaries that are held, because no profile has their identifier."""

import click
from shipway_client.wire import UnmatchedFile
from shipway_client.wire.queries import UNMATCHED

from shipway_tui.commands.asking import ask
from shipway_tui.commands.confirm import agreed
from shipway_tui.commands.gone import say_gone
from shipway_tui.commands.listing import none_of, show_list
from shipway_tui.commands.names import FOLDER, HELD
from shipway_tui.commands.options import ProfileAddress, json_option, list_options, query_options
from shipway_tui.commands.output.objects import print_object
from shipway_tui.commands.output.table import Column
from shipway_tui.commands.output.text import safe
from shipway_tui.commands.output.values import age, or_dash, size
from shipway_tui.commands.quiet import say
from shipway_tui.commands.shape import Group

COLUMNS = (
    Column[UnmatchedFile]("ID", lambda held: str(held.id), right=True),
    Column[UnmatchedFile]("FILE", lambda held: held.file_name),
    Column[UnmatchedFile]("IDENTIFIER", lambda held: or_dash(held.identifier)),
    Column[UnmatchedFile]("CHANNEL", lambda held: held.channel),
    Column[UnmatchedFile]("VERSION", lambda held: or_dash(held.version)),
    Column[UnmatchedFile]("BUILD", lambda held: or_dash(held.build)),
    Column[UnmatchedFile]("SIZE", lambda held: size(held.size), right=True),
    Column[UnmatchedFile]("HELD", lambda held: age(held.at)),
)


@click.group(name="unmatched", cls=Group)
def command() -> None:
    """Binaries that are held.

    They came into a folder that was added with --hold, and no profile has their identifier. Their
    bytes are kept. A profile that is made for them takes them in by itself.
    """


@command.command("list")
@click.option("--folder", type=FOLDER, metavar="ID", help="Only those of a folder.")
@query_options(UNMATCHED)
@list_options
def list_held(
    *, folder: int | None, query: str | None, sort: str | None, as_json: bool, limit: int | None
) -> None:
    """List what is held, newest first."""
    show_list(
        lambda client, after, count: client.unmatched.list(
            folder=folder, query=query, sort=sort, after=after, limit=count
        ),
        COLUMNS,
        as_json=as_json,
        limit=limit,
        empty=none_of(query, "Nothing is held."),
    )


@command.command("file")
@click.argument("held", type=HELD, metavar="ID")
@click.option("--profile", type=ProfileAddress(), help="File it there; else under a new one.")
@json_option
def file(held: int, *, profile: str | None, as_json: bool) -> None:
    """Make a version of a held binary."""
    filed = ask(lambda client: client.unmatched.file(held, profile))
    if as_json:
        print_object(filed)
        return
    there = "" if filed.created else ", which has these bytes already"
    address = safe(filed.version.address)
    say(f"Filed as {address}{there}.", only=address)


@command.command("drop")
@click.argument("held", type=HELD, metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def drop(held: int, *, yes: bool, as_json: bool) -> None:
    """Give a held binary up; the file in its folder is not touched."""
    agreed(f"The bytes that are kept of binary {held} are deleted.", yes=yes)
    ask(lambda client: client.unmatched.drop(held))
    say_gone(str(held), f"Dropped {held}.", as_json=as_json)
