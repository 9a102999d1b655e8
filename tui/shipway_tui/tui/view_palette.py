"""The saved views in the command palette."""

import asyncio
from functools import partial

from shipway_client.errors import ShipwayError
from textual.command import DiscoveryHit, Hit, Hits, Provider

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.screens.viewing import view_file
from shipway_tui.tui.view_opening import open_view
from shipway_tui.tui.views import BUILT_IN, View
from shipway_tui.tui.words import plain


class ViewProvider(Provider):
    """Show a saved view by its name: `view: Failed jobs`."""

    async def discover(self) -> Hits:
        """Offer all of them."""
        for view in await self._views():
            yield DiscoveryHit(_title(view), partial(self._open, view), help=view.query)

    async def search(self, query: str) -> Hits:
        """Offer those whose names fit."""
        matcher = self.matcher(query)
        for view in await self._views():
            title = _title(view)
            if (score := matcher.match(title)) > 0:
                run = partial(self._open, view)
                yield Hit(score, matcher.highlight(title), run, help=view.query)

    async def _views(self) -> list[View]:
        try:
            own = await asyncio.to_thread(view_file(self._desk).read)
        except ShipwayError:
            own = []  # the chooser of views says what is wrong with their file
        return [*own, *BUILT_IN]

    @property
    def _desk(self) -> Desk:
        desk: Desk = self.app.desk  # type: ignore[attr-defined]
        return desk

    async def _open(self, view: View) -> None:
        await open_view(self.app, self._desk, view)


def _title(view: View) -> str:
    return f"view: {plain(view.name)}"
