"""Waiting in Pilot tests: for a condition with a deadline, never for a time."""

import asyncio

DEADLINE_SECONDS = 20.0


async def until(pilot, holds) -> None:
    """Wait until something holds; fail when it does not within the deadline."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not holds():
            await pilot.pause(0.01)


async def settled(pilot) -> None:
    """Wait until every worker but the feed is done and every message handled."""

    def busy() -> bool:
        return any(w.group != "feed" and not w.is_finished for w in pilot.app.workers)

    await pilot.pause()
    await until(pilot, lambda: not busy())
    await pilot.pause()
