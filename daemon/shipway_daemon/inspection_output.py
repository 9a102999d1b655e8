"""How `shipwayd inspect` prints what it found."""

from typing import Any

import click
import msgspec

from shipway_daemon.inspecting import inspect

_SHOWN = ("platform", "format", "identifier", "name", "version", "build", "min_os", "target_os")


async def show(paths: list[str], *, as_json: bool) -> int:
    """Print one answer a file as it comes; returns 1 if a file was refused, else 0."""
    code = 0
    async for told in inspect(paths):
        if "error" in told:
            code = 1
        if as_json:
            click.echo(msgspec.json.encode(told).decode())
        else:
            _print(told)
    return code


def _print(told: dict[str, Any]) -> None:
    click.echo(told["path"])
    if error := told.get("error"):
        click.echo(f"  refused     {error['message']}")
        if error["hint"]:
            click.echo(f"              {error['hint']}")
        return
    for name in _SHOWN:
        if name in told:
            click.echo(f"  {name:<11} {told[name] if told[name] is not None else '(not read)'}")
    click.echo(f"  {'size':<11} {told['size']:,} bytes")
    click.echo(f"  {'sha256':<11} {told['sha256']}")
    for finding in told.get("findings", []):
        click.echo(
            f"  {finding['severity']:<11} {finding['sentence']} {finding['remedy']}".rstrip()
        )
