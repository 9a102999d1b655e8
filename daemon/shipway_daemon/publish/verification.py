"""Verification: the store is read back, and only what it says counts."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from shipway_client.errors import Busy, ShipwayError
from shipway_plugins.errors import NotSupported, PluginError
from shipway_plugins.words import Capabilities, ItemAction, LiveEntry, LiveState, Plan, PlanItem

#: How long between two looks.
_FIRST_PAUSE = 0.2
_LAST_PAUSE = 5.0


def is_live(plan: Plan, live: LiveState, can: Capabilities) -> bool:
    """Tell whether a store holds exactly what a plan asks of it."""
    return all(_holds(item, plan, live, can) for item in plan.items)


def _holds(item: PlanItem, plan: Plan, live: LiveState, can: Capabilities) -> bool:
    if item.action is ItemAction.KEEP:
        return True
    there = [
        entry for entry in live.entries if entry.channel == item.channel and entry.copy is plan.copy
    ]
    if item.action is ItemAction.REMOVE or item.version is None:
        return not there
    digest = item.version.digest
    return any(entry.digest == digest and _as_asked(entry, plan, can) for entry in there)


def _as_asked(entry: LiveEntry, plan: Plan, can: Capabilities) -> bool:
    if can.states and entry.state is not plan.state:
        return False
    return not can.targets or set(plan.targets) <= set(entry.targets)


async def read_back(
    read: Callable[[], Awaitable[LiveState]],
    enough: Callable[[LiveState], bool],
    seconds: float,
) -> LiveState | None:
    """Read until the answer is enough, or until the deadline; the last answer, None if none came.

    A store that cannot be asked is asked again: what it holds is unknown until it answers. One
    that can never be read back is not. A read that is under way at the deadline is given up.

    Raises:
        Busy: A job that has no lock asked, and another one is at work.
    """
    last = None
    pause = _FIRST_PAUSE
    with suppress(TimeoutError, NotSupported):
        async with asyncio.timeout(seconds):
            while True:
                last = await _answer(read)
                if last is not None and enough(last):
                    return last
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LAST_PAUSE)
    return last


async def _answer(read: Callable[[], Awaitable[LiveState]]) -> LiveState | None:
    """Read once; None where the store does not answer."""
    try:
        return await read()
    except (Busy, NotSupported):
        raise
    except (PluginError, ShipwayError):
        return None
