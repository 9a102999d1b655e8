"""What the command palette offers: every action that has a key, and profiles by name."""

from collections.abc import Iterator
from functools import partial

from shipway_client.errors import ShipwayError, WrongUsage
from shipway_client.wire import Profile
from textual.app import SystemCommand
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.screen import Screen

from shipway_tui.tui.actions import MOVING
from shipway_tui.tui.desk import Desk
from shipway_tui.tui.links import Link, parse
from shipway_tui.tui.words import plain


def commands_of(screen: Screen[object]) -> Iterator[SystemCommand]:
    """Offer each binding of the screen that can be used now, once, by its description.

    What only moves, types or closes is left out (shipway_tui.tui.actions).
    """
    told: set[str] = set()
    for active in screen.active_bindings.values():
        binding = active.binding
        identity = binding.id or ""
        if not active.enabled or not identity or identity in told or identity in MOVING:
            continue
        told.add(identity)
        noun = identity.partition(".")[0]
        run = partial(screen.app.run_action, binding.action, active.node)
        yield SystemCommand(f"{noun}: {binding.description}", binding.tooltip, run)


class ProfileProvider(Provider):
    """Go to a profile by a part of its name; the daemon searches."""

    async def discover(self) -> Hits:
        """Offer the first profiles."""
        for profile in await self._find(None):
            yield DiscoveryHit(f"go to {plain(profile.address)}", partial(self._open, profile))

    async def search(self, query: str) -> Hits:
        """Offer the profiles that the daemon finds."""
        matcher = self.matcher(query)
        for profile in await self._find(query.removeprefix("go to").strip()):
            text = f"go to {plain(profile.address)}"
            if (score := matcher.match(text)) > 0:
                yield Hit(score, matcher.highlight(text), partial(self._open, profile))

    async def _find(self, query: str | None) -> list[Profile]:
        desk = self._desk
        if desk is None or not desk.connected:
            return []
        try:
            return (await desk.client.profiles.list(query=query or None, limit=10)).items
        except ShipwayError:
            return []  # the status line says that the daemon is away; a search finds nothing then

    @property
    def _desk(self) -> Desk | None:
        desk = getattr(self.app, "desk", None)
        return desk if isinstance(desk, Desk) else None

    def _open(self, profile: Profile) -> None:
        from shipway_tui.tui.screens.versions import VersionsScreen

        if (desk := self._desk) is not None:
            self.app.switch_mode("profiles")
            self.app.push_screen(VersionsScreen(desk, profile))


class LinkProvider(Provider):
    """Go where words lead that open the TUI from a shell: `job 7`, `profile owner/name`."""

    async def search(self, query: str) -> Hits:
        """Offer to go there, once the words are whole."""
        try:
            link = parse(query.removeprefix("go to").split())
        except WrongUsage:
            return
        yield Hit(1.0, f"go to {plain(query.strip())}", partial(self._go, link))

    def _go(self, link: Link) -> None:
        from shipway_tui.tui.app import ShipwayApp

        if isinstance(self.app, ShipwayApp):
            self.app.go(link)
