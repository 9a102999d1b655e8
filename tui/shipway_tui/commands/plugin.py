"""`shipway plugin`: what the probe found."""

from typing import Any

import click
from shipway_client.client import Client
from shipway_client.errors import NotFound
from shipway_client.wire import Page, Plugin
from shipway_plugins.words import AdapterRecord

from shipway_tui.commands.asking import ask
from shipway_tui.commands.listing import show_list
from shipway_tui.commands.options import json_option, list_options
from shipway_tui.commands.output.details import print_details
from shipway_tui.commands.output.objects import print_object
from shipway_tui.commands.output.table import Column
from shipway_tui.commands.output.values import or_dash, when


def _kinds(plugin: Plugin) -> str:
    return ", ".join(adapter.kind for adapter in plugin.adapters)


COLUMNS = (
    Column[Plugin]("PLUGIN", lambda plugin: plugin.name),
    Column[Plugin]("STATE", lambda plugin: plugin.state, word=lambda plugin: plugin.state),
    Column[Plugin]("FROM", lambda plugin: f"{plugin.distribution} {plugin.version}"),
    Column[Plugin]("ADAPTERS", _kinds),
    Column[Plugin]("ERROR", lambda plugin: plugin.error),
)


@click.group(name="plugin")
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
@click.argument("name")
@json_option
def show(name: str, *, as_json: bool) -> None:
    """Show a plugin with its adapters and their options."""
    plugin = ask(lambda client: _find(client, name))
    if as_json:
        print_object(plugin)
        return
    print_details(_details(plugin))
    for adapter in plugin.adapters:
        click.echo()
        print_details(_adapter(adapter))


async def _find(client: Client, name: str) -> Plugin:
    for plugin in (await client.plugins.list()).items:
        if plugin.name == name:
            return plugin
    raise NotFound(f"There is no plugin {name}.", "See `shipway plugin list`.")


def _details(plugin: Plugin) -> list[tuple[str, str]]:
    return [
        ("plugin", plugin.name),
        ("state", plugin.state),
        ("error", or_dash(plugin.error)),
        ("from", f"{plugin.distribution} {plugin.version}"),
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
        *_options(adapter.options),
    ]


def _options(schema: dict[str, Any]) -> list[tuple[str, str]]:
    """The options by name; msgspec puts the struct's own schema under `$defs`."""
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    struct = schema.get("$defs", {}).get(name, schema)
    return [
        (f"--set {option}", str(told.get("description") or told.get("type", "")))
        for option, told in struct.get("properties", {}).items()
    ]
