"""Waiting for something to come true, with a deadline and a sentence for when it does not."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

_POLL = 0.02


async def wait_for(
    condition: Callable[[], "Awaitable[T] | T"], seconds: float = 15.0, message: str = ""
) -> T:
    """Ask `condition` (plain or async) until its answer is true, and return that answer.

    Raises:
        AssertionError: It was not within `seconds`; says `message` and the last answer.
    """
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        value = await answer if inspect.isawaitable(answer) else answer
        if value:
            return value
        if time.monotonic() > deadline:
            what = message or "the condition did not come true"
            raise AssertionError(f"after {seconds:.0f} s: {what} (last answer: {value!r})")
        await asyncio.sleep(_POLL)
