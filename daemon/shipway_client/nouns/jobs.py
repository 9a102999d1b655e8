"""Calls that publish, and calls about the jobs that do it."""

from collections.abc import Collection

from shipway_client.api import ASK_SECONDS, Api
from shipway_client.wire import (
    Job,
    JobState,
    LogLine,
    Page,
    Preview,
    PublishRequest,
    RetryRequest,
    UnpublishRequest,
)


class Jobs:
    """What can be asked about publishing and its jobs."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def preview(self, request: PublishRequest) -> Preview:
        """Plan a publish and collect its findings; nothing is changed."""
        return await self._api.call(
            "POST", "/v1/publish/preview", Preview, request, seconds=ASK_SECONDS
        )

    async def publish(self, request: PublishRequest) -> Job:
        """Submit a publish.

        Raises:
            Busy: Another job holds the environment, and `queue` was not asked for.
            Refused: A finding of severity error, or a rule, stands against it.
        """
        return await self._api.call("POST", "/v1/publish", Job, request, seconds=ASK_SECONDS)

    async def unpublish(self, request: UnpublishRequest) -> Job:
        """Submit an unpublish."""
        return await self._api.call("POST", "/v1/unpublish", Job, request, seconds=ASK_SECONDS)

    async def list(
        self,
        *,
        environment: str | None = None,
        state: Collection[JobState] = (),
        query: str | None = None,
        sort: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[Job]:
        """Read one page of jobs, newest first; of every state, unless some are given.

        What `query` and `sort` may be, `wire.queries.JOBS` says.
        """
        return await self._api.call(
            "GET",
            "/v1/jobs",
            Page[Job],
            environment=environment,
            state=",".join(state) or None,
            q=query,
            sort=sort,
            after=after,
            limit=limit,
        )

    async def show(self, job: int) -> Job:
        """Read one job with its stages."""
        return await self._api.call("GET", f"/v1/jobs/{job}", Job)

    async def cancel(self, job: int) -> Job:
        """Ask a job to stop; it is cancelled when its child process is dead."""
        return await self._api.call("POST", f"/v1/jobs/{job}/cancel", Job)

    async def retry(self, job: int, request: RetryRequest) -> Job:
        """Submit what an ended job was to do as a new job, by the rules of now.

        Raises:
            Busy: Another job holds the environment, and `queue` was not asked for.
            Refused: It has not ended, or a rule stands against it today.
        """
        path = f"/v1/jobs/{job}/retry"
        return await self._api.call("POST", path, Job, request, seconds=ASK_SECONDS)

    async def log(
        self,
        job: int,
        *,
        after: str | None = None,
        before: str | None = None,
        tail: int | None = None,
        query: str | None = None,
        limit: int = 200,
    ) -> Page[LogLine]:
        """Read one page of a job's log, oldest line first; only lines that hold `query`.

        With `tail`, the last so many lines; with `before`, those before that line. The page's
        `after` is then the `before` of the lines that came earlier; a line's id goes on from it.
        """
        return await self._api.call(
            "GET",
            f"/v1/jobs/{job}/log",
            Page[LogLine],
            after=after,
            before=before,
            tail=tail,
            q=query,
            limit=limit,
        )
