"""One field of a form: its label, the means to fill it in, help, and what is wrong with it."""

from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Checkbox, Input, Label, Select, Static, TextArea

from shipway_tui.tui.adding.folders import FolderSuggester
from shipway_tui.tui.form.fields import LACKING, Field, Kind
from shipway_tui.tui.form.references import REFERENCE_HINT
from shipway_tui.tui.form.values import NOT_A_REFERENCE, Wrong, holds_a_secret, read, typed
from shipway_tui.tui.words import fit_end, plain

_LABEL_CELLS = 17
_HINTS = {
    Kind.LIST: "One per line.",
    Kind.TABLE: "One name=value per line.",
    Kind.CREDENTIAL: f"A reference: {REFERENCE_HINT}.",
    Kind.OTHER: "JSON, else text.",
}
#: The lines that a list or a table is shown with.
_AREA_LINES = 3


class FieldRow(Vertical):
    """Starts at `value`; what is wrong stands beneath until it is typed over."""

    def __init__(self, field: Field, value: Any = LACKING) -> None:
        super().__init__(classes="field")
        self.field = field
        self._start = field.default if value is LACKING else value
        self._editor = self._make_editor()
        self._untouched = self._begin()
        self._error = Static("", classes="error", markup=False)

    def compose(self) -> ComposeResult:
        """Label and editor side by side, help and error beneath."""
        mark = " *" if self.field.required else ""
        name = fit_end(plain(self.field.label or self.field.name), _LABEL_CELLS - len(mark) - 1)
        with Horizontal(classes="choice"):
            yield Label(f"{name}{mark}", markup=False)
            yield self._editor
        if help_text := self._help():
            yield Static(Content(plain(help_text)), classes="help")
        yield self._error

    @property
    def raw(self) -> Any:
        """What stands in the editor, whether it fits or not."""
        if isinstance(self._editor, TextArea):
            return self._editor.text
        if isinstance(self._editor, Input | Select | Checkbox):
            return self._editor.value
        raise TypeError(type(self._editor))

    def _begin(self) -> Any:
        """What stands in the editor at first; a select has its value only once it is shown."""
        if isinstance(self._editor, Select):
            return self._start if self._start in self.field.choices else Select.NULL
        return self.raw

    @property
    def touched(self) -> bool:
        """Whether something was changed since the form was opened."""
        return bool(self.raw != self._untouched)

    @property
    def error(self) -> str:
        """What is said to be wrong; empty where nothing is."""
        return str(self._error.content)

    def read(self) -> Any:
        """Read the value; LACKING where the field was left empty.

        Raises:
            Wrong: What was typed does not fit.
        """
        raw = self.raw
        if raw is Select.NULL:
            if self.field.required:
                raise Wrong("This is required.")
            return None if self.field.nullable and self.field.default is None else LACKING
        return read(self.field, raw) if isinstance(self._editor, Input | TextArea) else raw

    def complain(self, sentence: str) -> None:
        """Say what is wrong; an empty sentence takes it back."""
        self._error.update(Content(plain(sentence, lines=True)))
        self.set_class(bool(sentence), "-wrong")

    def go_to(self) -> None:
        """Put the cursor here."""
        self._editor.focus(scroll_visible=False)

    def on_descendant_focus(self) -> None:
        """Help and error belong to what is being filled in."""
        self.add_class("-here")
        self.call_after_refresh(self.scroll_visible, animate=False)

    def on_descendant_blur(self) -> None:
        """The help of one field is enough to read."""
        self.remove_class("-here")

    def _help(self) -> str:
        kind = self.field.kind
        item = self.field.item
        hint = _HINTS.get(kind, "")
        if item and item.kind is Kind.CREDENTIAL:
            hint = f"One name=reference per line; a reference is {REFERENCE_HINT}."
        return f"{self.field.description.strip()} {hint}".strip()

    def _make_editor(self) -> Widget:
        field, start = self.field, self._start
        if field.kind is Kind.SWITCH:
            return Checkbox(_switch_text(on=start is True), start is True, compact=True)
        if field.kind is Kind.CHOICE:
            return _select(field, start)
        if field.kind in {Kind.LIST, Kind.TABLE}:
            area = TextArea(typed(field, start), tab_behavior="focus", compact=True)
            area.highlight_cursor_line = False
            area.styles.height = _AREA_LINES
            return area
        suggester = FolderSuggester() if field.folder else None
        return Input(typed(field, start), compact=True, select_on_focus=False, suggester=suggester)

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(Select.Changed)
    def _changed(self) -> None:
        """Take back what was wrong; a credential that can be no reference is told at once."""
        secret = isinstance(self.raw, str) and holds_a_secret(self.field, self.raw)
        if secret or self.touched:
            self.complain(NOT_A_REFERENCE if secret else "")

    @on(Checkbox.Changed)
    def _switched(self, message: Checkbox.Changed) -> None:
        message.checkbox.label = _switch_text(on=message.value)
        self.complain("")


def _switch_text(*, on: bool) -> str:
    return "on" if on else "off"


def _select(field: Field, start: Any) -> Select[Any]:
    """Offer the choices; one that was set and is none of them any more cannot be shown."""
    known = start in field.choices
    options = [(plain(_choice_text(choice)), choice) for choice in field.choices]
    blank = field.nullable or field.default is LACKING or not known
    return Select(
        options, value=start if known else Select.NULL, allow_blank=blank, compact=True,
        prompt="none" if field.nullable else "choose",
    )  # fmt: skip


def _choice_text(choice: Any) -> str:
    return _switch_text(on=choice) if isinstance(choice, bool) else str(choice)
