"""The plugins: what became of each, what it brings, and which environments stand on it."""

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from shipway_client.errors import NotFound
from shipway_client.wire import Event, Page, Plugin
from shipway_plugins.words import AdapterRecord, PluginState
from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from shipway_tui.tui.screens.list_keys import LIST_KEYS
from shipway_tui.tui.screens.listing import ListScreen
from shipway_tui.tui.screens.many import do_each, names_text, question
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from shipway_tui.tui.widgets.detail import fact, heading, lines, muted
from shipway_tui.tui.widgets.table import Cells, Column, Row
from shipway_tui.tui.words import PLUGIN_STATES, Tone, clock_text, plain

if TYPE_CHECKING:
    from shipway_tui.tui.undo import Back


class PluginsScreen(ListScreen[Plugin]):
    """Plugins by name; the detail holds the whole error."""

    HEADING = "Plugins"
    NOUN = "plugin"
    ACTING = frozenset({"switch", "probe"})
    ON_ROW = frozenset({"switch", "probe"})
    COLUMNS = (
        Column("name", "Plugin", 18),
        Column("version", "Version", 8, wide=66),
        Column("state", "State", 16),
        Column("brings", "Brings"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "switch", "Disable / enable", id="plugin.switch", tooltip="Switch off or on"),
        Binding("s", "probe", "Probe again", id="plugin.probe", tooltip="Load it once more"),
        *LIST_KEYS,
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

    def copies(self, thing: Plugin) -> dict[str, str | None]:
        """A plugin is named by its name."""
        return {
            "name": thing.name,
            "package": f"{thing.distribution} {thing.version}",
            "error": thing.error,
        }

    async def empty_text(self) -> str:
        """Say where plugins come from."""
        return "No plugin is installed. Install one beside Shipway, and it is noticed here."

    @work(exclusive=True, group="switch")
    async def action_switch(self) -> None:
        """Disable what is chosen, or enable it where all of it is disabled; after a question."""
        chosen = self.chosen
        plugins = self.desk.client.plugins
        off = all(plugin.state is PluginState.DISABLED for plugin in chosen)
        do, switch, back = "Disable", plugins.disable, plugins.enable
        if off:
            do, switch, back = "Enable", plugins.enable, plugins.disable
        wanted = [plugin for plugin in chosen if (plugin.state is PluginState.DISABLED) is off]
        if not wanted or not await self._agreed(do, wanted):
            return
        backs: list[Back] = []

        async def turn(plugin: Plugin) -> None:
            self._tell(await switch(plugin.name), aloud=len(wanted) == 1)
            backs.append(partial(back, plugin.name))

        await do_each(self, wanted, f"{do[:-1]}ing", turn)
        self.desk.undo.push_all(f"{self.what_text(wanted)}: {do.lower()}d", backs)

    async def _agreed(self, do: str, plugins: list[Plugin]) -> bool:
        several = len(plugins) > 1
        told = [f"{p.name}: {_consequence(p)}" if several else _consequence(p) for p in plugins]
        asked = question(do, self.what_text(plugins), names_text(told))
        return await self.app.push_screen_wait(ConfirmPrompt(asked, do))

    def why_not(self, action: str) -> str:
        """A plugin that is disabled is not loaded."""
        chosen = self.chosen
        if action == "probe" and chosen:
            resting = [plugin for plugin in chosen if plugin.state is PluginState.DISABLED]
            if len(resting) == len(chosen):
                return f"{names_text([plugin.name for plugin in chosen], ', ')} is disabled."
        return super().why_not(action)

    @work(exclusive=True, group="switch")
    async def action_probe(self) -> None:
        """Load what is chosen once more: it, or what it needs, may have been mended."""
        chosen = [plugin for plugin in self.chosen if plugin.state is not PluginState.DISABLED]

        async def probe(plugin: Plugin) -> None:
            probed = await self.desk.client.plugins.enable(plugin.name)
            self._tell(probed, aloud=len(chosen) == 1)

        if len(chosen) == 1:
            self.say(f"{chosen[0].name} is being probed.")
        await do_each(self, chosen, "Probing", probe)

    def _tell(self, plugin: Plugin, *, aloud: bool) -> None:
        if aloud:
            said = f"{plugin.name}: {PLUGIN_STATES[plugin.state]}."
            self.say(f"{said} {plugin.error or plugin.warning}".strip())


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
