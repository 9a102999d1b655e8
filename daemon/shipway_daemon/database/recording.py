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
    transact: Callable[[Callable[[Connection], T]], Awaitable[T]], work: Callable[[Connection], T]
) -> T:
    """Write or read even if the disk is full or broken now: try again until it is done.

    For what nobody waits for but the daemon itself. `transact` is the database's `write` or `read`.
    """
    while True:
        try:
            return await transact(work)
        except Unavailable as error:
            _log.error("it is tried again: %s", error)
            await asyncio.sleep(_AGAIN_SECONDS)
