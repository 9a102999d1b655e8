"""Waiting in Pilot tests: for a condition with a deadline, never for a time."""

import asyncio

DEADLINE_SECONDS = 60.0


async def until(pilot, holds, seconds: float = DEADLINE_SECONDS) -> None:
    """Wait until something holds; fail when it does not within the deadline."""
    async with asyncio.timeout(seconds):
        while not holds():
            await pilot.pause(0.01)


#: Workers that wait for as long as the daemon tells news, or for as long as a form is open.
PATIENT = frozenset({"feed", "form", "inbox"})


async def settled(pilot) -> None:
    """Wait until every worker that is not patient is done and every message handled."""

    def busy() -> bool:
        return any(w.group not in PATIENT and not w.is_finished for w in pilot.app.workers)

    await pilot.pause()
    await until(pilot, lambda: not busy())
    await pilot.pause()
