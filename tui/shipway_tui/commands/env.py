"""`shipway env`: the environments, and what they hold."""

from typing import Any

import click
import msgspec
from shipway_client.client import Client
from shipway_client.errors import WrongUsage
from shipway_client.wire import AddEnvironment, Environment, Publication
from shipway_plugins.words import EnvironmentStatus

from shipway_tui.commands.asking import ask
from shipway_tui.commands.listing import each_page, show_list
from shipway_tui.commands.options import json_option, list_options
from shipway_tui.commands.output.colour import marked
from shipway_tui.commands.output.details import print_details
from shipway_tui.commands.output.objects import print_object
from shipway_tui.commands.output.table import Column
from shipway_tui.commands.output.text import safe
from shipway_tui.commands.output.values import digest, or_dash, when

COLUMNS = (
    Column[Environment]("ENVIRONMENT", lambda env: env.name),
    Column[Environment]("STATUS", lambda env: marked(env.status), word=lambda env: env.status),
    Column[Environment]("ADAPTER", lambda env: env.adapter),
    Column[Environment]("REASON", lambda env: env.reason),
    Column[Environment]("READ AT", lambda env: when(env.read_at)),
)

#: What `env check` says to a script.
CHECK_CODES = {
    EnvironmentStatus.AVAILABLE: 0,
    EnvironmentStatus.BUSY: 5,
    EnvironmentStatus.UNKNOWN: 1,
}


@click.group(name="env")
def command() -> None:
    """Environments: where apps are published."""


@command.command("add")
@click.argument("name")
@click.option("--adapter", required=True, metavar="K", help="See `shipway plugin list`.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="An option of the adapter; the value is JSON, else text. Repeatable.",
)
@json_option
def add(name: str, *, adapter: str, settings: tuple[str, ...], as_json: bool) -> None:
    """Make an environment."""
    request = AddEnvironment(name=name, adapter=adapter, settings=parsed_settings(settings))
    _say(ask(lambda client: client.environments.add(request)), as_json=as_json)


def parsed_settings(given: tuple[str, ...]) -> dict[str, Any]:
    """Turn `name=value` words into settings; `3`, `true` and `["a"]` are JSON, the rest is text.

    Raises:
        WrongUsage: A word has no `=`, or a name comes twice.
    """
    settings: dict[str, Any] = {}
    for word in given:
        name, equals, value = word.partition("=")
        if not (name and equals):
            raise WrongUsage(f"--set {word} has no value.", "Write --set name=value.")
        if name in settings:
            raise WrongUsage(f"--set names {name} twice.")
        settings[name] = _value(value)
    return settings


def _value(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


@command.command("list")
@list_options
def list_environments(*, as_json: bool, limit: int | None) -> None:
    """List the environments with their status, as last known."""
    show_list(
        lambda client, after, count: client.environments.list(after=after, limit=count),
        COLUMNS,
        as_json=as_json,
        limit=limit,
        empty="No environments. Make one with `shipway env add`.",
    )


@command.command("show")
@click.argument("name")
@json_option
def show(name: str, *, as_json: bool) -> None:
    """Show an environment, and what it holds of every app."""
    environment, publications = ask(lambda client: _whole(client, name))
    if as_json:
        fields: dict[str, Any] = msgspec.to_builtins(environment)
        print_object({**fields, "publications": publications})
        return
    print_details(_details(environment))
    for publication in publications:
        click.echo()
        print_publication(publication)


async def _whole(client: Client, name: str) -> tuple[Environment, list[Publication]]:
    environment = await client.environments.show(name)
    read = lambda asked, after, count: asked.environments.publications(  # noqa: E731
        environment=name, after=after, limit=count
    )
    publications = [item async for items in each_page(client, read) for item in items]
    return environment, publications


@command.command("check")
@click.argument("name")
@json_option
def check(name: str, *, as_json: bool) -> int:
    """Ask an environment for its status now; exits 0 when Available, 5 when Busy, else 1."""
    environment = ask(lambda client: client.environments.check(name))
    _say(environment, as_json=as_json)
    return CHECK_CODES[environment.status]


@command.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(name: str, *, yes: bool) -> None:
    """Forget an environment; what its store holds stays there."""
    from shipway_tui.commands.confirm import agreed

    ask(lambda client: client.environments.show(name))
    agreed(f"{safe(name)} will be forgotten; what its store holds stays there.", yes=yes)
    ask(lambda client: client.environments.remove(name))
    click.echo(f"Removed {safe(name)}.")


def _say(environment: Environment, *, as_json: bool) -> None:
    if as_json:
        print_object(environment)
        return
    reason = f": {environment.reason}" if environment.reason else ""
    click.echo(safe(f"{environment.name}  {marked(environment.status)}{reason}"))


def _details(environment: Environment) -> list[tuple[str, str]]:
    settings = [(f"  {name}", str(value)) for name, value in environment.settings.items()]
    return [
        ("environment", environment.name),
        ("adapter", f"{environment.adapter} ({environment.title})"),
        ("status", marked(environment.status)),
        ("reason", or_dash(environment.reason)),
        ("read at", or_dash(when(environment.read_at))),
        ("job", or_dash(environment.job)),
        ("created", when(environment.created_at)),
        *settings,
    ]


def print_publication(publication: Publication) -> None:
    """Print what an environment holds of an app, and beside it the last attempt."""
    word = publication.status.replace("-", " ")
    click.echo(f"{safe(publication.app)}: {word}, read {when(publication.read_at) or 'never'}")
    for live in publication.live:
        what = live.version_address or f"{or_dash(live.version)} ({or_dash(live.build)})"
        text = f"  {live.channel}  {what}  {live.copy}  {live.state}  {digest(live.digest)}"
        click.echo(safe(text))
    attempt = publication.last_attempt
    if attempt is not None:
        reason = f": {attempt.reason}" if attempt.reason else ""
        ended = attempt.outcome or "running"
        click.echo(safe(f"  last attempt: job {attempt.job}, {ended}{reason}"))
