"""Submitting a job; where its environment is Busy, the offer to wait in the queue."""

from collections.abc import Awaitable, Callable
from typing import Any

from shipway_client.errors import Busy
from shipway_client.wire import Job
from textual.app import App

from shipway_tui.tui.screens.prompts import ConfirmPrompt


async def submit_or_queue(app: App[Any], submit: Callable[[bool], Awaitable[Job]]) -> Job | None:
    """Submit (`submit` is told whether to queue); None where it is Busy and not to be queued.

    Raises:
        ShipwayError: What else stands against it.
    """
    try:
        return await submit(False)  # noqa: FBT003
    except Busy as busy:
        question = f"{busy.message}\nQueue it behind the job that runs?"
    if not await app.push_screen_wait(ConfirmPrompt(question, "Queue")):
        return None
    return await submit(True)  # noqa: FBT003
