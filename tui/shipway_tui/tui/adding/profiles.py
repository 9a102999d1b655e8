"""The rest of a profile's address, while its beginning is typed."""

from shipway_client.errors import ShipwayError
from textual.suggester import Suggester

from shipway_tui.tui.desk import Desk
from shipway_tui.tui.words import plain


class ProfileSuggester(Suggester):
    """Asks the daemon; where it does not answer nothing is suggested, and the line works on."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._desk = desk

    async def get_suggestion(self, value: str) -> str | None:
        """The first address that begins as was typed."""
        if not self._desk.connected:
            return None
        try:
            page = await self._desk.client.profiles.list(query=value, limit=10)
        except ShipwayError:
            return None  # the status line says that the daemon is away
        found = (plain(profile.address) for profile in page.items)
        return next((address for address in found if address.startswith(value)), None)
