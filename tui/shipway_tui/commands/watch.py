"""`shipway watch`: the build folders that are watched."""

from pathlib import Path
from typing import Any

import click
import msgspec
from shipway_client.client import Client
from shipway_client.wire import AddFolder, ChangeFolder, Folder, Retention, WaitingFile
from shipway_client.wire.queries import FOLDERS

from shipway_tui.commands.asking import ask
from shipway_tui.commands.folder_options import (
    UNSET,
    asked,
    find_folder,
    folder_argument,
    folder_options,
    taken_out,
)
from shipway_tui.commands.gone import say_gone
from shipway_tui.commands.listing import none_of, show_list
from shipway_tui.commands.options import json_option, list_options, query_options
from shipway_tui.commands.output.details import print_details
from shipway_tui.commands.output.objects import print_object
from shipway_tui.commands.output.table import Column, Table
from shipway_tui.commands.output.text import safe
from shipway_tui.commands.output.values import age, or_dash, size, when
from shipway_tui.commands.quiet import say
from shipway_tui.commands.retention import changed, in_words, retention_options
from shipway_tui.commands.shape import Group

COLUMNS = (
    Column[Folder]("ID", lambda folder: str(folder.id), right=True),
    Column[Folder]("FOLDER", lambda folder: folder.path),
    Column[Folder]("PRESET", lambda folder: or_dash(folder.preset)),
    Column[Folder]("STATE", lambda folder: folder.state, word=lambda folder: folder.state),
    Column[Folder]("IN", lambda folder: str(folder.ingested), right=True),
    Column[Folder]("WAITING", lambda folder: str(folder.waiting), right=True),
    Column[Folder]("REFUSED", lambda folder: str(folder.refused), right=True),
    Column[Folder]("HELD", lambda folder: str(folder.unmatched), right=True),
    Column[Folder]("GUARANTEE", lambda folder: "weaker" if folder.weaker else "full"),
    Column[Folder]("REASON", lambda folder: folder.reason),
)

_WAITING = (
    Column[WaitingFile]("WAITING", lambda file: file.path),
    Column[WaitingFile]("SIZE", lambda file: size(file.size), right=True),
    Column[WaitingFile]("CHANGED", lambda file: age(file.since)),
    Column[WaitingFile]("WHY", lambda file: file.why),
)


#: The options that say how long versions are kept.
KEPT = ("keep_last", "keep_days", "keep_candidates", "keep_published")


@click.group(name="watch", cls=Group)
def command() -> None:
    """Watch build folders.

    Every finished binary in them is ingested.
    """


@command.command("add")
@folder_argument("DIR")
@folder_options
@retention_options
@json_option
def add(folder: str, *, as_json: bool, **options: Any) -> None:
    """Watch a folder and all below it, from now on."""
    kept = changed(Retention(), **taken_out(options, KEPT))
    request = AddFolder(path=str(Path(folder).absolute()), retention=kept, **asked(options))
    _say("Watching", ask(lambda client: client.folders.add(request)), as_json=as_json)


@command.command("set")
@folder_argument("ID|DIR")
@folder_options
@click.option(
    "--unset",
    type=click.Choice(UNSET),
    multiple=True,
    help="Take this away from the folder. Repeatable.",
)
@retention_options
@json_option
def change(folder: str, *, unset: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Change what is asked of a folder; what is not named stays, and so do its versions."""
    kept = taken_out(options, KEPT)
    given = asked(options)
    if both := sorted(set(unset) & set(given)):
        raise click.UsageError(f"--{both[0]} is given and taken away.")
    if not (unset or given or asked(kept)):
        raise click.UsageError("Name at least one thing to change.")
    request = ChangeFolder(**(given | dict.fromkeys(unset)))
    _say("Changed", ask(lambda client: _change(client, folder, request, kept)), as_json=as_json)


async def _change(
    client: Client, named: str, request: ChangeFolder, kept: dict[str, Any]
) -> Folder:
    """Change what was named; a retention is sent whole, with what stays of it."""
    found = await find_folder(client, named)
    if asked(kept):
        request = msgspec.structs.replace(request, retention=changed(found.retention, **kept))
    return await client.folders.change(found.id, request)


@command.command("list")
@query_options(FOLDERS)
@list_options
def list_all(*, query: str | None, sort: str | None, as_json: bool, limit: int | None) -> None:
    """List the watched folders, and what became of what was in them."""
    show_list(
        lambda client, after, count: client.folders.list(
            query=query, sort=sort, after=after, limit=count
        ),
        COLUMNS,
        as_json=as_json,
        limit=limit,
        empty=none_of(query, "No folder is watched. Add one with `shipway watch add DIR`."),
    )


@command.command("show")
@folder_argument("ID|DIR")
@json_option
def show(folder: str, *, as_json: bool) -> None:
    """Show a folder with all that is asked of it, and the files that wait, each with its reason."""
    found, waiting = ask(lambda client: _whole(client, folder))
    if as_json:
        fields: dict[str, Any] = msgspec.to_builtins(found)
        print_object({**fields, "waiting_files": waiting})
        return
    print_details(_details(found))
    if waiting:
        click.echo()
        Table(_WAITING).print(waiting)


async def _whole(client: Client, named: str) -> tuple[Folder, list[WaitingFile]]:
    found = await find_folder(client, named)
    return found, await client.folders.waiting(found.id)


@command.command("remove")
@folder_argument("ID|DIR")
@json_option
def remove(folder: str, *, as_json: bool) -> None:
    """Stop watching a folder; its versions stay."""
    found = ask(lambda client: _remove(client, folder))
    say_gone(found.path, f"No longer watching {safe(found.path)}.", as_json=as_json)


async def _remove(client: Client, named: str) -> Folder:
    found = await find_folder(client, named)
    await client.folders.remove(found.id)
    return found


def _say(what: str, folder: Folder, *, as_json: bool) -> None:
    if as_json:
        print_object(folder)
        return
    say(f"{what} {safe(folder.path)} (folder {folder.id}).", only=str(folder.id))


def _details(folder: Folder) -> list[tuple[str, str]]:
    weaker = "weaker: no read lease here, so that only quiet tells of an end"
    return [
        ("folder", folder.path),
        ("id", str(folder.id)),
        ("state", folder.state),
        ("reason", or_dash(folder.reason)),
        ("guarantee", weaker if folder.weaker else "full"),
        ("last scan", when(folder.last_scan_at) or "never"),
        ("preset", or_dash(folder.preset)),
        ("glob", or_dash(folder.glob)),
        ("pattern", or_dash(folder.pattern)),
        ("channel", or_dash(folder.channel)),
        ("profile", or_dash(folder.profile)),
        ("unknown binaries", folder.unknown),
        ("quiet", f"{folder.quiet:g} s"),
        ("candidate", "yes" if folder.candidate else "no"),
        ("keeps", in_words(folder.retention)),
        ("taken", str(folder.ingested)),
        ("waiting", str(folder.waiting)),
        ("unreadable", str(folder.unreadable)),
        ("refused", _count(folder.refused, "shipway event list --kind file.refused")),
        ("held", _count(folder.unmatched, f"shipway unmatched list --folder {folder.id}")),
    ]


def _count(count: int, command: str) -> str:
    """A number of files, with the command that says more of them."""
    return f"{count}; see `{command}`" if count else "0"
