"""`shipway version download`: the file of a version, as it came."""

import sys
from pathlib import Path

import click
import msgspec
from shipway_client.client import Client
from shipway_client.errors import Failed, WrongUsage
from shipway_client.receiving import copy_file, default_name, receive_file
from shipway_client.wire import Version

from shipway_tui.commands.asking import ask
from shipway_tui.commands.options import json_option, version_argument
from shipway_tui.commands.output.objects import print_object
from shipway_tui.commands.output.text import safe
from shipway_tui.commands.output.values import size
from shipway_tui.commands.quiet import say
from shipway_tui.commands.shape import Command
from shipway_tui.commands.uploading import RateLine

_STANDARD_OUTPUT = "-"


class Downloaded(msgspec.Struct, frozen=True, kw_only=True):
    """Where a version's file lies now."""

    version: str
    path: str
    size: int
    sha256: str


@click.command("download", cls=Command)
@version_argument
@click.option(
    "--output", "-o", type=click.Path(), metavar="FILE", default=".", show_default=False,
    help="Where to: a file, a folder, or - for standard output; else here, under its own name.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
@json_option
def download(address: str, *, output: str, force: bool, as_json: bool) -> None:
    """Download the file of a version; its digest is checked.

    A download that was broken off goes on where it was. Whatever happens, the file is there whole
    or not at all.
    """
    if output == _STANDARD_OUTPUT:
        if as_json:
            raise click.UsageError("Standard output is taken by the file: leave --json out.")
        ask(lambda client: _to_standard_output(client, address))
        return
    path = Path(output)
    folder = path if path.is_dir() else None
    done = ask(lambda client: _to_file(client, address, path, folder, force=force))
    if as_json:
        print_object(done)
    else:
        told = f"Saved {safe(done.path)}, {size(done.size)}, SHA-256 {done.sha256}."
        say(told, only=safe(done.path))


async def _to_file(
    client: Client, address: str, path: Path, folder: Path | None, *, force: bool
) -> Downloaded:
    """Into a folder it goes under its own name."""
    version = await client.versions.show(address)
    target = folder / default_name(version) if folder is not None else path
    line = RateLine(target.name)
    try:
        await receive_file(client, version, target, line.show, force=force)
    except OSError as error:
        raise cannot_be_written(target, error) from error
    finally:
        line.close()
    return _downloaded(version, target)


def cannot_be_written(target: Path, error: OSError) -> Failed:
    """Say that the disk here does not take a file."""
    reason = error.strerror or str(error)
    return Failed(f"{target} cannot be written: {reason}.", "Choose another folder.")


def _downloaded(version: Version, target: Path) -> Downloaded:
    path = str(target.absolute())
    return Downloaded(version=version.address, path=path, size=version.size, sha256=version.sha256)


async def _to_standard_output(client: Client, address: str) -> None:
    if sys.stdout.isatty():
        raise WrongUsage("A binary would garble this terminal.", "Send it to a file or a program.")
    version = await client.versions.show(address)
    await copy_file(client, version, _write)


def _write(piece: bytes) -> None:
    try:
        sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
    except OSError as error:
        raise Failed(f"Standard output takes no more: {error.strerror}.") from error
