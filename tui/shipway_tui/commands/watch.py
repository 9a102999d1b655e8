"""`shipway watch`: the build folders that are watched."""

from collections.abc import Awaitable
from pathlib import Path

import click
from shipway_client.client import Client
from shipway_client.errors import NotFound
from shipway_client.wire import AddFolder, Folder, Page, UnknownBinary

from shipway_tui.commands.asking import ask
from shipway_tui.commands.listing import each_page, show_list
from shipway_tui.commands.options import ProfileAddress, json_option, list_options
from shipway_tui.commands.output.objects import print_object
from shipway_tui.commands.output.table import Column
from shipway_tui.commands.output.text import safe

COLUMNS = (
    Column[Folder]("ID", lambda folder: str(folder.id), right=True),
    Column[Folder]("FOLDER", lambda folder: folder.path),
    Column[Folder]("STATE", lambda folder: folder.state, word=lambda folder: folder.state),
    Column[Folder]("IN", lambda folder: str(folder.ingested), right=True),
    Column[Folder]("WAITING", lambda folder: str(folder.waiting), right=True),
    Column[Folder]("REFUSED", lambda folder: str(folder.refused), right=True),
    Column[Folder]("REASON", lambda folder: folder.reason),
)


def _read(client: Client, after: str | None, count: int) -> Awaitable[Page[Folder]]:
    return client.folders.list(after=after, limit=count)


@click.group(name="watch")
def command() -> None:
    """Watch build folders.

    Every finished binary in them is ingested.
    """


@command.command("add")
@click.argument("folder", metavar="DIR")
@click.option("--glob", metavar="G", help="Take only files whose name matches.")
@click.option("--channel", metavar="C", help="For files that do not say their channel.")
@click.option("--profile", type=ProfileAddress(), help="File everything here.")
@click.option(
    "--create/--hold",
    "create",
    default=True,
    help="What to do with an unknown identifier: create a profile (default), or hold the file.",
)
@click.option(
    "--quiet",
    type=click.FloatRange(min=0),
    default=2.0,
    show_default=True,
    metavar="S",
    help="Seconds without a change before a file counts as finished.",
)
@click.option("--candidate", is_flag=True, help="Mark what comes as release candidate.")
@json_option
def add(
    folder: str,
    *,
    glob: str | None,
    channel: str | None,
    profile: str | None,
    create: bool,
    quiet: float,
    candidate: bool,
    as_json: bool,
) -> None:
    """Watch a folder and all below it, from now on."""
    request = AddFolder(
        path=str(Path(folder).absolute()),
        glob=glob,
        channel=channel,
        profile=profile,
        unknown=UnknownBinary.CREATE if create else UnknownBinary.HOLD,
        quiet=quiet,
        candidate=candidate,
    )
    added = ask(lambda client: client.folders.add(request))
    if as_json:
        print_object(added)
    else:
        click.echo(f"Watching {safe(added.path)} (folder {added.id}).")


@command.command("list")
@list_options
def list_folders(*, as_json: bool, limit: int | None) -> None:
    """List the watched folders, and what became of what was in them."""
    show_list(
        _read,
        COLUMNS,
        as_json=as_json,
        limit=limit,
        empty="No folder is watched. Add one with `shipway watch add DIR`.",
    )


@command.command("remove")
@click.argument("folder", metavar="ID|DIR")
def remove(folder: str) -> None:
    """Stop watching a folder; its versions stay."""
    path = str(Path(folder).absolute())
    found = ask(lambda client: _remove(client, folder, path))
    click.echo(f"No longer watching {safe(found.path)}.")


async def _remove(client: Client, number: str, path: str) -> Folder:
    found = await _find(client, number, path)
    await client.folders.remove(found.id)
    return found


async def _find(client: Client, number: str, path: str) -> Folder:
    async for folders in each_page(client, _read):
        for folder in folders:
            if number == str(folder.id) or path == folder.path:
                return folder
    raise NotFound(f"The folder {number} is not watched.", "See `shipway watch list`.")
