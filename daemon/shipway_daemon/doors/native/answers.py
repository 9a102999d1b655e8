"""How a handler reads a request and writes an answer, and how errors leave the door."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from aiohttp import web
from shipway_client.errors import Failed, Forbidden, NotFound, ShipwayError, Unavailable, WrongUsage
from shipway_client.version import VERSION
from shipway_client.wire import VERSION_HEADER, ErrorAnswer, ErrorBody
from shipway_client.wire.queries import Queryable

from shipway_daemon.catalog.pages import check_limit
from shipway_daemon.jobs.epochs import Fenced
from shipway_daemon.queries.asked import Asked
from shipway_daemon.queries.orders import parse_sort
from shipway_daemon.queries.words import parse

T = TypeVar("T")

_log = logging.getLogger(__name__)

_OVER = Unavailable(
    "Another daemon has taken this home; this one changes nothing more.",
    "Ask again: the newer one answers.",
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_MAX_BODY = 1_000_000
#: Headers that only a browser sends; it has no business on the socket.
_BROWSER_HEADERS = ("Origin", "Referer", "Sec-Fetch-Site")


def answer(value: Any, status: int = 200) -> web.Response:
    """Write a wire type as JSON."""
    return web.Response(
        body=msgspec.json.encode(value), status=status, content_type="application/json"
    )


async def body(request: web.Request, kind: type[T]) -> T:
    """Read the request's body as a wire type.

    Raises:
        WrongUsage: It does not fit; the sentence names the field.
    """
    raw = bytearray()
    while piece := await request.content.read(_MAX_BODY + 1 - len(raw)):
        raw += piece
        if len(raw) > _MAX_BODY:
            raise WrongUsage(f"The request is longer than {_MAX_BODY:,} bytes.")
    try:
        return msgspec.json.decode(raw or b"{}", type=kind)
    except msgspec.DecodeError as error:
        raise WrongUsage(f"The request does not fit: {error}.") from error
    except RecursionError as error:
        raise WrongUsage("The request is nested too deeply.") from error


def paging(request: web.Request) -> tuple[str | None, int]:
    """Read the cursor and the length of the page that is asked for.

    Raises:
        WrongUsage: The length is no number, or too large.
    """
    limit = request.query.get("limit", "50")
    if not limit.isascii() or not limit.isdigit():
        raise WrongUsage(f"{limit!r} is no number of rows.")
    return request.query.get("after"), check_limit(int(limit[:9]))


def asked(request: web.Request, table: Queryable) -> Asked:
    """Read which page of a list is asked for: `q`, `sort`, `after` and `limit`.

    Raises:
        WrongUsage: The list cannot be asked that.
    """
    after, limit = paging(request)
    query = parse(request.query.get("q"), table)
    order = parse_sort(request.query.get("sort"), table)
    return Asked(query=query, order=order, after=after, limit=limit)


def number(request: web.Request, name: str) -> int:
    """Read a number out of the path.

    Raises:
        NotFound: It is none, so there is no such thing.
    """
    text = request.match_info[name]
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise NotFound(f"There is no number {text!r}.", "A list shows the numbers that there are.")
    return int(text)


def profile_address(request: web.Request) -> str:
    """Read the address of a profile out of the path."""
    return f"{request.match_info['owner']}/{request.match_info['name']}"


def actor(request: web.Request) -> str:
    """Who asks: the local user, whom the kernel vouches for."""
    return str(request["actor"])


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse browsers, name the version in every answer, and turn errors into answers."""
    try:
        if any(name in request.headers for name in _BROWSER_HEADERS):
            raise Forbidden("Browsers are not let in here.", "Use `shipway`, or the client.")
        response = await handler(request)
    except ShipwayError as error:
        response = refusal(error)
    except web.HTTPException as error:
        response = refusal(_http_error(request, error))
    except Fenced:
        response = refusal(_OVER)
    except Exception:  # noqa: BLE001 - the edge of the door: logged, and told to the client
        _log.exception("%s %s broke", request.method, request.path)
        response = refusal(Failed("Shipway broke on this request.", "The daemon's log has more."))
    if not response.prepared:
        response.headers[VERSION_HEADER] = VERSION
    return response


def refusal(error: ShipwayError) -> web.Response:
    """Write an error as every door of ours does."""
    told = ErrorBody(code=error.code, message=error.message, hint=error.hint, fields=error.fields)
    return answer(ErrorAnswer(error=told), error.http_status)


def _http_error(request: web.Request, error: web.HTTPException) -> ShipwayError:
    if error.status == 404:
        return NotFound(f"There is nothing at {request.path}.")
    if error.status == 405:
        return WrongUsage(f"{request.path} does not take {request.method}.")
    return WrongUsage(f"The request does not fit: {error.reason}.")
