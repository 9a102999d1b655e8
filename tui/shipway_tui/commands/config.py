"""`shipway config`: what is set for the terminal, in a file of comments; needs no daemon."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import click
import msgspec
from shipway_client.errors import Failed, WrongUsage
from shipway_client.locations import locate

from shipway_tui.commands.options import json_option
from shipway_tui.commands.output.objects import print_object
from shipway_tui.commands.output.text import safe
from shipway_tui.commands.quiet import say
from shipway_tui.commands.shape import Group
from shipway_tui.config.settings import FILE_NAME, Problem, Settings


@click.group(name="config", cls=Group)
def command() -> None:
    """Themes, keys and manners of the TUI.

    They are set in one commented file, config.toml, in the configuration folder of this home.
    """


@command.command("show")
@json_option
def show(*, as_json: bool) -> None:
    """Print the file as it is in effect, with every option and its meaning.

    `shipway config show > config.toml` makes a file to begin with; `config edit` does it for you.
    """
    from shipway_tui.config.checking import themes
    from shipway_tui.config.reading import read
    from shipway_tui.config.template import template

    settings, problems = read(locate().config)
    if as_json:
        print_object(_Shown(path=str(_path()), settings=settings))
    else:
        click.echo(template(settings, themes()), nl=False)
    _tell(problems)


@command.command("check")
@json_option
def check(*, as_json: bool) -> int:
    """Say what is wrong with the file, by line; exit 1 when something is.

    Also told: keys that hide others, and ids of actions that there are not.
    """
    problems = problems_of(locate().config)
    if as_json:
        print_object(_Checked(path=str(_path()), ok=not problems, problems=problems))
    elif not problems:
        there = "is in order" if _path().is_file() else "is not there: everything is at its default"
        say(f"{safe(str(_path()))} {there}.")
    else:
        _tell(problems)
    return 1 if problems else 0


@command.command("edit")
def edit() -> int:
    """Open the file in $VISUAL or $EDITOR, and check it when the editor is left.

    The first time it is made, with every option as a comment.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise WrongUsage("An editor needs a terminal.", f"The file is {_path()}.")
    folder = locate().config
    edit_file(folder)
    problems = problems_of(folder)
    _tell(problems)
    return 1 if problems else 0


def edit_file(folder: Path) -> None:
    """Make the file in a folder where it is missing, and run the user's editor until it is left.

    Raises:
        Failed: The folder cannot be written to, or the editor cannot be started or fails.
    """
    path = folder / FILE_NAME
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        _make(path)
        ended = subprocess.run([*shlex.split(editor), str(path)], check=False)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise Failed(
            f"The configuration cannot be edited with {editor}: {reason}.",
            f"Set EDITOR to a program that is there, or edit {path} by other means.",
        ) from error
    if ended.returncode:
        raise Failed(f"The editor {editor} ended with {ended.returncode}.", f"The file is {path}.")


def _make(path: Path) -> None:
    from shipway_tui.config.checking import themes
    from shipway_tui.config.template import template

    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text(template(Settings(), themes()), encoding="utf-8")


def problems_of(folder: Path) -> list[Problem]:
    """Check the file in a folder; one that is not there has no problem.

    Raises:
        Failed: It cannot be read.
    """
    from shipway_tui.config.checking import check as check_file

    try:
        return check_file(folder / FILE_NAME)
    except FileNotFoundError:
        return []
    except UnicodeDecodeError as error:
        raise Failed(f"{folder / FILE_NAME} is no UTF-8 text.", "Save it as UTF-8.") from error


def _path() -> Path:
    return locate().config / FILE_NAME


def _tell(problems: list[Problem]) -> None:
    for problem in problems:
        click.echo(safe(f"{FILE_NAME}: {problem}"), err=True)


class _Shown(msgspec.Struct, kw_only=True):
    path: str
    settings: Settings


class _Checked(msgspec.Struct, kw_only=True):
    path: str
    ok: bool
    problems: list[Problem]
