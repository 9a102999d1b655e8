"""Whether the guide is to open by itself: in an empty home, and never again once it was left."""

import asyncio
from pathlib import Path

from shipway_client.errors import ShipwayError

from shipway_tui.tui.desk import Desk

_NAME = "guide-seen"


async def is_first_run(desk: Desk) -> bool:
    """Whether nothing is in this home yet, and nobody left the guide in it."""
    if desk.read_only or await asyncio.to_thread(_path(desk).exists):
        return False
    try:
        folders = await desk.client.folders.list(limit=1)
        profiles = await desk.client.profiles.list(limit=1)
    except ShipwayError:
        return False  # the status line says that the daemon is away; the guide has a key
    return not folders.items and not profiles.items


async def remember(desk: Desk) -> None:
    """Remember in the home that the guide was left.

    Raises:
        OSError: The home cannot be written to.
    """
    await asyncio.to_thread(_path(desk).touch, mode=0o600)


def _path(desk: Desk) -> Path:
    return desk.client.locations.home / _NAME
