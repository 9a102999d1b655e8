"""Saved views of a list: chosen with a key, saved under a name, opened from anywhere."""

import asyncio
from typing import TYPE_CHECKING, TypeVar

from textual import work

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.sorting import SortedPlace

if TYPE_CHECKING:
    from shipway_tui.tui.views import View, ViewFile, Where

T = TypeVar("T")


class ViewedPlace(SortedPlace[T]):
    """A place that can be told what to ask for, and can say it."""

    @property
    def place(self) -> "tuple[Where, str]":
        """The place of a view of this list, and what the list is narrowed to besides its filter."""
        raise NotImplementedError

    def why_not(self, action: str) -> str:
        """A view is a query and a sort."""
        if action == "save_view" and not self.ASKED:
            return "This list has no filter to save."
        return super().why_not(action)

    def ask_for(self, query: str, sort: str) -> None:
        """Show what a view asks for."""
        self.show_filter(query)
        self.sorted_by = sort
        self.show_order()
        self.refined()

    @work(exclusive=True, group="form")
    async def action_views(self) -> None:
        """Choose a view; those of this place are offered first."""
        from shipway_tui.tui.screens.view_prompts import ViewsPrompt
        from shipway_tui.tui.view_opening import open_view
        from shipway_tui.tui.views import BUILT_IN

        own = await self.ask(asyncio.to_thread(view_file(self.desk).read))
        if own is None:
            return
        prompt = ViewsPrompt(self._nearest(own), self._nearest(BUILT_IN), view_file(self.desk))
        view = await self.app.push_screen_wait(prompt)
        if view is not None:
            await open_view(self.app, self.desk, view)

    def _nearest(self, views: "list[View] | tuple[View, ...]") -> "list[View]":
        here, _ = self.place
        return sorted(views, key=lambda view: view.place != here)

    @work(exclusive=True, group="form")
    async def action_save_view(self) -> None:
        """Save what is asked for now under a name."""
        from msgspec.structs import replace

        from shipway_tui.tui.screens.view_prompts import SaveViewPrompt
        from shipway_tui.tui.views import View

        place, within = self.place
        query = " ".join(filter(None, [within, self.filter_text]))
        view = View(name="", place=place, query=query, sort=self.sorted_by)
        name = await self.app.push_screen_wait(SaveViewPrompt(view))
        if name is None:
            return
        save = asyncio.to_thread(view_file(self.desk).save, replace(view, name=name))
        replaced = await self.ask(save)
        if replaced is not None:
            self.say(f"{name} is saved{' in place of the one before' if replaced else ''}.")


def view_file(desk: Desk) -> "ViewFile":
    """The file of one's own views, beside `config.toml`."""
    from shipway_tui.tui.views import ViewFile

    return ViewFile(desk.client.locations.config / "views.json")
