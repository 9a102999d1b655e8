"""What went wrong, for a person or for a program, on standard error."""

import sys

import click
from shipway_client.errors import ShipwayError

from shipway_tui.commands.output import colour
from shipway_tui.commands.output.text import safe


def print_problem(error: ShipwayError, *, as_json: bool) -> None:
    """Print an error as its sentence, a line for each wrong field, and its hint; or as an object.

    The object is the one that a door answers.
    """
    if as_json:
        click.echo(_encoded(error), err=True)
        return
    for index, line in enumerate(error.message.splitlines()):
        sentence = safe(line)
        painted = colour.paint(sentence, colour.RED, sys.stderr) if index == 0 else sentence
        click.echo(painted, err=True, color=True)
    for name, told in error.fields.items():
        if told == error.message:
            continue  # one wrong field is told of by the sentence already
        click.echo(safe(f"  {name}: {told}" if name else f"  {told}"), err=True)
    for line in error.hint.splitlines():
        click.echo(safe(line), err=True)


def _encoded(error: ShipwayError) -> bytes:
    import msgspec

    body: dict[str, object] = {
        "code": error.code,
        "message": error.message,
        "hint": error.hint,
    }
    if error.fields:
        body["fields"] = error.fields
    return msgspec.json.encode({"error": body})
