"""One exchange: a request goes out, an answer of bounded size comes back, or nothing is known."""

import io
import time
from collections.abc import Mapping
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import msgspec
import urllib3
from shipway_plugins.errors import StoreUnreachable
from urllib3 import exceptions
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from shipway_http_management.digests import content_digest
from shipway_http_management.faults import Interrupted
from shipway_http_management.options import (
    LOOPBACK,
    HttpManagementOptions,
    bearer_token,
    server_address,
    tls_context,
)

#: The largest answer that is read, in bytes.
ANSWER_BYTES = 4 * 1024 * 1024
_CONNECT_SECONDS = 10.0
_BLOCK = 64 * 1024


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A request: `path` is below the server's address, `seconds` is how long to be patient."""

    method: str
    path: str
    seconds: float
    body: bytes = b""
    kind: str = "application/json"
    headers: dict[str, str] = {}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back, whatever it says. Header names are in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """Speaks to one server, and to nobody else: no redirect is followed, nothing is sent twice."""

    def __init__(self, options: HttpManagementOptions) -> None:
        self.server = server_address(options)
        self._token = bearer_token(options)
        self._pool = _pool(self.server, options)

    def exchange(self, question: Question) -> Answer:
        """Send a request once and read its answer.

        Raises:
            Interrupted: No answer came, or not all of it; what the server did is unknown.
            StoreUnreachable: The same, and asking again would not help.
        """
        ends = time.monotonic() + question.seconds
        try:
            response = self._send(question)
        except (HTTPError, OSError) as problem:
            raise self._explained(problem) from problem
        try:
            body = self._read(response, ends)
        except (HTTPError, OSError) as problem:
            raise self._explained(problem) from problem
        finally:
            response.release_conn()
        return Answer(status=response.status, headers=response.headers, body=body)

    def _send(self, question: Question) -> BaseHTTPResponse:
        seconds = question.seconds
        return self._pool.request(
            question.method,
            self.server + question.path,
            # In blocks, so that the deadline is one of silence and not of the whole body.
            body=io.BytesIO(question.body) if question.body else None,
            headers={**self._headers(question), **question.headers},
            timeout=urllib3.Timeout(connect=min(seconds, _CONNECT_SECONDS), read=seconds),
            retries=False,
            redirect=False,
            preload_content=False,
            decode_content=False,
        )

    def _headers(self, question: Question) -> dict[str, str]:
        always = {
            "Accept": "application/json, application/problem+json",
            "Accept-Encoding": "identity",
            "Authorization": f"Bearer {self._token}",
            "User-Agent": "shipway-http-management/1",
        }
        if not question.body:
            return always
        return {
            **always,
            "Content-Type": question.kind,
            "Content-Length": str(len(question.body)),
            "Content-Digest": content_digest(question.body),
        }

    def _read(self, response: BaseHTTPResponse, ends: float) -> bytes:
        """Read what is there, within a size and a time that no server can stretch."""
        content = bytearray()
        try:
            while block := response.read1(_BLOCK):
                content += block
                if len(content) > ANSWER_BYTES:
                    raise StoreUnreachable(
                        f"{self.server} answered with more than {ANSWER_BYTES} bytes.",
                        "See whether the setting server names a management server.",
                    )
                if time.monotonic() > ends:
                    raise Interrupted(f"{self.server} answers too slowly.")
        except BaseException:
            response.close()
            raise
        return bytes(content)

    def _explained(self, problem: Exception) -> StoreUnreachable:
        """Say in a sentence what became of the request."""
        where = self.server
        if isinstance(problem, exceptions.ProxyError):
            problem = problem.original_error
        if isinstance(problem, exceptions.SSLError):
            return StoreUnreachable(
                f"{where} cannot be trusted: {problem}.",
                "If its certificate comes from an authority of your own, set ca_file.",
            )
        if isinstance(problem, exceptions.NameResolutionError):
            hint = "See whether the setting server is right, and the network is there."
            return Interrupted(f"The name of {where} cannot be found.", hint)
        if isinstance(problem, exceptions.NewConnectionError | exceptions.ConnectTimeoutError):
            return Interrupted(f"{where} takes no connection.", "See whether it is running.")
        if isinstance(problem, exceptions.TimeoutError):
            return Interrupted(f"{where} did not answer in time.")
        return Interrupted(f"The connection to {where} broke: {_plain(problem)}.")


def _plain(problem: Exception) -> str:
    """Say what is inside of an error that wraps another one."""
    inner = problem.args[-1] if problem.args else None
    told = inner.strerror or inner if isinstance(inner, OSError) else inner or problem
    return str(told).rstrip(".")


def _pool(server: str, options: HttpManagementOptions) -> urllib3.PoolManager:
    """Make the connections; an encrypted one may go through the proxy of this machine."""
    parts = urlsplit(server)
    if parts.scheme == "http":
        return urllib3.PoolManager(num_pools=1)
    context, host = tls_context(options), parts.hostname or ""
    proxy = getproxies().get("https")
    if proxy and host not in LOOPBACK and not proxy_bypass(host):
        return urllib3.ProxyManager(proxy, num_pools=1, ssl_context=context)
    return urllib3.PoolManager(num_pools=1, ssl_context=context)
