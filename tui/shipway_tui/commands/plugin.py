"""`shipway plugin`: what the probe found, switched off and on."""

import click
from shipway_client.client import Client
from shipway_client.wire import Page, Plugin
from shipway_plugins.words import AdapterRecord, PluginState

from shipway_tui.commands.asking import ask
from shipway_tui.commands.listing import show_list
from shipway_tui.commands.names import PLUGIN
from shipway_tui.commands.options import json_option, list_options
from shipway_tui.commands.output.details import print_details
from shipway_tui.commands.output.objects import print_object
from shipway_tui.commands.output.schema import options_in_words
from shipway_tui.commands.output.table import Column
from shipway_tui.commands.output.text import safe
from shipway_tui.commands.output.values import or_dash, when
from shipway_tui.commands.quiet import is_quiet, say
from shipway_tui.commands.shape import Group


def _kinds(plugin: Plugin) -> str:
    return ", ".join(adapter.kind for adapter in plugin.adapters)


COLUMNS = (
    Column[Plugin]("PLUGIN", lambda plugin: plugin.name),
    Column[Plugin]("STATE", lambda plugin: plugin.state, word=lambda plugin: plugin.state),
    Column[Plugin]("FROM", lambda plugin: f"{plugin.distribution} {plugin.version}"),
    Column[Plugin]("ADAPTERS", _kinds),
    Column[Plugin]("ERROR", lambda plugin: plugin.error),
)


@click.group(name="plugin", cls=Group)
def command() -> None:
    """Plugins: adapters and file formats."""


@command.command("list")
@list_options
def list_plugins(*, as_json: bool, limit: int | None) -> None:
    """List the plugins, and what became of each when it was probed."""
    show_list(
        lambda client, _after, count: _some(client, count),
        COLUMNS,
        as_json=as_json,
        limit=limit,
        empty="No plugins are installed.",
    )


async def _some(client: Client, count: int) -> Page[Plugin]:
    page = await client.plugins.list()
    return Page(items=page.items[:count], after=page.after, seq=page.seq)


@command.command("show")
@click.argument("name", type=PLUGIN)
@json_option
def show(name: str, *, as_json: bool) -> None:
    """Show a plugin with its adapters, their options, and who uses it.

    One that failed to load is probed again.
    """
    plugin = ask(lambda client: client.plugins.show(name))
    if as_json:
        print_object(plugin)
        return
    print_details(_details(plugin))
    for adapter in plugin.adapters:
        click.echo()
        print_details(_adapter(adapter))


@command.command("disable")
@click.argument("name", type=PLUGIN)
@json_option
def disable(name: str, *, as_json: bool) -> None:
    """Switch a plugin off until it is switched on again.

    It is imported no more, and its environments are Unknown; what is at work goes on to its end.
    """
    plugin = ask(lambda client: client.plugins.disable(name))
    _say(plugin, as_json=as_json)
    if plugin.warning and not (as_json or is_quiet()):
        click.echo(safe(plugin.warning), err=True)


@command.command("enable")
@click.argument("name", type=PLUGIN)
@json_option
def enable(name: str, *, as_json: bool) -> int:
    """Switch a plugin on, and probe it at once; exits with 1 when it cannot be used."""
    plugin = ask(lambda client: client.plugins.enable(name))
    _say(plugin, as_json=as_json)
    return 0 if plugin.state is PluginState.ENABLED else 1


def _say(plugin: Plugin, *, as_json: bool) -> None:
    if as_json:
        print_object(plugin)
        return
    error = f": {plugin.error}" if plugin.error else ""
    say(safe(f"{plugin.name}  {plugin.state}{error}"))


def _details(plugin: Plugin) -> list[tuple[str, str]]:
    return [
        ("plugin", plugin.name),
        ("state", plugin.state),
        ("error", or_dash(plugin.error)),
        ("from", f"{plugin.distribution} {plugin.version}"),
        *([("warning", plugin.warning)] if plugin.warning else []),
        ("environments", or_dash(", ".join(plugin.environments))),
        ("formats", or_dash(", ".join(plugin.formats))),
        ("hooks", or_dash(", ".join(plugin.hooks))),
        ("probed at", when(plugin.probed_at)),
    ]


def _adapter(adapter: AdapterRecord) -> list[tuple[str, str]]:
    can = [
        name
        for name in adapter.capabilities.__struct_fields__
        if getattr(adapter.capabilities, name) is True
    ]
    return [
        ("adapter", adapter.kind),
        ("title", adapter.title),
        ("channels", ", ".join(adapter.capabilities.channels) or "any"),
        ("can", or_dash(", ".join(can))),
        *[(f"--set {name}", told) for name, told in options_in_words(adapter.options)],
    ]
