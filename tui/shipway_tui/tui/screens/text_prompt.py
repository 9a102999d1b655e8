"""Editing a text of several lines: its limit is told while it is typed, `$EDITOR` is a key away."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static, TextArea

from shipway_tui.tui.editor import NoEditor, edited
from shipway_tui.tui.screens.prompts import ESCAPE
from shipway_tui.tui.widgets.detail import muted, style_of
from shipway_tui.tui.widgets.status_line import keys_of
from shipway_tui.tui.words import Tone, plain


class TextPrompt(ModalScreen[str | None]):
    """Answers the text, or None where it was left as it was.

    `most` is how many characters it may have; with `needed` an empty one cannot be sent.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *ESCAPE,
        Binding("ctrl+s", "save", "Save", id="prompt.save", tooltip="Send the text"),
        Binding("ctrl+e", "editor", "Editor", priority=True, id="prompt.editor",
                tooltip="Edit it in $EDITOR"),
    ]  # fmt: skip

    def __init__(
        self, title: str, text: str, do: str, *, most: int, needed: bool = False, hint: str = ""
    ) -> None:
        super().__init__()
        self._heading, self._before, self._do = title, text, do
        self._most, self._needed, self._hint = most, needed, hint

    def compose(self) -> ComposeResult:
        """What it is for, an editor, how long it is, two buttons."""
        with Vertical(classes="prompt tall"):
            yield Static(Content(plain(self._heading)), classes="question")
            if self._hint:
                yield Static(Content(plain(self._hint, lines=True)), classes="hint")
            yield TextArea(self._before, tab_behavior="focus", id="text", compact=True)
            with Horizontal(classes="buttons"):
                yield Static("", id="count", markup=False)
                yield Button("Cancel", id="cancel", compact=True)
                yield Button(self._do, id="do", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Writing is what one came for."""
        area = self.query_one(TextArea)
        area.focus()
        area.move_cursor(area.document.end)
        self._count()

    @property
    def text(self) -> str:
        """What is typed."""
        return self.query_one(TextArea).text

    @property
    def problem(self) -> str:
        """Why it cannot be sent; empty when it can."""
        if len(self.text) > self._most:
            return f"{len(self.text):,} of {self._most:,} characters: too long"
        if self._needed and not self.text.strip():
            return "A text is needed"
        return ""

    @on(TextArea.Changed)
    def _count(self) -> None:
        """The limit is told as soon as there is something to count."""
        key = keys_of(self).get("prompt.editor", "")
        counted = muted(f"{len(self.text):,} of {self._most:,} · {key} editor")
        problem = Content.styled(self.problem, style_of(Tone.CAUTION)) if self.problem else counted
        self.query_one("#count", Static).update(problem)
        self.query_one("#do", Button).disabled = bool(self.problem)

    @on(Button.Pressed)
    def _pressed(self, message: Button.Pressed) -> None:
        if message.button.id == "do":
            self.action_save()
        else:
            self.dismiss(None)

    def action_save(self) -> None:
        """Answer with the text, where it can be sent."""
        if not self.problem:
            self.dismiss(self.text)

    def action_cancel(self) -> None:
        """Leave the text as it was."""
        self.dismiss(None)

    @work(exclusive=True, group="editor")
    async def action_editor(self) -> None:
        """Edit it outside, and come back with what was saved there."""
        try:
            text = await edited(self.app, self.text)
        except NoEditor as error:
            self.notify(plain(str(error)), severity="error", markup=False)
            return
        area = self.query_one(TextArea)
        area.load_text(text)
        area.move_cursor(area.document.end)
        area.focus()
