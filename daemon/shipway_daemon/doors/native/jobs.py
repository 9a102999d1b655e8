"""Routes of publishing and of jobs."""

from typing import Annotated

import msgspec
from aiohttp import web
from shipway_client.errors import WrongUsage
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
from shipway_client.wire.queries import JOBS
from sqlalchemy import Connection

from shipway_daemon.catalog import pages
from shipway_daemon.doors.native.answers import actor, answer, asked, body, number, paging
from shipway_daemon.doors.native.contract import PAGING, Contract, Number, Parameter, asking
from shipway_daemon.doors.native.use_cases import UseCases
from shipway_daemon.jobs import views
from shipway_daemon.jobs.queries import SORTS

_STATE = Parameter("state", str, "Only jobs in these states, with commas between.")
_ENVIRONMENT = Parameter("environment", str, "The name of an environment: only its own.")

_Lines = Annotated[int, msgspec.Meta(ge=1, le=pages.MAX_LIMIT)]
_TAIL = Parameter("tail", _Lines, "The last lines, so many; `after` is then for `before`.")
_BEFORE = Parameter("before", Number, "The lines before this one; `after` is then for `before`.")
_TEXT = Parameter("q", str, "Only lines that hold this text.")


class JobRoutes:
    """Handlers of `/v1/publish`, `/v1/unpublish` and `/v1/jobs`."""

    def __init__(self, use: UseCases) -> None:
        self._use = use

    def routes(self) -> list[web.RouteDef]:
        """Every route of this noun."""
        return [
            web.post("/v1/publish", self.publish),
            web.post("/v1/publish/preview", self.preview),
            web.post("/v1/unpublish", self.unpublish),
            web.get("/v1/jobs", self.list),
            web.get("/v1/jobs/{job}", self.show),
            web.post("/v1/jobs/{job}/cancel", self.cancel),
            web.post("/v1/jobs/{job}/retry", self.retry),
            web.get("/v1/jobs/{job}/log", self.log),
        ]

    @Contract(Preview, takes=PublishRequest)
    async def preview(self, request: web.Request) -> web.Response:
        """Plan a publish."""
        wanted = await body(request, PublishRequest)
        return answer(await self._use.admission.preview(wanted))

    @Contract(Job, takes=PublishRequest, statuses=(202,))
    async def publish(self, request: web.Request) -> web.Response:
        """Submit a publish."""
        wanted = await body(request, PublishRequest)
        return answer(await self._use.admission.publish(wanted, actor(request)), 202)

    @Contract(Job, takes=UnpublishRequest, statuses=(202,))
    async def unpublish(self, request: web.Request) -> web.Response:
        """Submit an unpublish."""
        wanted = await body(request, UnpublishRequest)
        return answer(await self._use.admission.unpublish(wanted, actor(request)), 202)

    @Contract(Page[Job], query=(*asking(JOBS), _STATE, _ENVIRONMENT))
    async def list(self, request: web.Request) -> web.Response:
        """Answer one page of jobs, newest first unless asked otherwise."""
        ask, states = asked(request, JOBS), _states(request)
        environment = request.query.get("environment")

        def read(tx: Connection) -> Page[Job]:
            length = ask.limit + 1
            found = views.page(tx, environment, ask.after, length, states, ask.query, ask.order)
            shown = [self._with_progress(job) for job in found]
            return pages.page(tx, shown, ask.limit, SORTS.cursor(ask.order))

        return answer(await self._use.database.read(read))

    @Contract(Job)
    async def show(self, request: web.Request) -> web.Response:
        """Answer one job."""
        return answer(await self._read(number(request, "job")))

    @Contract(Job, statuses=(202,))
    async def cancel(self, request: web.Request) -> web.Response:
        """Ask a job to stop."""
        job = number(request, "job")
        await self._use.engine.cancel(job, actor(request))
        return answer(await self._read(job), 202)

    @Contract(Job, takes=RetryRequest, statuses=(202,))
    async def retry(self, request: web.Request) -> web.Response:
        """Submit what an ended job was to do as a new job."""
        job, wanted = number(request, "job"), await body(request, RetryRequest)
        return answer(await self._use.admission.retry(job, wanted, actor(request)), 202)

    @Contract(Page[LogLine], query=(*PAGING, _TAIL, _BEFORE, _TEXT))
    async def log(self, request: web.Request) -> web.Response:
        """Answer one page of a job's log, oldest line first."""
        job, text = number(request, "job"), request.query.get("q")
        cursor, limit = paging(request)
        after, end = pages.id_cursor(cursor), _end(request, limit)

        def read(tx: Connection) -> Page[LogLine]:
            views.read(tx, job)
            if end is None:
                found = views.log_page(tx, job, after, limit + 1, text)
                return pages.page(tx, found, limit, _line_id)
            before, length = end
            found = views.log_end(tx, job, before, length + 1, text)
            page = pages.page(tx, found, length, _line_id)
            return msgspec.structs.replace(page, items=page.items[::-1])

        return answer(await self._use.database.read(read))

    async def _read(self, job: int) -> Job:
        return self._with_progress(await self._use.database.read(lambda tx: views.read(tx, job)))

    def _with_progress(self, job: Job) -> Job:
        return msgspec.structs.replace(job, progress=self._use.progress.job(job.id))


def _line_id(line: LogLine) -> int:
    return line.id


def _end(request: web.Request, limit: int) -> tuple[int | None, int] | None:
    """Read which end of a log is asked for: before which line, and how many; None: its beginning.

    Raises:
        WrongUsage: What is said is no number.
    """
    before, tail = request.query.get("before"), request.query.get("tail")
    if before is not None:
        return pages.id_cursor(before), limit
    if tail is None:
        return None
    if not (tail.isascii() and tail.isdigit()):
        raise WrongUsage(f"{tail!r} is no number of lines.")
    return None, pages.check_limit(int(tail[:9]))


def _states(request: web.Request) -> list[JobState]:
    """Read `state=queued,waiting` out of the query; nothing means every state.

    Raises:
        WrongUsage: There is no such state.
    """
    words = request.query.get("state", "")
    try:
        return [JobState(word) for word in words.split(",") if word]
    except ValueError as error:
        known = ", ".join(JobState)
        raise WrongUsage(f"A job is never in the state of {words!r}.", f"Say {known}.") from error
