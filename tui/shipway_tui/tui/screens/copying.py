"""Copying what a row says of itself, and opening its link in the browser."""

from collections.abc import Mapping
from typing import Any, TypeVar

from textual import work
from textual.app import App

from shipway_tui.tui.screens.marking import MarkedPlace
from shipway_tui.tui.words import plain

T = TypeVar("T")

_ON_ROW = frozenset({"copy", "copy_other", "browse"})


class CopyingPlace(MarkedPlace[T]):
    """A subclass says what there is to copy of a thing, and which link it has."""

    def copies(self, thing: T) -> dict[str, str | None]:
        """Everything of a thing that can be copied, by its name; the first is what names it."""
        raise NotImplementedError

    def link_of(self, thing: T) -> str | None:
        """The web page of a thing; None where there is none."""
        del thing
        return None

    def why_not(self, action: str) -> str:
        """Copying needs a row, opening one with a link."""
        if action in _ON_ROW and not self.chosen:
            return "Nothing is selected."
        if action == "browse" and self.selected is not None and not self.link_of(self.selected):
            return "There is no link to open here."
        return super().why_not(action)

    def action_copy(self) -> None:
        """Copy what names the selected thing; of marked ones, a line each."""
        found = [text for thing in self.chosen if (text := self._first(thing))]
        if found:
            self.copy("\n".join(found))

    def _first(self, thing: T) -> str:
        return next((text for text in self.copies(thing).values() if text), "")

    @work(exclusive=True, group="form")
    async def action_copy_other(self) -> None:
        """Choose what to copy of the selected thing."""
        if (thing := self.selected) is None:
            return
        chosen = await choose_copy(self.app, self.copies(thing) | {"link": self.link_of(thing)})
        if chosen is not None:
            self.copy(chosen)

    def action_browse(self) -> None:
        """Open the link of the selected thing; its text is shown as well."""
        if self.selected is not None and (link := self.link_of(self.selected)):
            self.app.open_url(link)
            self.say(link, title="Opened in the browser")


async def choose_copy(app: App[Any], known: Mapping[str, str | None]) -> str | None:
    """Have one of several texts chosen by its name; call it from a worker."""
    from shipway_tui.tui.screens.prompts import ChoosePrompt

    offered = {f"{name.ljust(11)} {plain(text)}": text for name, text in known.items() if text}
    chosen = await app.push_screen_wait(ChoosePrompt("Copy what?", list(offered)))
    return None if chosen is None else offered[chosen]
