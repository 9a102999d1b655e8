"""What a publish review asks for: app, environment, a version per channel, state, targets."""

from shipway_client.wire import Environment, PublishRequest
from shipway_plugins.words import PublishState
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, Label, Select

from shipway_tui.tui.offer import KEEP, REMOVE, ChannelOffer, selection
from shipway_tui.tui.widgets.channels import ChannelChoices
from shipway_tui.tui.words import PUBLISH_STATES, plain

NO_TARGET_TEXT = "Active needs at least one target (group:NAME or user:NAME), else it is refused."


class ReviewChoices(VerticalScroll, can_focus=False):
    """One line per question; `missing` says what has to be answered still."""

    def __init__(self, app: str | None, environment: str | None) -> None:
        super().__init__(id="choices")
        self._given = (app, environment)

    def compose(self) -> ComposeResult:
        """App and environment, the channels, then how it is published."""
        app, environment = self._given
        with Horizontal(classes="choice"):
            yield Label("App")
            yield _select("app", [app] if app else [], app)
        with Horizontal(classes="choice"):
            yield Label("Environment")
            yield _select("environment", [environment] if environment else [], environment)
        yield ChannelChoices(id="channels")
        with Horizontal(classes="choice"):
            yield Label("State")
            yield _state_select()
        with Horizontal(classes="choice"):
            yield Label("Targets")
            yield Input(placeholder="group:NAME, user:NAME", id="targets", compact=True)
        with Horizontal(classes="choice", id="confirm-choice"):
            yield Label("Confirm")
            yield Input(id="confirm", compact=True)

    # -------------------------------------------------------------------- offering

    def offer(self, name: str, choices: list[str]) -> None:
        """Put up the apps or the environments; the only one there is, is chosen."""
        select = self._select(name)
        chosen = self._value(name)
        select.set_options([(plain(choice), choice) for choice in choices])
        if chosen or len(choices) == 1:
            select.value = chosen or choices[0]
        select.disabled = len(choices) < 2

    async def offer_channels(self, offers: list[ChannelOffer], preferred: str | None) -> None:
        """Put up the channels of the app."""
        await self.query_one(ChannelChoices).offer(offers, preferred)

    def fit_to(self, environment: Environment | None) -> None:
        """Show only what the environment's adapter can do."""
        capabilities = environment.capabilities if environment else None
        states = capabilities is None or capabilities.states
        self._select("state").parent.display = states  # type: ignore[union-attr]
        targets = capabilities is None or capabilities.targets
        self.query_one("#targets").parent.display = targets  # type: ignore[union-attr]
        self.query_one("#confirm-choice").display = self._removes
        self.query_one("#confirm", Input).placeholder = f"type {self.app_name or ''} to remove"

    # ------------------------------------------------------------- what was chosen

    @property
    def app_name(self) -> str | None:
        """The address of the chosen app."""
        return self._value("app")

    @property
    def environment(self) -> str | None:
        """The name of the chosen environment."""
        return self._value("environment")

    def missing(self) -> str:
        """Say what has to be answered still; empty when the daemon can be asked."""
        app, environment = self.app_name, self.environment
        if not app:
            return "Choose an app."
        if not environment:
            return "Choose an environment."
        choices = self._channels
        if not choices:
            return "Reading."
        if all(choice == KEEP for choice in choices.values()):
            return "Every channel is kept as it is: choose a version for one of them."
        if self._value("state") == PublishState.ACTIVE and not self._targets:
            return NO_TARGET_TEXT
        if self._removes and self.query_one("#confirm", Input).value != app:
            return f"A channel is removed from {environment}: type {app} to confirm."
        return ""

    def unanswered(self) -> Select[str] | None:
        """The first question that nothing was chosen for: the app, then the environment."""
        for name in ("app", "environment"):
            if self._value(name) is None:
                return self._select(name)
        return None

    def request(self) -> PublishRequest:
        """Turn what was chosen into what is asked of the daemon."""
        app = self.app_name or ""
        return PublishRequest(
            app=app,
            environment=self.environment or "",
            selections=[selection(channel, choice) for channel, choice in self._channels.items()],
            state=PublishState(self._value("state") or "draft"),
            targets=self._targets,
            confirm_remove=app if self._removes else None,
        )

    @property
    def _channels(self) -> dict[str, str]:
        return self.query_one(ChannelChoices).choices

    @property
    def _removes(self) -> bool:
        return REMOVE in self._channels.values()

    @property
    def _targets(self) -> list[str]:
        return self.query_one("#targets", Input).value.replace(",", " ").split()

    def _select(self, name: str) -> Select[str]:
        return self.query_one(f"#{name}", Select)

    def _value(self, name: str) -> str | None:
        value = self._select(name).value
        return value if isinstance(value, str) else None


def _state_select() -> Select[str]:
    options = [(PUBLISH_STATES[state].word, state.value) for state in PublishState]
    draft = PublishState.DRAFT.value
    return Select(options, value=draft, id="state", compact=True, allow_blank=False)


def _select(name: str, choices: list[str], chosen: str | None) -> Select[str]:
    options = [(plain(choice), choice) for choice in choices]
    value = chosen if chosen is not None else Select.NULL
    blank = chosen is None
    return Select(options, prompt="choose", value=value, id=name, compact=True, allow_blank=blank)
