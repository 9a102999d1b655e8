"""The thread in which everything happens that touches one root: a hung mount holds up no other.

The interpreter waits at its end for the threads of a pool, and for this one it does not.
"""

import asyncio
import contextlib
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
        with contextlib.suppress(RuntimeError):  # the loop may have closed meanwhile
            self._loop.call_soon_threadsafe(self.done.set)

    def result(self) -> T:
        """What came of it, once it is done."""
        if self._problem is not None:
            raise self._problem
        return self._value


class RootThread:
    """Runs one call after the other; while one hangs, the others wait, and none piles up behind it.

    `silence` is told True when the call under way has given no sign of life for `SILENT_SECONDS`,
    and False when it does again. Whoever waits may be cancelled at any time.
    """

    def __init__(self, name: str, silence: Callable[[bool], None]) -> None:
        self._silence = silence
        self._silent = False
        self._queue: queue.SimpleQueue[_Work[object] | None] = queue.SimpleQueue()
        self._turn = asyncio.Lock()
        self._last: _Work[object] | None = None
        self._alive_at = 0.0
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def sign(self) -> None:
        """Say, from within a long call, that the root still answers."""
        self._alive_at = time.monotonic()

    async def call(self, function: Callable[[], T]) -> T:
        """Have `function` done, however long it takes; return what it returns, or raise."""
        async with self._turn:
            await self._returned()  # its caller may have been cancelled
            if not self._thread.is_alive():
                self._thread.start()
            work = _Work(function, asyncio.get_running_loop())
            self.sign()
            self._last = work  # type: ignore[assignment]
            self._queue.put(work)  # type: ignore[arg-type]
            await self._returned()
            return work.result()

    def close(self) -> None:
        """Let the thread end, once it can."""
        self._queue.put(None)

    async def _returned(self) -> None:
        """Wait for the call under way, and tell when it falls silent."""
        while self._last is not None and not self._last.done.is_set():
            left = self._alive_at + SILENT_SECONDS - time.monotonic()
            try:
                async with asyncio.timeout(max(left, _GRACE_SECONDS)):
                    await self._last.done.wait()
            except TimeoutError:
                self._tell(silent=time.monotonic() - self._alive_at > SILENT_SECONDS)
        self._tell(silent=False)

    def _tell(self, *, silent: bool) -> None:
        if silent != self._silent:
            self._silent = silent
            self._silence(silent)

    def _work(self) -> None:
        while (work := self._queue.get()) is not None:
            work.run()
            del work  # what it holds must not live until the next one comes
