"""Asking before several profiles are deleted at once."""

from collections.abc import Sequence
from typing import Any

from shipway_client.errors import ShipwayError
from shipway_client.live import live_among
from shipway_client.wire import Profile

from shipway_tui.tui.screens.listing import ListScreen
from shipway_tui.tui.screens.many import names_text, question
from shipway_tui.tui.screens.prompts import ConfirmPrompt


async def several_agreed(place: ListScreen[Any], profiles: Sequence[Profile]) -> bool:
    """Name the profiles, and where they are live; how many they are must be typed."""
    environments: set[str] = set()
    try:
        for profile in profiles:
            live = await live_among(place.desk.client, profile.address)
            environments |= {one.environment for one in live}
    except ShipwayError as error:
        place.complain(error)
        return False
    typed = place.what_text(profiles)
    stays = f"Live in {', '.join(sorted(environments))}, and stays there." if environments else ""
    lost = "All their versions are deleted with them: files, notes, findings."
    names = names_text([profile.address for profile in profiles])
    asked = question("Delete", typed, names, stays, lost)
    return await place.app.push_screen_wait(ConfirmPrompt(asked, "Delete", typed=typed))
