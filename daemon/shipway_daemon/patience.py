"""Waiting for what must not be left half done, and for what may never be done."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
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


async def aside(work: Callable[[], T], seconds: float) -> T:
    """Do `work` in a thread of its own: one that a hung mount holds up is left behind.

    The threads of the loop's own pool are few, and the daemon waits for each before it ends.

    Raises:
        TimeoutError: It took longer than `seconds`.
    """
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(work())
        except Exception as problem:  # noqa: BLE001 - raised again where it is awaited
            answer.set_exception(problem)

    answer.set_running_or_notify_cancel()
    threading.Thread(target=run, name="aside", daemon=True).start()
    async with asyncio.timeout(seconds):
        return await asyncio.wrap_future(answer)
