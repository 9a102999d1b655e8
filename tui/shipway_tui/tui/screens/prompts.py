"""Small questions: yes or no, a typed confirmation, one of several."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from shipway_tui.tui.words import plain

ESCAPE: list[BindingType] = [
    Binding("escape", "cancel", "Cancel", id="prompt.cancel", tooltip="Close without doing it")
]
#: For a question that is answered by typing: `enter` in the line and this key do the same.
TYPED: list[BindingType] = [
    *ESCAPE,
    Binding("ctrl+s", "do", "Do it", id="prompt.do", tooltip="Do what the button says"),
]


class ConfirmPrompt(ModalScreen[bool]):
    """Ask before something hard to reverse; the focus is on Cancel.

    With `typed`, the answer counts only when that text was typed.
    """

    BINDINGS: ClassVar[list[BindingType]] = ESCAPE

    def __init__(self, question: str, do: str, *, typed: str = "") -> None:
        super().__init__()
        self._question, self._do, self._typed = question, do, typed

    def compose(self) -> ComposeResult:
        """Question, perhaps an input, two buttons."""
        with Vertical(classes="prompt"):
            yield Static(Content(plain(self._question, lines=True)), classes="question")
            if self._typed:
                yield Static(Content(f"Type {plain(self._typed)} to confirm."), classes="hint")
                yield Input(id="typed", compact=True)
            with Horizontal(classes="buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button(
                    self._do, id="do", variant="error", compact=True, disabled=bool(self._typed)
                )

    def on_mount(self) -> None:
        """The safe answer is the default."""
        self.query_one("#typed" if self._typed else "#cancel").focus()

    @on(Input.Changed)
    def _typing(self, message: Input.Changed) -> None:
        self.query_one("#do", Button).disabled = message.value != self._typed

    @on(Input.Submitted)
    def _entered(self, message: Input.Submitted) -> None:
        if message.value == self._typed:
            self.dismiss(True)  # noqa: FBT003

    @on(Button.Pressed)
    def _pressed(self, message: Button.Pressed) -> None:
        self.dismiss(message.button.id == "do")

    def action_cancel(self) -> None:
        """Answer no."""
        self.dismiss(False)  # noqa: FBT003


class ChoosePrompt(ModalScreen[str | None]):
    """Choose one of several, by name."""

    BINDINGS: ClassVar[list[BindingType]] = ESCAPE

    def __init__(self, question: str, choices: list[str]) -> None:
        super().__init__()
        self._question, self._choices = question, choices

    def compose(self) -> ComposeResult:
        """The question and the choices."""
        with Vertical(classes="prompt"):
            yield Static(Content(plain(self._question)), classes="question")
            yield OptionList(
                *(
                    Option(Content(plain(choice)), id=str(n))
                    for n, choice in enumerate(self._choices)
                ),
                compact=True,
            )

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(self._choices[message.option_index])

    def action_cancel(self) -> None:
        """Choose nothing."""
        self.dismiss(None)
