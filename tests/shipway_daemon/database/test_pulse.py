"""A beat reaches everybody who waits, and nobody who was away misses that it came."""

import asyncio
import time

from shipway_daemon.database.pulse import Pulse


async def test_a_beat_wakes_everybody():
    pulse = Pulse()
    waiters = [asyncio.create_task(pulse.after(0, 20)) for _ in range(10)]
    await asyncio.sleep(0)
    pulse.beat()
    assert await asyncio.gather(*waiters) == [1] * 10


async def test_who_was_away_does_not_wait():
    pulse = Pulse()
    pulse.beat()
    pulse.beat()
    async with asyncio.timeout(15):
        assert await pulse.after(0, 60) == 2


async def test_without_a_beat_the_deadline_ends_the_wait():
    pulse = Pulse()
    begun = time.monotonic()
    assert await pulse.after(0, 0.05) == 0
    assert time.monotonic() - begun >= 0.04
