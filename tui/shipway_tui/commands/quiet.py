"""`-q`: only what was asked for, and errors; every command takes it (`shape.Command`)."""

import sys
from typing import TextIO

import click

_META = "shipway.quiet"


class QuietOption(click.Option):
    """`-q`, and `--quiet` where a command has no option of that name (a folder has)."""

    def __init__(self, *names: str) -> None:
        super().__init__(
            list(names),
            is_flag=True,
            expose_value=False,
            callback=_remember,
            help="Print only what was asked for: no sentence, no progress, no notice.",
        )


def _remember(context: click.Context, _param: click.Parameter, value: bool) -> None:  # noqa: FBT001
    context.meta[_META] = value


def is_quiet() -> bool:
    """Whether the command that runs was told to be quiet."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(_META))


def is_watched(stream: TextIO | None = None) -> bool:
    """Whether a person sees progress on `stream` (standard error by default) and wants it."""
    return (stream or sys.stderr).isatty() and not is_quiet()


def say(sentence: str, *, only: str = "") -> None:
    """Print what was done; a quiet command prints `only` (an address, a number) or nothing."""
    text = only if is_quiet() else sentence
    if text:
        click.echo(text, color=True)
