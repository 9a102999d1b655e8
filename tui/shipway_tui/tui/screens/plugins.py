"""The plugins: what became of each, what it brings, and which environments stand on it."""

from typing import ClassVar

from shipway_client.errors import NotFound
from shipway_client.wire import Event, Page, Plugin
from shipway_plugins.words import AdapterRecord, PluginState
from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from shipway_tui.tui.screens.listing import ListScreen
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from shipway_tui.tui.widgets.detail import fact, heading, lines, muted
from shipway_tui.tui.widgets.table import Cells, Column, Row
from shipway_tui.tui.words import PLUGIN_STATES, Tone, clock_text, plain


class PluginsScreen(ListScreen[Plugin]):
    """Plugins by name; the detail holds the whole error."""

    HEADING = "Plugins"
    NOUN = "plugin"
    ACTING = frozenset({"switch", "probe"})
    ON_ROW = frozenset({"switch", "probe", "copy_name"})
    COLUMNS = (
        Column("name", "Plugin", 18),
        Column("version", "Version", 8, wide=66),
        Column("state", "State", 16),
        Column("brings", "Brings"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "switch", "Disable / enable", id="plugin.switch", tooltip="Switch off or on"),
        Binding("s", "probe", "Probe again", id="plugin.probe", tooltip="Load it once more"),
        Binding("y", "copy_name", "Copy", show=False, id="plugin.copy", tooltip="Copy the name"),
        Binding("r", "refresh", "Refresh", id="list.refresh", tooltip="Read afresh"),
        Binding("escape", "back", "Back", show=False, id="list.back", tooltip="Back"),
    ]

    async def read_page(self, after: str | None) -> Page[Plugin]:
        """Read the records of all plugins."""
        del after  # they are few, and come at once
        return await self.desk.client.plugins.list()

    async def read_one(self, key: str) -> Plugin:
        """Read one plugin's record, from the list: to show one by name may probe it again.

        Raises:
            NotFound: It is not installed any more.
        """
        for plugin in (await self.desk.client.plugins.list()).items:
            if plugin.name == key:
                return plugin
        raise NotFound(f"There is no plugin {key}.")

    def key_of(self, thing: Plugin) -> str:
        """A plugin's row is its name."""
        return thing.name

    def row_of(self, thing: Plugin) -> Row:
        """Write a plugin as a row."""
        cells: Cells = {
            "name": thing.name,
            "version": thing.version,
            "state": PLUGIN_STATES[thing.state],
            "brings": thing.error.partition("\n")[0] or ", ".join(_brought(thing)),
        }
        return Row(thing.name, thing.name, cells)

    def describe(self, thing: Plugin) -> Content:
        """Write all that the probe learned."""
        return describe_plugin(thing)

    def touched(self, event: Event) -> set[str]:
        """An environment that comes or goes stands on some plugin."""
        noun, _, what = event.kind.partition(".")
        if noun == "environment" and what in {"added", "removed"}:
            self.load()
        return {event.subject} if noun == "plugin" else set()

    async def empty_text(self) -> str:
        """Say where plugins come from."""
        return "No plugin is installed."

    @work(exclusive=True, group="switch")
    async def action_switch(self) -> None:
        """Disable the selected plugin, or enable it, after a confirmation."""
        plugin = self.selected
        if plugin is None:
            return
        plugins = self.desk.client.plugins
        off = plugin.state is PluginState.DISABLED
        do, switch = ("Enable", plugins.enable) if off else ("Disable", plugins.disable)
        question = f"{do} {plugin.name}?\n{_consequence(plugin)}"
        if not await self.app.push_screen_wait(ConfirmPrompt(question, do)):
            return
        self._tell(await self.ask(switch(plugin.name)))

    def why_not(self, action: str) -> str:
        """A plugin that is disabled is not loaded."""
        plugin = self.selected
        if action == "probe" and plugin is not None and plugin.state is PluginState.DISABLED:
            return f"{plugin.name} is disabled."
        return super().why_not(action)

    @work(exclusive=True, group="switch")
    async def action_probe(self) -> None:
        """Load the selected plugin once more: it, or what it needs, may have been mended."""
        if plugin := self.selected:
            self.say(f"{plugin.name} is being probed.")
            self._tell(await self.ask(self.desk.client.plugins.enable(plugin.name)))

    def _tell(self, plugin: Plugin | None) -> None:
        if plugin is not None:
            said = f"{plugin.name}: {PLUGIN_STATES[plugin.state]}."
            self.say(f"{said} {plugin.error or plugin.warning}".strip())
            self.changed({plugin.name})

    def action_copy_name(self) -> None:
        """Copy the name of the selected plugin."""
        if plugin := self.selected:
            self.copy(plugin.name)


def describe_plugin(plugin: Plugin) -> Content:
    """Write a plugin: where it is from, how it stands, what is wrong, what it brings."""
    parts = [
        heading(plugin.name),
        fact("state", PLUGIN_STATES[plugin.state]),
        fact("from", f"{plugin.distribution} {plugin.version}"),
        fact("probed", clock_text(plugin.probed_at)),
        fact("used by", ", ".join(plugin.environments) or "no environment"),
    ]
    if plugin.warning:
        parts += [Content(""), muted(plugin.warning)]
    if plugin.error:
        error = Content.styled(plain(plugin.error, lines=True), f"${Tone.BAD.value}")
        parts += [Content(""), heading("Error"), error]
    for adapter in plugin.adapters:
        parts += [Content(""), *_adapter_lines(adapter)]
    if plugin.formats:
        parts += [Content(""), heading("File formats"), Content(", ".join(plugin.formats))]
    if plugin.hooks:
        parts += [Content(""), heading("Hooks"), Content(plain(", ".join(plugin.hooks)))]
    return lines(parts)


def _adapter_lines(adapter: AdapterRecord) -> list[Content]:
    powers = adapter.capabilities
    can = [name for name in powers.__struct_fields__ if getattr(powers, name) is True]
    return [
        heading(f"Adapter {adapter.title}"),
        fact("kind", adapter.kind),
        fact("channels", ", ".join(powers.channels) or "any"),
        fact("can", ", ".join(can).replace("_", " ")),
    ]


def _brought(plugin: Plugin) -> list[str]:
    kinds = [f"adapter {adapter.kind}" for adapter in plugin.adapters]
    formats = [f"formats {' '.join(plugin.formats)}"] if plugin.formats else []
    return [*kinds, *formats] or plugin.hooks


def _consequence(plugin: Plugin) -> str:
    """Say what becomes of the environments that use a plugin when it is switched."""
    used = ", ".join(plugin.environments)
    if plugin.state is PluginState.DISABLED:
        return f"It is probed at once. {f'{used} can be used again.' if used else ''}".strip()
    if not used:
        return "No environment uses it."
    return f"Nothing can be published to {used} until it is enabled again."
