"""JSON for programs: one object a line, in the daemon's own keys."""

from collections.abc import Sequence

import click
import msgspec


def print_object(item: object) -> None:
    """Print one object on one line."""
    click.echo(msgspec.json.encode(item))


def print_objects(items: Sequence[object]) -> None:
    """Print JSON lines."""
    if items:
        click.echo(b"\n".join(map(msgspec.json.encode, items)))
