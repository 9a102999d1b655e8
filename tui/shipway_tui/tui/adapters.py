"""Which adapters there are to make environments from, by the records of the plugins."""

from shipway_client.client import Client
from shipway_client.errors import NotFound
from shipway_client.wire import Environment
from shipway_plugins.words import AdapterRecord, PluginState

from shipway_tui.tui.words import PLUGIN_STATES


async def enabled_adapters(client: Client) -> list[AdapterRecord]:
    """Read the adapters of every plugin that is enabled, by title."""
    plugins = (await client.plugins.list()).items
    enabled = [plugin for plugin in plugins if plugin.state is PluginState.ENABLED]
    found = [adapter for plugin in enabled for adapter in plugin.adapters]
    return sorted(found, key=lambda adapter: (adapter.title, adapter.kind))


async def adapter_of(client: Client, environment: Environment) -> AdapterRecord:
    """Read the adapter of an environment.

    Raises:
        NotFound: No enabled plugin brings it.
    """
    for adapter in await enabled_adapters(client):
        if adapter.kind == environment.adapter:
            return adapter
    state = environment.plugin_state
    raise NotFound(
        f"No enabled plugin brings the adapter {environment.adapter}.",
        f"{environment.plugin}: {PLUGIN_STATES[state].word}." if state and environment.plugin
        else "Install its plugin, or remove the environment.",
    )  # fmt: skip


def adapter_text(adapter: AdapterRecord) -> str:
    """Name an adapter among others."""
    return f"{adapter.title}  ({adapter.kind})"
