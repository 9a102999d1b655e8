"""Adding files by hand: choose or drop them, say what is to be said of them, see what came."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import msgspec
from shipway_client.wire import Arriving, IngestProgress
from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Checkbox, Input, Label, Static

from shipway_tui.tui.adding.outcome import file_line
from shipway_tui.tui.adding.profiles import ProfileSuggester
from shipway_tui.tui.adding.run import AddRun, Chosen, summary
from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.place import READ_ONLY_TEXT
from shipway_tui.tui.widgets.detail import lines
from shipway_tui.tui.widgets.path_picker import PathPicker
from shipway_tui.tui.widgets.status_line import keys_of, short_path
from shipway_tui.tui.words import plain

NOTHING_YET = "No file yet: type a path, choose one, or drop files here."
DETACHED = "It goes on: the line above the footer shows how far it is."
_TEXTS = (
    ("profile", "Profile", "OWNER/NAME; empty: by its identifier"),
    ("channel", "Channel", "such as ios-tablet; empty: read from the file"),
    ("notes", "Notes", "release notes"),
    ("build_version", "Version", "where the file does not say it"),
    ("build_number", "Build", "where the file does not say it"),
)


class AddScreen(ModalScreen[AddRun | None]):
    """Stays until all is in, or is left while it goes on. Answers with the run that it began."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", id="add.leave", tooltip="Leave; what is begun goes on"),
        Binding("ctrl+s", "submit", "Add", id="add.submit", tooltip="Add the chosen files"),
        Binding(
            "ctrl+x", "forget", "Take back", show=False, id="add.forget",
            tooltip="Take the last file off the list",
        ),
    ]  # fmt: skip
    DEFAULT_CSS = """
    AddScreen #add {
        width: 96%; max-width: 96; height: auto; max-height: 100%; margin-bottom: 2;
        border: round $accent; background: $surface; padding: 0 1;
    }
    AddScreen #files { height: auto; max-height: 8; margin: 0 0 1 0; }
    AddScreen #files Static { height: auto; }
    AddScreen Checkbox { background: transparent; width: 1fr; }
    AddScreen #says { height: auto; }
    AddScreen.-running PathPicker, AddScreen.-running #says { display: none; }
    """

    def __init__(
        self,
        desk: Desk,
        files: Sequence[Path] = (),
        *,
        run: AddRun | None = None,
        candidate: bool = False,
    ) -> None:
        """Begin with `files`, or look at a `run` that goes on already."""
        super().__init__()
        self._desk = desk
        self._dropped = list(files)
        self._candidate = candidate
        self.chosen: list[Chosen] = run.files if run else []
        self.run_of_files = run

    def compose(self) -> ComposeResult:
        """The picker, the chosen files, what is said of all of them, two buttons."""
        with Vertical(id="add"):
            yield PathPicker(f"{short_path(Path.cwd())}/")
            with VerticalScroll(id="files", can_focus=False):
                yield Static(Content(NOTHING_YET), id="listed", markup=False)
            with Vertical(id="says"):
                for name, label, hint in _TEXTS:
                    with Horizontal(classes="choice"):
                        yield Label(label)
                        yield self._input(name, hint)
                with Horizontal(classes="choice"):
                    yield Label("Candidate")
                    yield Checkbox(
                        _marked(self._candidate), self._candidate, id="candidate", compact=True
                    )
            with Horizontal(classes="buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button("Add", id="do", variant="primary", compact=True, disabled=True)

    def _input(self, name: str, hint: str) -> Input:
        suggester = ProfileSuggester(self._desk) if name == "profile" else None
        return Input(placeholder=hint, id=name, compact=True, suggester=suggester)

    def on_mount(self) -> None:
        """Begin in the line for the path, or at the run that is looked at again."""
        frame = self.query_one("#add")
        frame.border_title = "Add files"
        keys = keys_of(self)
        told = f"tab completes · {keys['add.submit']} Add · {keys['add.leave']} leave"
        frame.border_subtitle = Content(plain(told))
        self._desk.ingesting.subscribe(self, self._ingesting)
        if self.run_of_files is not None:
            self._follow(self.run_of_files)
        else:
            self.query_one(PathPicker).line.focus()
            self.query_one(PathPicker).drop([str(path) for path in self._dropped])
        self._show()

    def on_unmount(self) -> None:
        """What goes on tells nobody any more."""
        if self.run_of_files is not None:
            self.run_of_files.watcher = None

    # ----------------------------------------------------------------- choosing files

    @on(PathPicker.Taken)
    def _taken(self, message: PathPicker.Taken) -> None:
        picker = self.query_one(PathPicker)
        if any(file.path == message.path for file in self.chosen):
            picker.complain(f"{message.path.name} is on the list already.")
            return
        self.chosen.append(Chosen(message.path, message.size or 0))
        picker.clear()
        self._show()

    @on(Checkbox.Changed)
    def _switched(self, message: Checkbox.Changed) -> None:
        message.checkbox.label = _marked(message.value)

    def action_forget(self) -> None:
        """Take the last file off the list."""
        if self.run_of_files is None and self.chosen:
            self.chosen.pop()
            self._show()

    # ------------------------------------------------------------------------ adding

    @on(Button.Pressed, "#do")
    def action_submit(self) -> None:
        """Add them; once all are in, close."""
        if self.run_of_files is not None:
            self._leave_if_ended()
            return
        reason = READ_ONLY_TEXT if self._desk.read_only else "" if self.chosen else NOTHING_YET
        if reason:
            self.query_one(PathPicker).complain(reason)
            return
        run = AddRun(self._desk.client, self._said(), self.chosen)
        self._follow(run)
        bringing = bring(self.app, self._desk, run)
        self.app.run_worker(bringing, group="adding", name="adding")

    def _said(self) -> Arriving:
        told = {name: self.query_one(f"#{name}", Input).value.strip() for name, _, _ in _TEXTS}
        candidate = self.query_one("#candidate", Checkbox).value
        given = {name: text for name, text in told.items() if text}
        return msgspec.convert({**given, "candidate": candidate}, Arriving)

    def _follow(self, run: AddRun) -> None:
        self.run_of_files = run
        run.watcher = self._show
        self.add_class("-running")
        self.query_one("#do").focus()

    def _ingesting(self, told: IngestProgress) -> None:
        if self.run_of_files is not None:
            self.run_of_files.hear(told)

    def _show(self) -> None:
        width = max(30, self.query_one("#files").size.width or 60)
        written = [file_line(file, width) for file in self.chosen]
        self.query_one("#listed", Static).update(lines(written or [Content(NOTHING_YET)]))
        run, count = self.run_of_files, len(self.chosen)
        button, leave = self.query_one("#do", Button), self.query_one("#cancel", Button)
        if run is None:
            button.label = "Add" if count < 2 else f"Add {count} files"
            button.disabled = not count
            return
        button.label = "Close" if run.ended else "Adding"
        leave.display = not run.ended
        leave.label = "Leave"
        if run.ended:
            button.disabled = False
            self.query_one("#add").border_title = f"Add files: {summary(run.files)}"
            button.focus()

    # ----------------------------------------------------------------------- leaving

    def _leave_if_ended(self) -> None:
        if self.run_of_files is not None and self.run_of_files.ended:
            self.dismiss(self.run_of_files)

    @on(Button.Pressed, "#cancel")
    def action_leave(self) -> None:
        """Leave; what is begun goes on."""
        run = self.run_of_files
        if run is not None and not run.ended:
            self.app.notify(DETACHED, title="Add files", markup=False)
        self.dismiss(run)


def _marked(value: bool) -> str:  # noqa: FBT001
    """Say whether they are marked: the box alone says it by colour."""
    return "marked" if value else "not marked"


async def bring(app: App[Any], desk: Desk, run: AddRun) -> None:
    """Take the files in; a work of the application, so that leaving the screen does not end it."""
    desk.adding = run
    try:
        await run.run()
    finally:
        desk.adding = None
    if run.watcher is None:
        wrong = any(file.error for file in run.files)
        app.notify(f"{summary(run.files).capitalize()}.", title="Add files", markup=False,
                   severity="warning" if wrong else "information")  # fmt: skip
