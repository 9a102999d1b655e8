"""`shipway daemon`: run, start, stop and look at the daemon of this home."""

import os

import click
from shipway_client.client import Client
from shipway_client.errors import NoDaemon
from shipway_client.version import VERSION
from shipway_client.wire import Health

from shipway_tui.commands.asking import ask
from shipway_tui.commands.numbers import WholeNumber
from shipway_tui.commands.options import json_option
from shipway_tui.commands.output.details import print_details
from shipway_tui.commands.output.objects import print_object
from shipway_tui.commands.output.values import age, when
from shipway_tui.commands.quiet import is_quiet, say
from shipway_tui.commands.shape import Group

#: Said where the log is that of an earlier daemon.
_ELSEWHERE = (
    "The daemon that runs logs elsewhere: its service manager has it "
    "(`journalctl --user -u shipway` under systemd). What follows is older."
)


@click.group(name="daemon", cls=Group)
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
        say(f"{what}: process {health.pid}, home {health.home}.")


@command.command("stop")
@json_option
def stop(*, as_json: bool) -> None:
    """Stop the daemon in order, and wait until it has ended."""
    from shipway_tui.launch import stop_daemon

    health = ask(stop_daemon)
    if as_json:
        print_object(health)
    else:
        say(f"Stopped process {health.pid}.")


@command.command("restart")
@json_option
def restart(*, as_json: bool) -> None:
    """Stop the daemon in order and start it anew; one that does not run is started.

    A publish at work goes on after it: the new daemon asks the store before it sends again.
    """
    health, old = ask(_restart)
    if as_json:
        print_object(health)
        return
    instead = f", instead of {old.pid} of version {old.version}" if old else ""
    say(f"Started: process {health.pid} of version {health.version}{instead}.")


async def _restart(client: Client) -> tuple[Health, Health | None]:
    """Return the new daemon's health, and that of the one before where one ran."""
    from shipway_tui.launch import restart_daemon

    return await restart_daemon(client)


@command.command("metrics")
def metrics() -> None:
    """Print the daemon's figures, in the text format of Prometheus.

    For the textfile collector of its node exporter; docs/running.md has the other ways.
    """
    click.echo(ask(lambda asked: asked.history.metrics()), nl=False)


@command.command("status")
@json_option
def status(*, as_json: bool) -> None:
    """Say whether the daemon answers, which one it is, and what it is at.

    Exits with 3 when none answers.
    """
    client = Client()
    try:
        health = ask(lambda asked: asked.history.health())
    except NoDaemon as error:
        raise NoDaemon(
            error.message, f"{error.hint}\nIts log is {client.locations.log}.".strip()
        ) from error
    if as_json:
        print_object(health)
    else:
        print_details([*_details(health, client), *ask(_work)])


@command.command("logs")
@click.option("-f", "--follow", is_flag=True, help="Go on with what comes, until ctrl+c.")
@click.option(
    "-n",
    "--lines",
    type=WholeNumber(min=0),
    default=100,
    metavar="N",
    help="How many lines; 100 unless told.",
)
@json_option
def logs(*, follow: bool, lines: int, as_json: bool) -> None:
    """Print the end of the daemon's log, also when it does not run.

    Where a service manager started the daemon it keeps the log itself; the answer says so.
    """
    from shipway_tui.commands.logs import print_log

    client = Client()
    if not as_json and not is_quiet() and _logs_elsewhere(client):
        click.echo(_ELSEWHERE, err=True)
    print_log(client.locations.log, lines=lines, follow=follow, as_json=as_json)


def _logs_elsewhere(client: Client) -> bool:
    """Whether the daemon that runs has written nothing here since its start, where it says so."""
    from datetime import datetime

    try:
        started = datetime.fromisoformat(ask(lambda asked: asked.history.health()).started_at)
        return client.locations.log.stat().st_mtime < started.timestamp()
    except (NoDaemon, FileNotFoundError):
        return False


def _details(health: Health, client: Client) -> list[tuple[str, str]]:
    other = "" if health.version == VERSION else f"; this is {VERSION}: `shipway daemon restart`"
    return [
        ("version", f"{health.version}{other}"),
        ("process", str(health.pid)),
        ("since", f"{when(health.started_at)} ({age(health.started_at)})"),
        ("starts", str(health.epoch)),
        ("home", health.home),
        ("socket", client.api.address),
        ("log", str(client.locations.log)),
    ]


async def _work(client: Client) -> list[tuple[str, str]]:
    """What the daemon is at: jobs that have not ended, and environments that are not Available."""
    from shipway_client.wire import JobState
    from shipway_plugins.words import EnvironmentStatus

    open_states = [state for state in JobState if state is not JobState.DONE]
    jobs = await client.jobs.list(state=open_states, limit=_MOST)
    environments = await client.environments.list(limit=_MOST)
    told = [
        f"{one.name} is {one.status}"
        for one in environments.items
        if one.status is not EnvironmentStatus.AVAILABLE
    ]
    count = f"{len(jobs.items)}{'+' if jobs.after else ''}"
    return [("jobs at work", count), ("environments", ", ".join(told) or "all available")]


#: How many jobs and environments `status` looks at.
_MOST = 200
