"""Recording surely: until it is in the database, nothing has happened."""

import asyncio
import logging
from collections.abc import Callable
from typing import TypeVar

from shipway_client.errors import Unavailable
from sqlalchemy import Connection

from shipway_daemon.database.engine import Database

T = TypeVar("T")

_log = logging.getLogger(__name__)

_AGAIN_SECONDS = 2.0


async def write_surely(database: Database, work: Callable[[Connection], T]) -> T:
    """Write even if the disk is full now: try until it is recorded."""
    while True:
        try:
            return await database.write(work)
        except Unavailable as error:
            _log.error("jobs cannot be recorded: %s", error)
            await asyncio.sleep(_AGAIN_SECONDS)
