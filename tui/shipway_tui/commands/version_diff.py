"""`shipway version diff`: in what two versions differ."""

import asyncio

import click
from shipway_client.client import Client
from shipway_client.comparing import compare
from shipway_client.wire import Comparison, Difference

from shipway_tui.commands.asking import ask
from shipway_tui.commands.options import VersionAddress, json_option, version_argument
from shipway_tui.commands.output import colour
from shipway_tui.commands.output.objects import print_object
from shipway_tui.commands.output.text import safe
from shipway_tui.commands.shape import Command


@click.command("diff", cls=Command)
@version_argument
@click.argument("other", type=VersionAddress(), metavar="[OWNER/NAME@N]", required=False)
@json_option
def diff(address: str, other: str | None, *, as_json: bool) -> None:
    """Tell in what two versions differ: numbers, permissions, size, signing, findings.

    With one version, it is compared with the one before it.
    """
    comparison = ask(lambda client: _compare(client, address, other))
    if as_json:
        print_object(comparison)
        return
    click.echo(f"{safe(comparison.before)} -> {safe(comparison.after)}")
    if not comparison.differences:
        click.echo("Nothing differs.")
    for difference in comparison.differences:
        _print(difference)


async def _compare(client: Client, address: str, other: str | None) -> Comparison:
    """Without another one, the one before comes first."""
    if other is None:
        before, after = client.versions.before(address), client.versions.show(address)
    else:
        before, after = client.versions.show(address), client.versions.show(other)
    return compare(*await asyncio.gather(before, after))


def _print(difference: Difference) -> None:
    name = f"{difference.section} {difference.name}".strip()
    if difference.added or difference.removed:
        click.echo(safe(name))
        for sign, code, values in (
            ("-", colour.RED, difference.removed),
            ("+", colour.GREEN, difference.added),
        ):
            for value in values:
                click.echo(f"  {colour.paint(f'{sign} {safe(value)}', code)}", color=True)
        return
    before, after = (safe(text or "-") for text in (difference.before, difference.after))
    click.echo(f"{safe(name)}: {before} -> {after}")
