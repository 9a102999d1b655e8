"""`shipway env`: the environments, and what they hold."""

from collections.abc import Callable
from typing import Any

import click
import msgspec
from shipway_client.client import Client
from shipway_client.errors import WrongUsage
from shipway_client.wire import AddEnvironment, ChangeEnvironment, Environment, Publication
from shipway_client.wire.queries import ENVIRONMENTS
from shipway_plugins.words import EnvironmentStatus

from shipway_tui.commands.asking import ask
from shipway_tui.commands.gone import say_gone
from shipway_tui.commands.listing import each_page, none_of, show_list
from shipway_tui.commands.names import ADAPTER, ENVIRONMENT
from shipway_tui.commands.options import json_option, list_options, query_options
from shipway_tui.commands.output.colour import marked
from shipway_tui.commands.output.details import print_details
from shipway_tui.commands.output.objects import print_object
from shipway_tui.commands.output.table import Column
from shipway_tui.commands.output.text import safe
from shipway_tui.commands.output.values import age, digest, or_dash, when
from shipway_tui.commands.quiet import say
from shipway_tui.commands.shape import Group

COLUMNS = (
    Column[Environment]("ENVIRONMENT", lambda env: env.name),
    Column[Environment]("STATUS", lambda env: marked(env.status), word=lambda env: env.status),
    Column[Environment]("ADAPTER", lambda env: env.adapter),
    Column[Environment]("READ", lambda env: age(env.read_at)),
    Column[Environment]("REASON", lambda env: env.reason),
)

#: What `env check` says to a script.
CHECK_CODES = {
    EnvironmentStatus.AVAILABLE: 0,
    EnvironmentStatus.BUSY: 5,
    EnvironmentStatus.UNKNOWN: 1,
}


@click.group(name="env", cls=Group)
def command() -> None:
    """Environments: where apps are published."""


def set_option(use: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--set NAME=VALUE`, given to the command as `settings`."""
    return click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="NAME=VALUE",
        help="A setting; see `shipway plugin show` for what there is. Repeatable.",
    )(use)


@command.command("add")
@click.argument("name")
@click.option(
    "--adapter", type=ADAPTER, required=True, metavar="K", help="See `shipway plugin list`."
)
@set_option
@json_option
def add(name: str, *, adapter: str, settings: tuple[str, ...], as_json: bool) -> None:
    """Make an environment, once its adapter has taken the settings."""
    request = AddEnvironment(name=name, adapter=adapter, settings=parsed_settings(settings))
    _say(ask(lambda client: client.environments.add(request)), as_json=as_json)


@command.command("set")
@click.argument("name", type=ENVIRONMENT)
@set_option
@click.option(
    "--unset", multiple=True, metavar="NAME", help="Back to the default of the adapter. Repeatable."
)
@json_option
def change(name: str, *, settings: tuple[str, ...], unset: tuple[str, ...], as_json: bool) -> None:
    """Change settings of an environment, once its adapter has taken them.

    A job at work keeps those that it began with.
    """
    request = ChangeEnvironment(settings=parsed_settings(settings), unset=list(unset))
    if not (request.settings or request.unset):
        raise WrongUsage("Nothing is to be changed.", "Give --set NAME=VALUE or --unset NAME.")
    _say(ask(lambda client: client.environments.change(name, request)), as_json=as_json)


def parsed_settings(given: tuple[str, ...]) -> dict[str, Any]:
    """Turn `name=value` words into settings; what a value is read as, the daemon knows.

    Raises:
        WrongUsage: A word has no `=`, or a name comes twice.
    """
    settings: dict[str, Any] = {}
    for word in given:
        name, equals, value = word.partition("=")
        if not (name and equals):
            # Not the word itself: it may be a secret that was to be a setting.
            raise WrongUsage("A --set has no name or no value.", "Write --set name=value.")
        if name in settings:
            raise WrongUsage(f"--set names {name} twice.")
        settings[name] = value
    return settings


@command.command("list")
@query_options(ENVIRONMENTS)
@list_options
def list_environments(
    *, query: str | None, sort: str | None, as_json: bool, limit: int | None
) -> None:
    """List the environments with their status, as last known."""
    show_list(
        lambda client, after, count: client.environments.list(
            query=query, sort=sort, after=after, limit=count
        ),
        COLUMNS,
        as_json=as_json,
        limit=limit,
        empty=none_of(query, "No environments. Make one with `shipway env add`."),
    )


@command.command("show")
@click.argument("name", type=ENVIRONMENT)
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
@click.argument("name", type=ENVIRONMENT)
@json_option
def check(name: str, *, as_json: bool) -> int:
    """Ask an environment for its status now; exits 0 when Available, 5 when Busy, else 1."""
    environment = ask(lambda client: client.environments.check(name))
    _say(environment, as_json=as_json)
    return CHECK_CODES[environment.status]


@command.command("remove")
@click.argument("name", type=ENVIRONMENT)
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def remove(name: str, *, yes: bool, as_json: bool) -> None:
    """Forget an environment; what its store holds stays there."""
    from shipway_tui.commands.confirm import agreed

    ask(lambda client: client.environments.show(name))
    agreed(f"{safe(name)} will be forgotten; what its store holds stays there.", yes=yes)
    ask(lambda client: client.environments.remove(name))
    say_gone(name, f"Removed {safe(name)}.", as_json=as_json)


def _say(environment: Environment, *, as_json: bool) -> None:
    if as_json:
        print_object(environment)
        return
    reason = f": {environment.reason}" if environment.reason else ""
    say(safe(f"{environment.name}  {marked(environment.status)}{reason}"))
    if environment.remedy:
        say(safe(environment.remedy))


def _details(environment: Environment) -> list[tuple[str, str]]:
    read = f", read {age(environment.read_at)}" if environment.read_at else ", never read"
    plugin = environment.plugin
    state = f" ({environment.plugin_state})" if environment.plugin_state else ""
    bad = [(f"  wrong: {name}", told) for name, told in environment.bad_settings.items()]
    return [
        ("environment", environment.name),
        ("adapter", f"{environment.adapter} ({environment.title})"),
        ("plugin", f"{plugin}{state}" if plugin else "none that is installed"),
        ("status", f"{marked(environment.status)}{read}"),
        ("reason", or_dash(environment.reason)),
        ("remedy", or_dash(environment.remedy)),
        ("job", or_dash(environment.job)),
        ("created", when(environment.created_at)),
        ("settings", "" if environment.settings or bad else "-"),
        *[_setting(environment, name) for name in environment.settings],
        *bad,
    ]


def _setting(environment: Environment, name: str) -> tuple[str, str]:
    """A setting; of a credential there is a reference only, and it is marked."""
    value = environment.settings[name]
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return f"  {name}", f"{text} (credential)" if name in environment.credentials else text


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
