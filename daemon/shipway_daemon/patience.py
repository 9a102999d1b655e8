"""Waiting for what must not be left half done."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def finish(task: asyncio.Task[T], hurry: Callable[[], object] | None = None) -> T:
    """Wait until `task` is done even when the waiter is cancelled, then let the cancel through.

    `hurry` is called at each cancellation of the waiter, to tell the work that nobody wants it.
    An error of a task whose waiter was cancelled is the context of the cancellation.
    """
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as stop:
            cancelled = stop
            if hurry is not None:
                hurry()
        except Exception:  # noqa: BLE001 - raised again from `result` below
            break
    if cancelled is not None and not task.cancelled():
        if (problem := task.exception()) is not None:
            cancelled.__context__ = problem
        raise cancelled
    return task.result()
