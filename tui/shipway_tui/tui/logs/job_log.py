"""The log of a job, as the daemon keeps it."""

from shipway_client.client import Client
from shipway_client.wire import LogLine

from shipway_tui.tui.logs.line import Line

#: The daemon gives so many lines at once.
_MOST = 200


class JobLog:
    """Pages through the daemon; a line's key is its number."""

    def __init__(self, client: Client, job: int) -> None:
        self.title = f"Log of job {job}"
        self._client, self._job = client, job

    async def last(self, count: int) -> list[Line]:
        """The newest lines."""
        page = await self._client.jobs.log(self._job, tail=min(count, _MOST))
        return [_line(line) for line in page.items]

    async def before(self, key: int, count: int) -> list[Line]:
        """The lines that stand right before a key."""
        page = await self._client.jobs.log(self._job, before=str(key), limit=min(count, _MOST))
        return [_line(line) for line in page.items]

    async def after(self, key: int, count: int) -> list[Line]:
        """The lines that stand right behind a key."""
        after = str(key) if key >= 0 else None
        page = await self._client.jobs.log(self._job, after=after, limit=min(count, _MOST))
        return [_line(line) for line in page.items]


def _line(line: LogLine) -> Line:
    return Line(line.id, line.line, line.at)
