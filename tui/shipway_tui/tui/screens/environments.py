"""Where apps are published: each environment's status, and what it holds of every app."""

from typing import ClassVar

from shipway_client.wire import (
    Environment,
    Event,
    Page,
    Publication,
    PublishStatus,
)
from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from shipway_tui.tui.adapters import adapter_of, adapter_text, enabled_adapters
from shipway_tui.tui.desk import Desk
from shipway_tui.tui.next_steps import with_keys
from shipway_tui.tui.screens.environment_text import (
    describe_environment,
    published_word,
    reason_text,
)
from shipway_tui.tui.screens.job import JobScreen
from shipway_tui.tui.screens.list_keys import LIST_KEYS
from shipway_tui.tui.screens.listing import ListScreen
from shipway_tui.tui.screens.many import do_each, names_text, question
from shipway_tui.tui.screens.prompts import ChoosePrompt, ConfirmPrompt
from shipway_tui.tui.screens.review import ReviewScreen
from shipway_tui.tui.screens.unpublishing import unpublish
from shipway_tui.tui.widgets.table import Cells, Column, Row
from shipway_tui.tui.words import ENVIRONMENT_STATUSES, age_text


class EnvironmentsScreen(ListScreen[Environment]):
    """Environments by name; the detail holds the publications."""

    HEADING = "Environments"
    NOUN = "environment"
    ASKED = "environment"
    ACTING = frozenset({"check", "publish", "unpublish", "add", "edit", "remove"})
    ON_ROW = frozenset({"check", "publish", "unpublish", "edit", "remove"})
    COLUMNS = (
        Column("name", "Environment", sort="name"),
        Column("adapter", "Adapter", 18, wide=90, sort="adapter"),
        Column("published", "Published", 9, wide=60),
        Column("status", "Status", 11, sort="status"),
        Column("reason", "Reason"),
        Column("age", "Read", 6, sort="read"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "Add", id="environment.add", tooltip="Add an environment"),
        Binding("e", "edit", "Edit", id="environment.edit", tooltip="Change its settings"),
        Binding("s", "check", "Status", id="environment.check", tooltip="Ask it now"),
        Binding("p", "publish", "Publish", id="environment.publish", tooltip="Publish to it"),
        Binding("u", "unpublish", "Unpublish", id="environment.unpublish", tooltip="Take out"),
        Binding("D", "remove", "Remove", id="environment.remove", tooltip="Forget it here"),
        *LIST_KEYS,
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._held: dict[str, Page[Publication]] = {}

    async def read_page(self, after: str | None) -> Page[Environment]:
        """Read environments; what they hold is read when they are looked at."""
        if after is None:
            self._held.clear()
        return await self.desk.client.environments.list(
            query=self.filter_text or None, sort=self.sorted_by or None, after=after
        )

    async def read_one(self, key: str) -> Environment:
        """Read one environment, and what it holds."""
        environment = await self.desk.client.environments.show(key)
        await self._read_held(key)
        return environment

    async def _read_held(self, name: str) -> None:
        self._held[name] = await self.desk.client.environments.publications(environment=name)

    def show_selected(self) -> None:
        """Show the selected environment, and read what it holds where that is not known."""
        super().show_selected()
        if (environment := self.selected) and environment.name not in self._held:
            self._look(environment.name)

    @work(exclusive=True, group="held")
    async def _look(self, name: str) -> None:
        await self.ask(self._read_held(name))
        if name in self._held:
            super().show_selected()

    def key_of(self, thing: Environment) -> str:
        """An environment's row is its name."""
        return thing.name

    def row_of(self, thing: Environment) -> Row:
        """Write an environment as a row."""
        cells: Cells = {
            "name": thing.name,
            "adapter": thing.title,
            "published": published_word(thing),
            "status": ENVIRONMENT_STATUSES[thing.status],
            "reason": reason_text(thing),
            "age": age_text(thing.read_at, self.desk.now()),
        }
        return Row(thing.name, thing.name, cells)

    def describe(self, thing: Environment) -> Content:
        """Write an environment, and what it holds of each app."""
        return describe_environment(thing, self._held.get(thing.name), self.desk.now())

    def touched(self, event: Event) -> set[str]:
        """Publications stand in their environment's detail."""
        noun = event.kind.partition(".")[0]
        if noun == "environment":
            return {event.subject}
        named = event.data.get("environment") if noun in {"publication", "job"} else None
        return {named} if isinstance(named, str) else set()

    def copies(self, thing: Environment) -> dict[str, str | None]:
        """An environment is named by its name."""
        return {"name": thing.name, "adapter": thing.adapter, "reason": thing.reason}

    async def empty_text(self) -> str:
        """Say how to make one."""
        return with_keys(self.table, "No environment. Press {environment.add} to add one.")

    def why_not(self, action: str) -> str:
        """Say why an action rests on the selected environment."""
        environment = self.selected
        if action == "unpublish" and environment is not None:
            capabilities = environment.capabilities
            if capabilities is not None and not capabilities.unpublish:
                return f"{environment.title} cannot unpublish."
            if not self._published(environment):
                return f"Nothing is published to {environment.name}."
        return super().why_not(action)

    def _published(self, environment: Environment) -> list[str]:
        held = self._held.get(environment.name)
        return [
            publication.app
            for publication in (held.items if held else [])
            if publication.status is PublishStatus.PUBLISHED
        ]

    @work(exclusive=True, group="check")
    async def action_check(self) -> None:
        """Ask what is chosen for its status now."""
        chosen = self.chosen

        async def check(environment: Environment) -> None:
            checked = await self.desk.client.environments.check(environment.name)
            if len(chosen) == 1:
                self.say(_status_text(checked))

        if chosen:
            await do_each(self, chosen, "Asking", check)

    @work(exclusive=True, group="form")
    async def action_add(self) -> None:
        """Choose an adapter, then fill in its form."""
        from shipway_tui.tui.screens.environment_form import AddEnvironmentForm

        adapters = await self.ask(enabled_adapters(self.desk.client))
        if adapters is None:
            return
        if not adapters:
            self.say("No enabled plugin brings an adapter. See the plugins.")
            return
        by_text = {adapter_text(adapter): adapter for adapter in adapters}
        only = next(iter(by_text)) if len(by_text) == 1 else None
        prompt = ChoosePrompt("Publish with which adapter?", list(by_text))
        chosen = only or await self.app.push_screen_wait(prompt)
        if chosen is None:
            return
        made = await self.app.push_screen_wait(AddEnvironmentForm(self.desk, by_text[chosen]))
        self._made(made)

    @work(exclusive=True, group="form")
    async def action_edit(self) -> None:
        """Change the settings of the selected environment in its form."""
        from shipway_tui.tui.screens.environment_form import ChangeEnvironmentForm

        environment = self.selected
        if environment is None:
            return
        adapter = await self.ask(adapter_of(self.desk.client, environment))
        if adapter is None:
            return
        form = ChangeEnvironmentForm(self.desk, environment, adapter)
        self._made(await self.app.push_screen_wait(form))

    def _made(self, environment: Environment | None) -> None:
        if environment is not None:
            self.say(_status_text(environment))
            self.changed({environment.name})

    @work(exclusive=True, group="remove")
    async def action_remove(self) -> None:
        """Forget what is chosen, after its name was typed; of several, how many they are."""
        chosen = self.chosen
        if not chosen:
            return
        typed = self.what_text(chosen)
        names = names_text([one.name for one in chosen]) if len(chosen) > 1 else ""
        lost = "Shipway forgets it; what its store holds stays there."
        asked = question("Remove", typed, names, lost)
        if not await self.app.push_screen_wait(ConfirmPrompt(asked, "Remove", typed=typed)):
            return

        async def remove(environment: Environment) -> None:
            await self.desk.client.environments.remove(environment.name)
            if not names:
                self.say(f"{environment.name} is removed.")

        await do_each(self, chosen, "Removing", remove)

    def action_publish(self) -> None:
        """Review a publish to the selected environment."""
        if environment := self.selected:
            self.app.push_screen(ReviewScreen(self.desk, environment=environment.name))

    @work(exclusive=True, group="unpublish")
    async def action_unpublish(self) -> None:
        """Ask which app, ask for its address as confirmation, and submit."""
        environment = self.selected
        if environment is None:
            return
        apps = self._published(environment)
        app = apps[0] if len(apps) == 1 else await self._choose(apps)
        if app is None:
            return
        job = await unpublish(self, environment.name, app)
        if job is not None:
            self.app.push_screen(JobScreen(self.desk, job.id))

    async def _choose(self, apps: list[str]) -> str | None:
        return await self.app.push_screen_wait(ChoosePrompt("Unpublish which app?", apps))


def _status_text(environment: Environment) -> str:
    return f"{environment.name}: {ENVIRONMENT_STATUSES[environment.status]}. {environment.reason}"
