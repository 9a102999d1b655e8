"""Bodies and their digests: what is read, what is answered, and how it is refused."""

import base64
import hashlib
from typing import TypeVar

import msgspec
from aiohttp import web

from management_server.words import Body, Problem

T = TypeVar("T", bound=Body)

_NAMES = "urn:shipway:management:"
_DIGEST = "Content-Digest"
#: The largest JSON body that is read, in bytes.
JSON_BYTES = 1024 * 1024


class Refusal(Exception):
    """An answer that is not a success; nothing was done."""

    def __init__(
        self,
        status: int,
        title: str,
        *,
        name: str = "",
        hint: str = "",
        offset: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(title)
        self.problem = Problem(
            type=_NAMES + name if name else "about:blank",
            title=title,
            status=status,
            hint=hint,
            offset=offset,
        )
        self.headers: dict[str, str] = {}
        if retry_after is not None:
            self.headers["Retry-After"] = str(max(1, round(retry_after)))
        if status == 401:
            self.headers["WWW-Authenticate"] = 'Bearer realm="management"'


def content_digest(body: bytes) -> str:
    """Write the SHA-256 of a body as RFC 9530 wants it in a header."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def answer(body: Body, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Answer with a JSON body and its digest."""
    kind = "application/problem+json" if isinstance(body, Problem) else "application/json"
    content = msgspec.json.encode(body)
    told = {**(headers or {}), _DIGEST: content_digest(content), "Cache-Control": "no-store"}
    return web.Response(body=content, status=status, content_type=kind, headers=told)


def refusal(why: Refusal) -> web.Response:
    """Answer with a problem."""
    return answer(why.problem, why.problem.status, why.headers)


async def whole_body(request: web.Request) -> bytes:
    """Read the body, and see that it is what was sent.

    Raises:
        Refusal: It has no digest, or another one than it came with.
    """
    try:
        content = await request.read()
    except web.HTTPRequestEntityTooLarge as large:
        raise Refusal(413, "The body is larger than this server takes.") from large
    except ConnectionError as gone:
        raise Refusal(400, "The connection broke before the body was whole.") from gone
    told = request.headers.get(_DIGEST)
    if told is None:
        raise Refusal(400, "The body came without a Content-Digest.")
    if told != content_digest(content):
        raise Refusal(400, "The body does not fit its Content-Digest.", name="damaged")
    return content


async def json_body(request: web.Request, kind: type[T]) -> T:
    """Read a JSON body of this kind.

    Raises:
        Refusal: It was damaged, is too large, or is not what the contract says.
    """
    content = await whole_body(request)
    if len(content) > JSON_BYTES:
        raise Refusal(413, f"A JSON body has at most {JSON_BYTES} bytes.")
    if request.content_type != "application/json":
        raise Refusal(400, "The body is not application/json.")
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as broken:
        raise Refusal(400, f"The body is not what the contract says: {broken}.") from broken
