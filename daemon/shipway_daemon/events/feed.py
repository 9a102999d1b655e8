"""The feed: `seq > N` on the events table, and a wake-up after each commit.

There is no queue for a client: those who keep up are told from one tail in memory, and a slow one
reads the table at its own pace. Byte progress is no event; the last value of each job is kept in
memory and sent at most four times a second.
"""

import asyncio
import time
from collections.abc import AsyncIterator

from shipway_client.errors import Gone
from shipway_client.wire import Event, FeedLine, IngestProgress, JobProgress
from shipway_plugins.words import Progress

from shipway_daemon.database.engine import Database
from shipway_daemon.database.pulse import Pulse
from shipway_daemon.events import history
from shipway_daemon.events.tail import Tail

_BATCH = 500
_ALIVE_SECONDS = 15.0
_PROGRESS_SECONDS = 0.25


class ProgressBoard:
    """The last progress of all that is under way, in memory only."""

    def __init__(self) -> None:
        self.changed = Pulse()
        self._latest: dict[str, tuple[int, FeedLine]] = {}

    def set_job(self, job: int, progress: Progress) -> None:
        """Replace a job's progress."""
        self._set(_job_key(job), FeedLine(progress=JobProgress(job=job, progress=progress)))

    def job(self, job: int) -> Progress | None:
        """A job's last progress, while it runs."""
        entry = self._latest.get(_job_key(job))
        told = entry[1].progress if entry else None
        return told.progress if told else None

    def clear_job(self, job: int) -> None:
        """Forget a job that has ended."""
        self._latest.pop(_job_key(job), None)

    def set_ingest(self, told: IngestProgress) -> None:
        """Replace the progress of a file on its way in."""
        self._set(told.source, FeedLine(ingest=told))

    def clear_ingest(self, source: str) -> None:
        """Forget a file that is in, or was not taken."""
        self._latest.pop(source, None)

    def _set(self, key: str, line: FeedLine) -> None:
        self.changed.beat()
        self._latest[key] = (self.changed.count, line)

    def after(self, beat: int) -> list[FeedLine]:
        """Everything that changed after `beat`."""
        return [line for at, line in self._latest.values() if at > beat]


def _job_key(job: int) -> str:
    return f"job:{job}"


class Feed:
    """Follows the history for any number of clients."""

    def __init__(self, database: Database, progress: ProgressBoard) -> None:
        self._database = database
        self._progress = progress
        self._tail = Tail(database, _BATCH)
        self._ended = False
        #: How many clients follow now; whoever lets them in counts them.
        self.clients = 0

    def end(self) -> None:
        """Let every follower come to its end, at once: the daemon stops."""
        self._ended = True
        # The beat that `follow` counts before it reads, so that one who reads now sees it too.
        self._database.changed.beat()

    async def follow(self, since: int | None) -> AsyncIterator[FeedLine]:
        """Yield all that happens after event `since` (None: from now on), until the daemon stops.

        Raises:
            Gone: Events after `since` have been trimmed, or `since` is of another history.
        """
        seq = await self._start(since)
        yield FeedLine(hello=seq)
        pace = _Pace(self._progress)
        while not self._ended:
            seen = self._database.changed.count
            batch = await self._new(seq, seen)
            for event in batch:
                seq = event.seq
                yield FeedLine(event=event)
            for line in pace.lines():
                yield line
            if len(batch) < _BATCH and not await self._woken(seen, pace):
                yield FeedLine(alive=seq)

    async def _start(self, since: int | None) -> int:
        last = await self._database.read(history.last)
        if since is None:
            return last
        if since > last:
            raise Gone(
                f"The history here ends at event {last}: number {since} is of another one.",
                "Read the lists afresh and follow again.",
            )
        await self._batch(since)
        return since

    async def _new(self, seq: int, beat: int) -> list[Event]:
        """What came after `seq`: from memory for those who keep up, else from the table."""
        newest = await self._tail.after(seq, beat)
        return await self._batch(seq) if newest is None else newest

    async def _batch(self, seq: int) -> list[Event]:
        return await self._database.read(lambda tx: history.since(tx, seq, _BATCH))

    async def _woken(self, seen: int, pace: "_Pace") -> bool:
        """Wait for a commit, or for progress; false when neither came for a while."""
        commit = asyncio.create_task(self._database.changed.after(seen, _ALIVE_SECONDS))
        moved = asyncio.create_task(pace.moved(_ALIVE_SECONDS))
        try:
            await asyncio.wait({commit, moved}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (commit, moved):
                task.cancel()
            await asyncio.gather(commit, moved, return_exceptions=True)
        return self._database.changed.count > seen or pace.behind


class _Pace:
    """What one follower was told of progress: at most four times a second, whatever wakes it."""

    def __init__(self, board: ProgressBoard) -> None:
        self._board = board
        self._beat = 0
        self._due = 0.0

    @property
    def behind(self) -> bool:
        """Whether there is progress that the follower was not told."""
        return self._board.changed.count > self._beat

    def lines(self) -> list[FeedLine]:
        """What is to be told now; nothing before it is time again."""
        if time.monotonic() < self._due:
            return []
        fresh, self._beat = self._board.after(self._beat), self._board.changed.count
        if fresh:
            self._due = time.monotonic() + _PROGRESS_SECONDS
        return fresh

    async def moved(self, seconds: float) -> None:
        """Return when there is progress to be told and it is time, or after `seconds`."""
        await asyncio.sleep(max(0.0, self._due - time.monotonic()))
        await self._board.changed.after(self._beat, seconds)
