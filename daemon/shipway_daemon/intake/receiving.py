"""Bytes on their way from a source into a part: in batches, in threads, never in the loop.

One batch fills while the one before it is written and hashed, and the disk syncs behind both. A
source that is faster than that is simply not read from: TCP, or the socket, holds it back.
"""

import asyncio
import mmap
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Protocol, TypeVar

from shipway_client.errors import Refused, Stalled

from shipway_daemon.blobs.receiving import Mark, Part
from shipway_daemon.patience import finish

T = TypeVar("T")

_BATCH = 512 * 1024
_SYNC_STEP = 8 * 1024 * 1024
#: How many uploads hash at once, and how many sync; the others wait, each with one full batch. More
#: than there are cores would only keep the loop waiting for one.
_HASHING = min(4, max(2, os.cpu_count() or 1))
_SYNCING = 2
#: How long a source may say nothing, in seconds.
_IDLE_SECONDS = 60.0


class Source(Protocol):
    """Where bytes come from; the body of a request is one."""

    async def read(self, count: int, /) -> bytes:
        """Wait for bytes and return at most `count` of them; none at the end.

        Raises:
            ShipwayError: The source broke off.
        """


class Hands:
    """The threads that write, hash and sync for all uploads together."""

    def __init__(self) -> None:
        self._hashing = ThreadPoolExecutor(_HASHING, thread_name_prefix="shipway-receive")
        self._syncing = ThreadPoolExecutor(_SYNCING, thread_name_prefix="shipway-sync")

    async def work(self, work: Callable[[], T]) -> T:
        """Write, hash or read, and wait for the end of it even when cancelled."""
        return await finish(_in(self._hashing, work))

    async def read(self, work: Callable[[threading.Event], T]) -> T:
        """Do what takes long; when cancelled it is told to stop, by the event that it is given."""
        stop = threading.Event()
        return await finish(_in(self._hashing, partial(work, stop)), stop.set)

    async def sync(self, work: Callable[[], T]) -> T:
        """Wait for the disk."""
        return await finish(_in(self._syncing, work))

    def close(self) -> None:
        """End the threads; call it when nothing is received any more."""
        self._hashing.shutdown()
        self._syncing.shutdown()


def _in(threads: ThreadPoolExecutor, work: Callable[[], T]) -> asyncio.Task[T]:
    async def wait() -> T:
        return await asyncio.get_running_loop().run_in_executor(threads, work)

    return asyncio.create_task(wait(), name="upload")


class _Batch:
    """A buffer and how much of it is filled.

    It is memory of its own, not of the heap: there, what is free between two requests is cut up by
    what comes in meanwhile, and the daemon grows.
    """

    def __init__(self) -> None:
        self._bytes = mmap.mmap(-1, _BATCH)
        self.count = 0

    @property
    def room(self) -> int:
        """How many bytes fit yet."""
        return _BATCH - self.count

    def add(self, piece: bytes) -> None:
        """Take a piece that fits."""
        self._bytes[self.count : self.count + len(piece)] = piece
        self.count += len(piece)

    def filled(self) -> memoryview:
        """What was taken."""
        return memoryview(self._bytes)[: self.count]


class Receiving:
    """One source on its way into one part, which is open for as long.

    `limit` is how many bytes may come; `moved` is called whenever more are written; `check_room`
    is called in a thread, with the bytes that are to come yet, and may raise Unavailable.
    """

    def __init__(
        self,
        part: Part,
        hands: Hands,
        limit: int,
        moved: Callable[[], None],
        check_room: Callable[[int], None],
    ) -> None:
        self._part = part
        self._hands = hands
        self._left = limit
        self._moved = moved
        self._check_room = check_room
        self._end = part.offset + limit
        self._filling, self._spare = _Batch(), _Batch()
        self._asked = part.offset
        self._writing: asyncio.Task[None] | None = None
        self._syncing: asyncio.Task[None] | None = None
        self._broken = False

    async def take(self, source: Source) -> None:
        """Append all that `source` has; whatever came is on the disk afterwards.

        That holds as well where the source breaks off or the caller is cancelled. Where the disk
        fails, the part is back at the last byte that is safe.

        Raises:
            Refused: More comes than `limit`.
            Stalled: Nothing came for a minute.
            Unavailable: The disk is nearly full.
            OSError: The disk is full or broken.
        """
        try:
            while await self._fill(source):
                await self._pass_on()
        finally:
            await finish(asyncio.create_task(self._settle(), name="upload-settle"))

    async def _fill(self, source: Source) -> bool:
        """Fill a batch; false where the source ended before."""
        while self._filling.room:
            try:
                async with asyncio.timeout(_IDLE_SECONDS):
                    piece = await source.read(self._filling.room)
            except TimeoutError as error:
                raise Stalled(
                    f"No byte of the upload came for {_IDLE_SECONDS:.0f} s.", "Go on with it."
                ) from error
            if not piece:
                return False
            self._left -= len(piece)
            if self._left < 0:
                raise Refused("More bytes came than the upload was to have.")
            self._filling.add(piece)
        return True

    async def _pass_on(self) -> None:
        """Begin to write the full batch once the one before is written, and fill that one."""
        await self._written()
        full, self._filling, self._spare = self._filling, self._spare, self._filling
        self._writing = asyncio.create_task(self._write(full), name="upload-write")

    async def _written(self) -> None:
        writing, self._writing = self._writing, None
        if writing is not None:
            await finish(writing)

    async def _synced(self) -> None:
        syncing, self._syncing = self._syncing, None
        if syncing is not None:
            await finish(syncing)

    async def _write(self, batch: _Batch) -> None:
        with self._disk():
            await self._hands.work(partial(self._part.append, batch.filled()))
        batch.count = 0
        self._moved()
        if self._part.offset - self._asked >= _SYNC_STEP:
            await self._synced()  # one at a time: a slow disk holds the source back as well
            self._asked = self._part.offset
            mark = self._part.mark()
            self._syncing = asyncio.create_task(self._sync_behind(mark), name="upload-sync")

    async def _sync_behind(self, mark: Mark) -> None:
        await self._sync(mark)
        left = self._end - mark.offset
        await self._hands.sync(lambda: self._check_room(left))

    async def _sync(self, mark: Mark) -> None:
        with self._disk():
            await self._hands.sync(lambda: self._part.sync(mark))

    async def _settle(self) -> None:
        """Write and sync what is in hand, or go back to what is safe."""
        try:
            await self._written()
            if self._filling.count and not self._broken:
                await self._write(self._filling)
        finally:
            try:
                await self._synced()
            finally:
                await self._make_safe()

    async def _make_safe(self) -> None:
        try:
            if not self._broken:
                await self._sync(self._part.mark())
        finally:
            if self._broken:
                await self._hands.work(self._part.roll_back)

    @contextmanager
    def _disk(self) -> Iterator[None]:
        """Remember that the disk failed: what was not synced by then is not to be believed."""
        try:
            yield
        except OSError:
            self._broken = True
            raise
