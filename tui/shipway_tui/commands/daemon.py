"""`shipway daemon`: run, start, stop and look at the daemon of this home."""

import os

import click
from shipway_client.client import Client
from shipway_client.wire import Health

from shipway_tui.commands.asking import ask
from shipway_tui.commands.options import json_option
from shipway_tui.commands.output.details import print_details
from shipway_tui.commands.output.objects import print_object
from shipway_tui.commands.output.values import when


@click.group(name="daemon")
def command() -> None:
    """Run, start, stop and look at the daemon.

    It watches, files and publishes, with or without a TUI.
    """


@command.command("run")
def run() -> None:
    """Run the daemon in the foreground; the same as `shipwayd`."""
    from shipway_tui.launch import daemon_command

    arguments = daemon_command()
    os.execv(arguments[0], arguments)  # noqa: S606 - our own program


@command.command("start")
@json_option
def start(*, as_json: bool) -> None:
    """Start the daemon in the background, and wait until it answers."""
    from shipway_tui.launch import ensure_daemon

    health, started = ensure_daemon(Client())
    if as_json:
        print_object(health)
    else:
        what = "Started" if started else "Already running"
        click.echo(f"{what}: process {health.pid}, home {health.home}.")


@command.command("stop")
def stop() -> None:
    """Stop the daemon in order, and wait until it has ended."""
    from shipway_tui.launch import stop_daemon

    health = ask(stop_daemon)
    click.echo(f"Stopped process {health.pid}.")


@command.command("status")
@json_option
def status(*, as_json: bool) -> None:
    """Say whether the daemon answers, and which one it is."""
    client = Client()
    health = ask(lambda asked: asked.history.health())
    if as_json:
        print_object(health)
    else:
        print_details(_details(health, client))


def _details(health: Health, client: Client) -> list[tuple[str, str]]:
    return [
        ("version", health.version),
        ("process", str(health.pid)),
        ("since", when(health.started_at)),
        ("home", health.home),
        ("socket", client.api.address),
        ("log", str(client.locations.log)),
    ]
