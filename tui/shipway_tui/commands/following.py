"""Following one job until it is done, over daemon restarts."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import cast

import msgspec
from shipway_client.client import Client
from shipway_client.errors import Failed, Gone, NoDaemon, ShipwayError, Unavailable
from shipway_client.wire import FeedLine, Job, JobState

#: The feed says that it is alive every 15 seconds; after this silence it is not.
SILENCE_SECONDS = 45.0

#: How long a daemon may be away before we give up; the job does not.
AWAY_SECONDS = 60.0
_FIRST_DELAY = 0.1
_LONGEST_DELAY = 2.0

#: What a daemon that stops, starts or was killed looks like from here.
_PASSING = (NoDaemon, Unavailable, Failed, Gone, ConnectionError, TimeoutError)


async def follow(client: Client, number: int) -> AsyncIterator[Job]:
    """Yield a job as it is, then whenever it changes or gets on, until it is done.

    Raises:
        NotFound: There is no such job.
        NoDaemon: The daemon has been away for a minute; its job is resumed when it comes back.
    """
    away = _Away(number)
    while True:
        try:
            async for job in _follow_feed(client, number):
                away.over()
                yield job
                if job.state is JobState.DONE:
                    return
        except _PASSING as error:
            away.because(error)
        await away.wait()
        client.relocate()


async def _follow_feed(client: Client, number: int) -> AsyncIterator[Job]:
    """The snapshot first, then what the feed tells, until the feed ends."""
    job: Job | None = None
    # The client promises an iterator; that it is a generator is what lets us close it in time.
    feed = cast("AsyncGenerator[FeedLine, None]", client.history.feed())
    async with aclosing(feed) as lines:
        while (line := await _next(lines)) is not None:
            if _tells_of(line, number):
                job = await client.jobs.show(number)
                yield job
            elif job is not None and line.progress is not None and line.progress.job == number:
                job = msgspec.structs.replace(job, progress=line.progress.progress)
                yield job


async def _next(lines: AsyncIterator[FeedLine]) -> FeedLine | None:
    async with asyncio.timeout(SILENCE_SECONDS):
        return await anext(lines, None)


def _tells_of(line: FeedLine, number: int) -> bool:
    """Whether the job should be read again; a sign of life is used for that as well."""
    if line.event is None:
        return line.hello is not None or line.alive is not None
    return line.event.kind.startswith("job.") or line.event.data.get("job") == number


class _Away:
    """How long the daemon has been away, and how long to wait before we look again."""

    def __init__(self, job: int) -> None:
        self._job = job
        self._delay = _FIRST_DELAY
        self._since: float | None = None
        self._error: Exception | None = None

    def over(self) -> None:
        self._delay, self._since = _FIRST_DELAY, None

    def because(self, error: Exception) -> None:
        self._error = error

    async def wait(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._since is None:
            self._since = now
        if now - self._since > AWAY_SECONDS:
            raise self._gave_up() from self._error
        await asyncio.sleep(self._delay)
        self._delay = min(self._delay * 2, _LONGEST_DELAY)

    def _gave_up(self) -> ShipwayError:
        if isinstance(self._error, ShipwayError) and not isinstance(self._error, NoDaemon):
            return self._error
        return NoDaemon(
            f"The daemon went away while job {self._job} ran, and has not come back.",
            f"Start it with `shipway daemon start`, then see `shipway job show {self._job}`.",
        )
