"""A beat that any number of tasks can wait for, with nothing kept for any of them."""

import asyncio


class Pulse:
    """Counts beats; a waiter that was away for some sees that it is behind, and never blocks."""

    def __init__(self) -> None:
        self.count = 0
        self._event = asyncio.Event()

    def beat(self) -> None:
        """Wake everybody who waits."""
        self.count += 1
        self._event.set()
        self._event = asyncio.Event()

    async def after(self, seen: int, seconds: float) -> int:
        """Wait until the count is beyond `seen`, at most `seconds`; return the count."""
        if self.count > seen:
            return self.count
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return self.count
        return self.count
