"""A form whose fields come from a schema; it stays until the daemon has taken what was typed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from shipway_client.errors import NoDaemon, ShipwayError
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from shipway_tui.tui.desk import Connection, Desk, Link
from shipway_tui.tui.form.values import Wrong
from shipway_tui.tui.screens.prompts import ConfirmPrompt
from shipway_tui.tui.widgets.field_row import FieldRow
from shipway_tui.tui.widgets.status_line import keys_of
from shipway_tui.tui.words import plain

if TYPE_CHECKING:
    from textual.widget import Widget

T = TypeVar("T")

TICK_SECONDS = 1.0
#: A form that needs no more than this share of the window's lines is as high as its fields.
_SHORT_SHARE = 0.5
AWAY_TEXT = "The daemon does not answer now. What you typed stays here."
LEFT_TEXT = "No longer waiting. The daemon may still do it: the list will show."


class FormScreen(ModalScreen[T | None], Generic[T]):
    """Asks the daemon once all fields can be read. A subclass says what for."""

    #: What the button does, and what is said while the daemon does it.
    DO: ClassVar[str] = ""
    AT_WORK: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", id="form.leave", tooltip="Stop waiting, else leave"),
        Binding("ctrl+s", "submit", "Submit", id="form.submit", tooltip="Send what is typed"),
    ]

    def __init__(self, desk: Desk, heading: str, introduction: str, rows: list[FieldRow]) -> None:
        super().__init__()
        self._desk = desk
        self._heading, self._introduction = heading, introduction
        self.rows = {row.field.name: row for row in rows}
        self._seconds: float | None = None
        self._was: Widget | None = None

    async def send(self, values: dict[str, Any]) -> T:
        """Ask the daemon; raises what it says is wrong."""
        raise NotImplementedError

    # ------------------------------------------------------------------- the frame

    def compose(self) -> ComposeResult:
        """Fields that scroll, what is wrong as a whole, two buttons."""
        with Vertical(id="form"):
            with VerticalScroll(id="fields", can_focus=False):
                if self._introduction:
                    yield Static(Content(plain(self._introduction, lines=True)), id="introduction")
                yield from self.rows.values()
            yield Static("", id="problem", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button(self.DO, id="do", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Start in the first field."""
        frame = self.query_one("#form")
        frame.border_title = Content(plain(self._heading))
        self._tell_keys()
        self._desk.linked.subscribe(self, self._linked)
        self.set_interval(TICK_SECONDS, self._tick)
        self.call_after_refresh(self._fit)
        if self.rows:
            next(iter(self.rows.values())).go_to()
        else:
            self.query_one("#do").focus()

    def on_resize(self) -> None:
        """Another window has other room."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """Take no more lines than a few fields need; what may be said of them finds room still."""
        shown = self.query_one("#fields").children
        needed = max((child.virtual_region.bottom for child in shown), default=0)
        self.set_class(needed <= self.size.height * _SHORT_SHARE, "-short")

    def _tell_keys(self) -> None:
        keys = keys_of(self)
        told = f"* required · {keys['form.submit']} {self.DO} · {keys['form.leave']} leave"
        self.query_one("#form").border_subtitle = Content(plain(told))

    def _linked(self, connection: Connection) -> None:
        """A lost daemon takes nothing away that was typed."""
        away = connection.link is Link.RECONNECTING
        if self.problem in {"", AWAY_TEXT}:
            self.say(AWAY_TEXT if away else "")

    @property
    def problem(self) -> str:
        """What stands above the buttons."""
        return str(self.query_one("#problem", Static).content)

    def say(self, text: str) -> None:
        """Say something of the form as a whole."""
        self.query_one("#problem", Static).update(Content(plain(text, lines=True)))

    def mark(self, wrong: Mapping[str, str]) -> list[str]:
        """Put each sentence beside its field; return those that have none here."""
        beside: dict[str, str] = {}
        left: list[str] = []
        for name, sentence in wrong.items():
            field, _, part = name.partition(".")
            if name in self.rows:
                beside[name] = sentence
            elif field in self.rows:  # within a table
                beside[field] = "\n".join(filter(None, [beside.get(field), f"{part}: {sentence}"]))
            else:
                left.append(f"{name}: {sentence}" if name else sentence)
        self.complain(beside)
        return left

    @property
    def marked(self) -> bool:
        """Whether something stands beside a field."""
        return any(row.error for row in self.rows.values())

    def complain(self, wrong: Mapping[str, str]) -> None:
        """Say what is wrong beside each field, and go to the first."""
        for name, row in self.rows.items():
            row.complain(wrong.get(name, ""))
        first = next((row for name, row in self.rows.items() if name in wrong), None)
        if first is not None:
            self.call_after_refresh(first.go_to)

    # ------------------------------------------------------------------ submitting

    @on(Input.Submitted)
    def _next(self) -> None:
        """Go on to the next field; behind the last one comes what sends, not what gives up."""
        if len(self.rows) == 1 == len(self.query(Input)):
            self.action_submit()
        elif self.focus_next() is self.query_one("#cancel"):
            self.query_one("#do").focus()

    @property
    def at_work(self) -> bool:
        """Whether the daemon is being waited for."""
        return self._seconds is not None

    @on(Button.Pressed, "#do")
    def action_submit(self) -> None:
        """Read every field; send only when all of them can be read."""
        if self.at_work:
            return
        values: dict[str, Any] = {}
        wrong: dict[str, str] = {}
        for name, row in self.rows.items():
            try:
                values[name] = row.read()
            except Wrong as problem:
                wrong[name] = str(problem)
        self.complain(wrong)
        if wrong:
            self.say(_count_text(len(wrong)))
            return
        self._begin()
        self._submit(values)

    @work(exclusive=True, group="submit")
    async def _submit(self, values: dict[str, Any]) -> None:
        try:
            answer = await self.send(values)
        except ShipwayError as error:
            self._end()
            self._refused(error)
        else:
            self.dismiss(answer)

    def _refused(self, error: ShipwayError) -> None:
        """What has no field here stands with the whole."""
        if isinstance(error, NoDaemon):
            self.say(AWAY_TEXT)
            return
        beside = error.message in error.fields.values()
        said = _count_text(len(error.fields)) if beside else error.message
        self.say("\n".join([f"{said} {error.hint}".strip(), *self.mark(error.fields)]))
        if not self.marked and self._was is not None:
            self._was.focus()

    def _begin(self) -> None:
        self._seconds = 0.0
        self._was = self.focused
        self.query_one("#fields").disabled = True
        self.query_one("#do", Button).disabled = True
        self.query_one("#cancel").focus()
        self.say(f"{self.AT_WORK}.")

    def _end(self) -> None:
        self._seconds = None
        self.query_one("#fields").disabled = False
        self.query_one("#do", Button).disabled = False

    def _tick(self) -> None:
        if self._seconds is not None:
            self._seconds += TICK_SECONDS
            self.say(f"{self.AT_WORK}: {self._seconds:.0f} s so far.")

    # --------------------------------------------------------------------- leaving

    @on(Button.Pressed, "#cancel")
    def action_leave(self) -> None:
        """Stop waiting while the daemon is at work; else leave, after asking if much is lost."""
        if self.at_work:
            self.workers.cancel_group(self, "submit")
            self._end()
            self.say(LEFT_TEXT)
            self.query_one("#do").focus()
        elif any(row.touched for row in self.rows.values()):
            self._ask_to_leave()
        else:
            self.dismiss(None)

    @work(exclusive=True, group="leave")
    async def _ask_to_leave(self) -> None:
        prompt = ConfirmPrompt("Leave the form? What you typed is lost.", "Leave")
        if await self.app.push_screen_wait(prompt):
            self.dismiss(None)


def _count_text(count: int) -> str:
    return "One field is not right yet." if count == 1 else f"{count} fields are not right yet."
