"""Copying what a row says of itself, and opening its link in the browser."""

from typing import TypeVar

from textual import work

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
        from shipway_tui.tui.screens.prompts import ChoosePrompt

        if (thing := self.selected) is None:
            return
        known = self.copies(thing) | {"link": self.link_of(thing)}
        offered = {f"{name.ljust(11)} {plain(text)}": text for name, text in known.items() if text}
        chosen = await self.app.push_screen_wait(ChoosePrompt("Copy what?", list(offered)))
        if chosen is not None:
            self.copy(offered[chosen])

    def action_browse(self) -> None:
        """Open the link of the selected thing; its text is shown as well."""
        if self.selected is not None and (link := self.link_of(self.selected)):
            self.app.open_url(link)
            self.say(link, title="Opened in the browser")
