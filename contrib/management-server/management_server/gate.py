"""The gate: who may come in, how fast, and what is said to those who may not."""

import hmac
import logging
import time
from collections import deque
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from management_server.bodies import Refusal, refusal
from management_server.switches import Switches, read_switches

_log = logging.getLogger(__name__)

#: Where a handler finds how the switches stand for its request.
SWITCHES: web.RequestKey[Switches] = web.RequestKey("switches", Switches)


class Gate:
    """Checks the token, throws the switches, and turns every refusal into a problem."""

    def __init__(self, folder: Path, token: str) -> None:
        self._folder = folder
        self._token = token.encode()
        self._recent: deque[float] = deque()

    def middleware(self) -> Middleware:
        """Make the one middleware of the server."""

        @web.middleware
        async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
            try:
                request[SWITCHES] = read_switches(self._folder)
                self._admit(request)
                return await handler(request)
            except Refusal as why:
                return refusal(why)
            except web.HTTPException as error:
                return _problem(request, error)
            except Exception:  # noqa: BLE001 - the edge of the server: logged, and told as a problem
                _log.exception("%s %s failed", request.method, request.path)
                return refusal(Refusal(500, "The server broke; see its log."))

        return gate

    def _admit(self, request: web.Request) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        given = token.strip().encode("utf-8", "surrogateescape")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given, self._token):
            raise Refusal(401, "The token does not open this server.", hint="Give the right one.")
        switches = request[SWITCHES]
        if switches.maintenance:
            raise Refusal(
                503, "The server is being looked after.", retry_after=switches.retry_after
            )
        self._limit(switches)

    def _limit(self, switches: Switches) -> None:
        if switches.requests_per_second is None:
            return
        now = time.monotonic()
        while self._recent and now - self._recent[0] >= 1.0:
            self._recent.popleft()
        if len(self._recent) >= switches.requests_per_second:
            raise Refusal(429, "Too many requests.", retry_after=switches.retry_after)
        self._recent.append(now)


def _problem(request: web.Request, error: web.HTTPException) -> web.Response:
    title = f"{error.reason}: {request.method} {request.path}."
    told = refusal(Refusal(error.status, title, hint="See whether the address is right."))
    if "Allow" in error.headers:
        told.headers["Allow"] = error.headers["Allow"]
    return told
