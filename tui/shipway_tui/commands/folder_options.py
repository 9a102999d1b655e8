"""What can be asked of a watched folder on the command line, at first and later."""

import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from shipway_client.client import Client
from shipway_client.errors import NotFound
from shipway_client.wire import Folder, Page, Preset, UnknownBinary

from shipway_tui.commands.listing import each_page
from shipway_tui.commands.numbers import Number
from shipway_tui.commands.options import Command, ProfileAddress

#: What can be taken away from a folder by its name.
UNSET = ("glob", "channel", "profile", "preset", "pattern")


def _finite(_ctx: click.Context, _param: click.Parameter, value: float | None) -> float | None:
    """Refuse what is no length of time, though it is a float: JSON cannot say it."""
    if value is not None and not math.isfinite(value):
        raise click.BadParameter(f"{value} is no number of seconds.")
    return value


def _named(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    """Refuse an empty name: a script's variable that is not set would mean the folder it is in."""
    if not value:
        raise click.BadParameter("it is empty.")
    return value


def folder_argument(metavar: str) -> Callable[[Command], Command]:
    """Add the argument that names a folder; it is never empty."""
    return click.argument("folder", metavar=metavar, callback=_named)


_OPTIONS = (
    click.option(
        "--preset",
        type=click.Choice([preset.value for preset in Preset]),
        help="Take only what this build tool puts out, and pass over what it keeps in between.",
    ),
    click.option("--glob", metavar="G", help="Take only files whose name matches."),
    click.option(
        "--pattern",
        metavar="P",
        help="Read the numbers that a file does not state from its name: App-{version}-{build}.zip",
    ),
    click.option("--channel", metavar="C", help="For files that do not say their channel."),
    click.option("--profile", type=ProfileAddress(), help="File everything here."),
    click.option(
        "--create/--hold",
        "create",
        default=None,
        help="What to do with an unknown identifier: create a profile (default), or hold the file.",
    ),
    click.option(
        "--quiet",
        type=Number(min=0),
        callback=_finite,
        metavar="S",
        help="Seconds without a change before a file counts as finished; 2 unless told.",
    ),
    click.option(
        "--candidate/--no-candidate",
        default=None,
        help="Mark what comes as release candidate, or not (default).",
    ),
)


def folder_options(command: Command) -> Command:
    """Add every option of a folder; what is not given is None."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def asked(options: dict[str, Any]) -> dict[str, Any]:
    """Make fields of a request of the options that were given."""
    given = {name: value for name, value in options.items() if value is not None}
    if "create" in given:
        given["unknown"] = UnknownBinary.CREATE if given.pop("create") else UnknownBinary.HOLD
    if "preset" in given:
        given["preset"] = Preset(given["preset"])
    return given


def taken_out(options: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Take the options of these names out of all that were given."""
    return {name: options.pop(name) for name in names}


async def find_folder(client: Client, named: str) -> Folder:
    """Find a watched folder by its number or by its path.

    Raises:
        NotFound: It is not watched.
    """
    paths = _paths(named)
    async for folders in each_page(client, list_folders):
        for folder in folders:
            if named == str(folder.id) or folder.path in paths:
                return folder
    raise NotFound(f"The folder {named} is not watched.", "See `shipway watch list`.")


def _paths(named: str) -> set[str]:
    """A folder as it was named, and as the daemon stores it: without links."""
    path = Path(named).absolute()
    return {str(path), str(path.resolve())}


async def list_folders(client: Client, after: str | None, count: int) -> Page[Folder]:
    """Read one page of folders."""
    return await client.folders.list(after=after, limit=count)
