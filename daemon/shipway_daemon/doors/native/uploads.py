"""Routes of uploads. The bytes come as the raw body of a PATCH, and are never held in memory."""

from aiohttp import ClientPayloadError, StreamReader, web
from shipway_client.errors import Stalled, WrongUsage
from shipway_client.wire import (
    LENGTH_HEADER,
    OFFSET_HEADER,
    CommitUpload,
    CreateUpload,
    Ingested,
    Page,
    Upload,
)
from shipway_client.wire.queries import UPLOADS

from shipway_daemon.doors.native.answers import actor, answer, asked, body
from shipway_daemon.doors.native.contract import Contract, Number, Parameter, asking
from shipway_daemon.doors.native.use_cases import UseCases

_AT = Parameter(OFFSET_HEADER, Number, "Where in the file the bytes go.", required=True)
_PLACE = {
    OFFSET_HEADER: "The next byte that is wanted.",
    LENGTH_HEADER: "How many bytes the whole file has.",
}


class UploadRoutes:
    """Handlers of `/v1/uploads`."""

    def __init__(self, use: UseCases) -> None:
        self._use = use

    def routes(self) -> list[web.RouteDef]:
        """Every route of this noun; HEAD is that of GET without its body."""
        one = "/v1/uploads/{upload}"
        return [
            web.get("/v1/uploads", self.list),
            web.post("/v1/uploads", self.create),
            web.get(one, self.show),
            web.patch(one, self.send),
            web.post(f"{one}/commit", self.commit),
            web.delete(one, self.cancel),
        ]

    @Contract(Page[Upload], query=asking(UPLOADS))
    async def list(self, request: web.Request) -> web.Response:
        """Answer one page of uploads, newest first unless asked otherwise."""
        return answer(await self._use.uploads.page(asked(request, UPLOADS)))

    @Contract(Upload, takes=CreateUpload, statuses=(200, 201), answer_headers=_PLACE)
    async def create(self, request: web.Request) -> web.Response:
        """Begin an upload, or answer the open one of the same key."""
        wanted = await body(request, CreateUpload)
        upload, new = await self._use.uploads.create(wanted, actor(request))
        return _placed(upload, 201 if new else 200)

    @Contract(Upload, answer_headers=_PLACE, head=True)
    async def show(self, request: web.Request) -> web.Response:
        """Answer one upload; where it goes on is in the headers as well."""
        return _placed(await self._use.uploads.show(_id(request)))

    @Contract(
        None,
        takes=bytes,
        statuses=(204,),
        headers=(_AT,),
        answer_headers={OFFSET_HEADER: _PLACE[OFFSET_HEADER]},
        stalls=True,
    )
    async def send(self, request: web.Request) -> web.Response:
        """Append the body at the offset of the header."""
        offset = _offset(request)
        source = _Body(request.content)
        count = request.content_length
        reached = await self._use.uploads.receive(_id(request), offset, count, source)
        return web.Response(status=204, headers={OFFSET_HEADER: str(reached)})

    @Contract(Ingested, takes=CommitUpload, statuses=(200, 201))
    async def commit(self, request: web.Request) -> web.Response:
        """Take the upload in."""
        wanted = await body(request, CommitUpload)
        ingested = await self._use.uploads.commit(_id(request), wanted.sha256)
        return answer(ingested, 201 if ingested.created else 200)

    @Contract(type(None))
    async def cancel(self, request: web.Request) -> web.Response:
        """Forget an upload."""
        await self._use.uploads.cancel(_id(request), actor(request))
        return answer(None)


class _Body:
    """The body of a request as a source of bytes."""

    def __init__(self, content: StreamReader) -> None:
        self._content = content

    async def read(self, count: int) -> bytes:
        """Wait for bytes; none at the end.

        Raises:
            Stalled: The connection broke off.
        """
        try:
            return await self._content.read(count)
        except (ClientPayloadError, ConnectionError) as error:
            raise Stalled("The connection broke off.", "Go on where the upload is.") from error


def _id(request: web.Request) -> str:
    return request.match_info["upload"]


def _offset(request: web.Request) -> int:
    text = request.headers.get(OFFSET_HEADER, "")
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise WrongUsage(f"The header {OFFSET_HEADER} is missing, or no number of bytes.")
    return int(text)


def _placed(upload: Upload, status: int = 200) -> web.Response:
    told = answer(upload, status)
    told.headers[OFFSET_HEADER] = str(upload.offset)
    told.headers[LENGTH_HEADER] = str(upload.size)
    return told
