"""Choosing a saved view, and saving one."""

from typing import ClassVar

from shipway_client.errors import ShipwayError
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from shipway_tui.tui.screens.prompts import ESCAPE, TYPED
from shipway_tui.tui.views import View, ViewFile
from shipway_tui.tui.widgets.detail import muted
from shipway_tui.tui.words import fit_end, plain

_NAME_CELLS = 22


class ViewsPrompt(ModalScreen[View | None]):
    """Choose a view; those of this place come first. One's own can be deleted here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *ESCAPE,
        Binding("D", "delete", "Delete", id="view.delete", tooltip="Forget this view of your own"),
    ]

    def __init__(self, own: list[View], built_in: list[View], file: ViewFile) -> None:
        super().__init__()
        self._own, self._built_in, self._file = own, built_in, file

    def compose(self) -> ComposeResult:
        """The views, and what can be done with them."""
        with Vertical(classes="prompt"):
            yield Static("Which view?", classes="question")
            yield OptionList(*self._options(), id="views", compact=True)
            yield Static("", id="error", markup=False)
            yield Static("Your own views are deleted with D.", id="view-hint", classes="hint")

    def on_mount(self) -> None:
        """The first view is the nearest."""
        views = self.query_one("#views", OptionList)
        views.highlighted = 0
        views.focus()
        self.query_one("#view-hint").display = bool(self._own)

    @property
    def _views(self) -> list[View]:
        return [*self._own, *self._built_in]

    def _options(self) -> list[Option]:
        return [Option(_line(view, own=view in self._own)) for view in self._views]

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(self._views[message.option_index])

    def action_delete(self) -> None:
        """Delete the highlighted view, where it is one's own."""
        options = self.query_one("#views", OptionList)
        view = self._views[options.highlighted or 0]
        if view not in self._own:
            self._complain(f"{view.name} is always there.")
            return
        try:
            self._file.delete(view.name)
        except ShipwayError as error:
            self._complain(error.message)
            return
        self._own.remove(view)
        options.clear_options()
        options.add_options(self._options())
        self._complain(f"{view.name} is deleted.")

    def _complain(self, text: str) -> None:
        self.query_one("#error", Static).update(Content(plain(text)))

    def action_cancel(self) -> None:
        """Stay with what is shown."""
        self.dismiss(None)


class SaveViewPrompt(ModalScreen[str | None]):
    """Ask for the name under which a view is kept; answers it."""

    BINDINGS: ClassVar[list[BindingType]] = TYPED

    def __init__(self, view: View) -> None:
        super().__init__()
        self._view = view

    def compose(self) -> ComposeResult:
        """What is kept, a name, two buttons."""
        with Vertical(classes="prompt"):
            yield Static("Save this view as", classes="question")
            yield Static(Content(plain(asked_text(self._view))), classes="hint")
            yield Input(id="name", compact=True, max_length=40)
            with Horizontal(classes="buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button("Save", id="do", variant="primary", compact=True, disabled=True)

    def on_mount(self) -> None:
        """A name is all that is missing."""
        self.query_one("#name").focus()

    @on(Input.Changed)
    def _typed(self) -> None:
        self.query_one("#do", Button).disabled = not self._typed_name

    @property
    def _typed_name(self) -> str:
        return " ".join(self.query_one("#name", Input).value.split())

    @on(Input.Submitted)
    @on(Button.Pressed, "#do")
    def action_do(self) -> None:
        """Keep it under the name that is typed."""
        if self._typed_name:
            self.dismiss(self._typed_name)

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Keep nothing."""
        self.dismiss(None)


def asked_text(view: View) -> str:
    """Say what a view asks for."""
    asked = [view.place, view.query, f"by {view.sort}" if view.sort else ""]
    return " · ".join(filter(None, asked))


def _line(view: View, *, own: bool) -> Content:
    name = fit_end(plain(view.name), _NAME_CELLS).ljust(_NAME_CELLS)
    return Content.assemble("◆ " if own else "  ", name, "  ", muted(asked_text(view)))
