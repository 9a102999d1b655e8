"""Recording surely: until it is in the database, nothing has happened."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from shipway_client.errors import Unavailable
from sqlalchemy import Connection

T = TypeVar("T")

_log = logging.getLogger(__name__)

_AGAIN_SECONDS = 2.0


async def surely(
    write: Callable[[Callable[[Connection], T]], Awaitable[T]], work: Callable[[Connection], T]
) -> T:
    """Write even if the disk is full now: call `write` until it is recorded."""
    while True:
        try:
            return await write(work)
        except Unavailable as error:
            _log.error("jobs cannot be recorded: %s", error)
            await asyncio.sleep(_AGAIN_SECONDS)
