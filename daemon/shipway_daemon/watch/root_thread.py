"""The thread in which everything happens that touches one root: a hung mount holds up no other.

The interpreter waits at its end for the threads of a pool, and for this one it does not.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

#: How long a root may give no sign of life before it is called silent.
SILENT_SECONDS = 10.0
#: How long a daemon that was stopped and goes on waits for what is there in a moment.
_GRACE_SECONDS = 0.5


class Silent(Exception):
    """The root does not answer; a call to it is still under way."""


class _Work(Generic[T]):
    """One call: what it gives or raises, told to the loop as a plain value."""

    def __init__(self, function: Callable[[], T], loop: asyncio.AbstractEventLoop) -> None:
        self._function = function
        self._loop = loop
        self._value: T
        self._problem: Exception | None = None
        self.done = asyncio.Event()

    def run(self) -> None:
        """Do it, in the thread."""
        try:
            self._value = self._function()
        except Exception as problem:  # noqa: BLE001 - raised again where it is awaited
            self._problem = problem
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.done.set)

    def result(self) -> T:
        """What came of it, once it is done."""
        if self._problem is not None:
            raise self._problem
        return self._value


class RootThread:
    """Runs one call after the other; behind one that hangs, none piles up."""

    def __init__(self, name: str) -> None:
        self._queue: queue.SimpleQueue[_Work[object] | None] = queue.SimpleQueue()
        self._turn = asyncio.Lock()
        self._last: _Work[object] | None = None
        self._alive_at = 0.0
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def sign(self) -> None:
        """Say, from within a long call, that the root still answers."""
        self._alive_at = time.monotonic()

    async def call(self, function: Callable[[], T]) -> T:
        """Have `function` done and return what it returns, or raise what it raises.

        Raises:
            Silent: The root gave no sign of life for `SILENT_SECONDS`, or did not answer before.
        """
        async with self._turn:
            await self._free()
            if not self._thread.is_alive():
                self._thread.start()
            work = _Work(function, asyncio.get_running_loop())
            self.sign()
            self._last = work  # type: ignore[assignment]
            self._queue.put(work)  # type: ignore[arg-type]
            await self._free()
            return work.result()

    async def answered(self) -> None:
        """Wait until the call that hangs has returned, however long that takes."""
        if self._last is not None:
            await self._last.done.wait()

    def close(self) -> None:
        """Let the thread end, once it can."""
        self._queue.put(None)

    async def _free(self) -> None:
        """Wait for the call under way, for as long as it gives signs of life."""
        if self._last is None:
            return
        while not self._last.done.is_set():
            left = self._alive_at + SILENT_SECONDS - time.monotonic()
            try:
                async with asyncio.timeout(max(left, _GRACE_SECONDS)):
                    await self._last.done.wait()
            except TimeoutError:
                if time.monotonic() - self._alive_at > SILENT_SECONDS:
                    raise Silent from None

    def _work(self) -> None:
        while (work := self._queue.get()) is not None:
            work.run()
            del work  # what it holds must not live until the next one comes
