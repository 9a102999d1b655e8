"""One writer, several readers, over SQLite in WAL mode with every commit on the disk.

A transaction is a plain function of a connection, so it cannot await anything but the database.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from shipway_client.errors import Unavailable
from sqlalchemy import Connection, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from shipway_daemon.database.pulse import Pulse
from shipway_daemon.patience import finish

T = TypeVar("T")

_READERS = 4
_BUSY_MILLISECONDS = 10_000

_PRAGMAS = (
    f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA fullfsync = ON",  # macOS only: past the cache of the drive
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
)


class Database:
    """The open database. `changed` beats after every commit that a reader may want to see."""

    def __init__(self, path: Path) -> None:
        self.changed = Pulse()
        self._writer = _engine(path, 1, "BEGIN IMMEDIATE")
        self._readers = _engine(path, _READERS, "BEGIN", "PRAGMA query_only = ON")
        self._turn = asyncio.Lock()
        self._prove: Callable[[Connection], None] | None = None

    def fence(self, prove: Callable[[Connection], None]) -> None:
        """Call `prove` first in every write from now on; what it raises keeps the write out.

        A daemon that was frozen and is thawed must not write beside the one that took its place.
        """
        self._prove = prove

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one read transaction: all that it sees is of one moment.

        Raises:
            Unavailable: The disk is broken, or too many read at once.
        """
        try:
            async with self._readers.connect() as connection, connection.begin():
                return await connection.run_sync(work)
        except PoolTimeoutError as error:
            raise _unreadable(error) from error
        except DatabaseError as error:
            if _is_ours(error):
                raise
            raise _unreadable(error.orig) from error

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in the one write transaction; when this returns, it survives a power cut.

        A cancelled caller waits for the commit or the rollback first.

        Raises:
            Unavailable: The disk is full or broken; nothing was changed.
        """
        return await finish(asyncio.create_task(self._write(work), name="database-write"))

    async def _write(self, work: Callable[[Connection], T]) -> T:
        async with self._turn:
            try:
                async with self._writer.connect() as connection, connection.begin():
                    result = await connection.run_sync(self._proved(work))
            except DatabaseError as error:
                if _is_ours(error):
                    raise
                raise Unavailable(
                    f"The catalogue cannot be written: {error.orig}.",
                    "See that the disk of the home has room and is writable; nothing was changed.",
                ) from error
            self.changed.beat()
            return result

    def _proved(self, work: Callable[[Connection], T]) -> Callable[[Connection], T]:
        if (prove := self._prove) is None:
            return work

        def proved(tx: Connection) -> T:
            prove(tx)
            return work(tx)

        return proved

    async def close(self) -> None:
        """Close every connection; the write-ahead log is folded in by the last one."""
        await self._readers.dispose()
        await self._writer.dispose()


def _is_ours(error: DatabaseError) -> bool:
    """Tell whether a statement was wrong, and not the disk.

    SQLite calls the database malformed too, by the plain class, when the disk gives it no page.
    """
    return type(error) is not DatabaseError and not isinstance(error, OperationalError)


def _unreadable(reason: BaseException | None) -> Unavailable:
    return Unavailable(
        f"The catalogue cannot be read: {reason}.",
        "Try again; if it stays so, look at the disk of the home.",
    )


def _engine(path: Path, size: int, begin: str, *extra: str) -> AsyncEngine:
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}",
        poolclass=AsyncAdaptedQueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=60,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (*_PRAGMAS, *extra):
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
