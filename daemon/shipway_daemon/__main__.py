"""`shipwayd`: the daemon, and the commands that need none."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from shipway_client.errors import Failed, ShipwayError, WrongUsage
from shipway_client.locations import locate
from shipway_client.version import VERSION


@click.group(invoke_without_command=True)
@click.version_option(VERSION, prog_name="shipwayd")
@click.pass_context
def main(context: click.Context) -> None:
    """The Shipway daemon. Without a command it runs, in the foreground."""
    if context.invoked_subcommand is None:
        context.invoke(run)


@main.command()
def run() -> None:
    """Run the daemon of this home until it is stopped."""
    from shipway_daemon import logs
    from shipway_daemon.server import serve

    logs.start()
    try:
        asyncio.run(serve(locate()))
    except ShipwayError as error:
        _refuse(error)


@main.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--verify", is_flag=True, help="Also verify signatures.")
def inspect(files: tuple[str, ...], *, as_json: bool, verify: bool) -> None:
    """Say what binaries are, one answer a file, in order; exit 1 if one was refused."""
    from shipway_daemon.inspection_output import show

    if verify:
        problem = WrongUsage(
            "Signatures cannot be verified by this version yet.", "Leave --verify out."
        )
        _refuse(problem, as_json=as_json)
    with _told(as_json=as_json):
        sys.exit(asyncio.run(show(list(files), as_json=as_json)))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--scrub", is_flag=True, help="Also read and hash every blob.")
@click.option("--progress", is_flag=True, help="Tell how far a scrub is: JSON lines on stderr.")
def doctor(*, as_json: bool, scrub: bool, progress: bool) -> None:
    """Look for what is wrong with the home; exit 1 if something is worse than a warning."""
    from shipway_daemon.doctor.output import show

    with _told(as_json=as_json):
        sys.exit(show(locate(), scrub=scrub, as_json=as_json, progress=progress))


_json = click.option("--json", "as_json", is_flag=True, help="One JSON object.")
_quiet = click.option("--quiet", is_flag=True, help="Print only what was asked for.")


@main.command()
@click.argument("target", metavar="DEST")
@_json
@_quiet
@click.option("--progress", is_flag=True, help="Tell how far it is: JSON lines on stderr.")
def backup(target: str, *, as_json: bool, quiet: bool, progress: bool) -> None:
    """Back the home up into a folder, also while its daemon runs; exit 1 if bytes were lost."""
    from shipway_daemon.backup.output import back_up

    with _told(as_json=as_json):
        done = back_up(locate(), Path(target), as_json=as_json, quiet=quiet, tell=progress)
        sys.exit(done)


@main.command()
@click.argument("source", metavar="SRC")
@click.option("--force", is_flag=True, help="Set a home that is not empty aside.")
@_json
@_quiet
def restore(source: str, *, force: bool, as_json: bool, quiet: bool) -> None:
    """Restore the home from a backup, once every digest of it is checked."""
    from shipway_daemon.backup.output import restore_home

    with _told(as_json=as_json):
        restore_home(locate(), Path(source), force=force, as_json=as_json, quiet=quiet)


@main.command()
@_json
@_quiet
def migrate(*, as_json: bool, quiet: bool) -> None:
    """Bring the catalogue up to this program's schema, with a copy made first."""
    from shipway_daemon.backup import output

    with _told(as_json=as_json):
        output.migrate(locate(), as_json=as_json, quiet=quiet)


@contextmanager
def _told(*, as_json: bool) -> Iterator[None]:
    """Let an error end the program with its sentence; what is made is its owner's alone."""
    os.umask(0o077)
    try:
        yield
    except BrokenPipeError:
        raise  # whoever read the answer has enough of it; click ends in silence
    except ShipwayError as error:
        _refuse(error, as_json=as_json)
    except OSError as error:
        # What is left of the output goes nowhere, or we would stumble over it again at our end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        where = f" ({error.filename})" if error.filename else ""
        problem = Failed(
            f"The system refuses: {error.strerror or error}{where}.",
            "The output may be incomplete; see that there is room where it goes.",
        )
        _refuse(problem, as_json=as_json)


def _refuse(error: ShipwayError, *, as_json: bool = False) -> None:
    if as_json:
        body = {"code": error.code, "message": error.message, "hint": error.hint}
        click.echo(json.dumps({"error": body}), err=True)
        sys.exit(error.exit_code)
    click.echo(error.message, err=True)
    if error.hint:
        click.echo(error.hint, err=True)
    sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
