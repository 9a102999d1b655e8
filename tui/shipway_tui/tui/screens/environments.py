"""Where apps are published: each environment's status, and what it holds of every app."""

from datetime import datetime
from typing import ClassVar

from shipway_client.wire import (
    Environment,
    Event,
    JobState,
    Page,
    Publication,
    PublishStatus,
    UnpublishRequest,
)
from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.job import JobScreen
from shipway_tui.tui.screens.listing import ListScreen
from shipway_tui.tui.screens.prompts import ChoosePrompt, ConfirmPrompt
from shipway_tui.tui.screens.review import ReviewScreen
from shipway_tui.tui.widgets.detail import fact, heading, lines, muted, toned
from shipway_tui.tui.widgets.table import Cells, Column, Row
from shipway_tui.tui.words import (
    ENVIRONMENT_STATUSES,
    JOB_STATES,
    OUTCOMES,
    PUBLISH_STATES,
    PUBLISH_STATUSES,
    age_text,
    ago_text,
    numbers,
    plain,
)


class EnvironmentsScreen(ListScreen[Environment]):
    """Environments by name; the detail holds the publications."""

    HEADING = "Environments"
    NOUN = "environment"
    ACTING = frozenset({"check", "publish", "unpublish"})
    ON_ROW = frozenset({"check", "publish", "unpublish", "copy_name"})
    COLUMNS = (
        Column("name", "Environment"),
        Column("adapter", "Adapter", 18, wide=90),
        Column("status", "Status", 11),
        Column("reason", "Reason"),
        Column("age", "Read", 6),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "check", "Check status", id="environment.check", tooltip="Ask it now"),
        Binding("p", "publish", "Publish", id="environment.publish", tooltip="Publish to it"),
        Binding("u", "unpublish", "Unpublish", id="environment.unpublish", tooltip="Take out"),
        Binding("y", "copy_name", "Copy", show=False, id="environment.copy", tooltip="Copy name"),
        Binding("r", "refresh", "Refresh", show=False, id="list.refresh", tooltip="Read afresh"),
        Binding("escape", "back", "Back", show=False, id="list.back", tooltip="Back"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._held: dict[str, Page[Publication]] = {}

    async def read_page(self, after: str | None) -> Page[Environment]:
        """Read environments; what they hold is read when they are looked at."""
        if after is None:
            self._held.clear()
        return await self.desk.client.environments.list(after=after)

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
            "status": ENVIRONMENT_STATUSES[thing.status],
            "reason": thing.reason,
            "age": age_text(thing.read_at, self.desk.now()),
        }
        return Row(thing.name, thing.name, cells)

    def describe(self, thing: Environment) -> Content:
        """Write an environment, then what it holds of each app."""
        held = self._held.get(thing.name)
        now = self.desk.now()
        parts = [
            heading(thing.name),
            fact("status", ENVIRONMENT_STATUSES[thing.status]),
            fact("reason", thing.reason),
            fact("read", f"{ago_text(thing.read_at, now)} · {thing.title}"),
            *([fact("job", str(thing.job))] if thing.job else []),
        ]
        for publication in held.items if held else []:
            parts += [Content(""), *_publication_lines(publication, now)]
        if held is not None and not held.items:
            parts += [Content(""), muted("It holds nothing yet.")]
        if held is not None and held.after:
            parts += [Content(""), muted("And more: see `shipway env show`.")]
        return lines(parts)

    def touched(self, event: Event) -> set[str]:
        """Publications stand in their environment's detail."""
        noun = event.kind.partition(".")[0]
        if noun == "environment":
            return {event.subject}
        named = event.data.get("environment") if noun in {"publication", "job"} else None
        return {named} if isinstance(named, str) else set()

    async def empty_text(self) -> str:
        """Say how to make one."""
        return "No environment. Add one with `shipway env add`."

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
        """Ask the environment for its status now."""
        environment = self.selected
        if environment is None:
            return
        checked = await self.ask(self.desk.client.environments.check(environment.name))
        if checked is not None:
            self.say(f"{checked.name}: {ENVIRONMENT_STATUSES[checked.status]}. {checked.reason}")
            self.changed({checked.name})

    def action_publish(self) -> None:
        """Review a publish to the selected environment."""
        if environment := self.selected:
            self.app.push_screen(ReviewScreen(self.desk, environment=environment.name))

    def action_copy_name(self) -> None:
        """Copy the name of the selected environment."""
        if environment := self.selected:
            self.copy(environment.name)

    @work(exclusive=True, group="unpublish")
    async def action_unpublish(self) -> None:
        """Ask which app, ask for its address as confirmation, and submit."""
        environment = self.selected
        if environment is None:
            return
        apps = self._published(environment)
        app = apps[0] if len(apps) == 1 else await self._choose(apps)
        if app is None or not await self._confirmed(app, environment.name):
            return
        request = UnpublishRequest(app=app, environment=environment.name, confirm_remove=app)
        job = await self.ask(self.desk.client.jobs.unpublish(request))
        if job is not None:
            self.app.push_screen(JobScreen(self.desk, job.id))

    async def _choose(self, apps: list[str]) -> str | None:
        return await self.app.push_screen_wait(ChoosePrompt("Unpublish which app?", apps))

    async def _confirmed(self, app: str, environment: str) -> bool:
        question = f"Take {app} out of {environment}?\nTo replace it, publish again instead."
        return await self.app.push_screen_wait(ConfirmPrompt(question, "Unpublish", typed=app))


def _publication_lines(publication: Publication, now: datetime) -> list[Content]:
    status = PUBLISH_STATUSES[publication.status]
    read = muted(f"  read {ago_text(publication.read_at, now)}")
    parts = [Content.assemble(heading(publication.app), "  ", toned(status), read)]
    for live in publication.live:
        address = f"  {live.version_address}" if live.version_address else ""
        text = f"  {live.channel}  {numbers(live.version, live.build)}  "
        parts.append(Content.assemble(plain(text), toned(PUBLISH_STATES[live.state])))
        parts.append(muted(f"    {live.digest[:12]}{address}"))
    if attempt := publication.last_attempt:
        outcome = OUTCOMES[attempt.outcome] if attempt.outcome else JOB_STATES[JobState.RUNNING]
        reason = muted(f"  {attempt.reason}" if attempt.reason else "")
        parts.append(
            Content.assemble(
                muted("  last attempt  "), toned(outcome), f"  job {attempt.job}", reason
            )
        )
    return parts
