"""Release notes from the command line: as text, or from a file."""

import sys
from pathlib import Path

import click
from shipway_client.errors import WrongUsage

from shipway_tui.commands.options import Command


def notes_options(command: Command) -> Command:
    """Add `--notes TEXT` and `--notes-file FILE`."""
    text = click.option("--notes", metavar="TEXT", help="Release notes.")
    file = click.option(
        "--notes-file",
        type=click.Path(),
        metavar="FILE",
        help="Release notes from a UTF-8 file; - is standard input.",
    )
    return text(file(command))


def chosen_notes(text: str | None, file: str | None) -> str | None:
    """The notes that were given, or None.

    Raises:
        WrongUsage: Both were given, or the file cannot be read.
    """
    if file is None:
        return text
    if text is not None:
        raise WrongUsage("Give --notes or --notes-file, not both.")
    try:
        if file == "-":
            return sys.stdin.buffer.read().decode("utf-8")
        return Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise WrongUsage(f"The notes cannot be read from {file}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise WrongUsage(
            f"The notes cannot be read from {file}: they are no UTF-8 text.",
            "Save them as UTF-8.",
        ) from error
