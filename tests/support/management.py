"""The reference management server inside the test's own process, with every answer judged.

with management_server(folder) as server:
    adapter = server.adapter()
    server.throw(busy=True)
    assert [one.key for one in server.journal()] == [...]
"""

import asyncio
import contextlib
import ssl
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web
from shipway_http_management.adapter import HttpManagement, HttpManagementOptions
from shipway_plugins import EnvironmentContext
from support.openapi import contract

REFERENCE = Path(__file__).parents[2] / "contrib" / "management-server"
TOKEN = "a-token-of-the-tests"

sys.path.append(str(REFERENCE))

from management_server.index import Applied, read_index  # noqa: E402
from management_server.routes import make_app  # noqa: E402
from management_server.switches import Switches, read_switches, write_switches  # noqa: E402

#: The status of what nobody is told, because the connection is gone.
HUNG_UP = 599
BODY: web.RequestKey[bytes] = web.RequestKey("body", bytes)


class ManagementServer:
    """One server in a folder; what lies in the folder is the truth about it."""

    def __init__(
        self,
        folder: Path,
        tls: ssl.SSLContext | None = None,
        keepalive_timeout: float = 60.0,
        judge: bool = True,
    ) -> None:
        self.folder = folder
        self.url = ""
        #: Method, path and status of every answer, in order.
        self.answers: list[tuple[str, str, int]] = []
        #: Whether every connection is hung up before anything is done.
        self.deaf = False
        #: While it is set to an event, a PUT waits for it on the way to the server.
        self.on_the_way: threading.Event | None = None
        #: The method after which it is deaf: what was asked is done, and its answer lost.
        self.dies_after = ""
        #: What broke the contract.
        self.faults: list[str] = []
        self._tls = tls
        self._keepalive = keepalive_timeout
        self._judges = judge

    def throw(self, **switches: Any) -> None:
        """Throw switches; those that are not named stay as they are."""
        self.folder.mkdir(parents=True, exist_ok=True)
        now = msgspec.structs.asdict(read_switches(self.folder))
        write_switches(self.folder, Switches(**{**now, **switches}))

    def journal(self) -> list[Applied]:
        """Every change that was ever made, in order, from the disk."""
        return read_index(self.folder).history

    def taken(self, app: str) -> list[str]:
        """The digests that the server has taken for an app, shown or not, from the disk."""
        return [entry.digest for entry in read_index(self.folder).app(app).taken]

    def count(self, method: str, path: str = "") -> int:
        """How often something was answered."""
        return sum(one[0] == method and path in one[1] for one in self.answers)

    def options(self, **more: Any) -> HttpManagementOptions:
        """The settings of an environment on this server."""
        return HttpManagementOptions(**{"server": self.url, "token": TOKEN, **more})

    def adapter(self, **more: Any) -> HttpManagement:
        """An adapter for this server, as a new lane makes one."""
        context = EnvironmentContext(name="test", data_dir=self.folder / "unused")
        return HttpManagement(self.options(**more), context)

    async def start(self) -> web.AppRunner:
        """Serve on a port of its own; the runner that is answered ends it."""
        app = make_app(self.folder, TOKEN)
        app.middlewares.append(self._middleware())
        app.on_response_prepare.append(self._judge)
        runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=1, keepalive_timeout=self._keepalive
        )
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=self._tls).start()
        scheme = "https" if self._tls else "http"
        self.url = f"{scheme}://127.0.0.1:{runner.addresses[0][1]}"
        return runner

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rpartition(":")[2])

    def _middleware(self) -> Any:
        @web.middleware
        async def around(request: web.Request, handler: Any) -> web.StreamResponse:
            if self.deaf:
                return _hung_up(request)
            if request.method == "PUT" and self.on_the_way is not None:
                await request.read()  # it arrives whole
                await asyncio.to_thread(self.on_the_way.wait, 60)
            response = await handler(request)
            request[BODY] = await request.read() if request.body_exists else b""
            if self.dies_after and self.dies_after == request.method:
                self.deaf = True
                return _hung_up(request)
            return response

        return around

    async def _judge(self, request: web.Request, response: web.StreamResponse) -> None:
        path = request.rel_url.raw_path
        self.answers.append((request.method, path, response.status))
        if not self._judges or response.status == HUNG_UP:
            return
        body = response.body if isinstance(response, web.Response) else b""
        try:
            contract().judge_answer(
                request.method,
                path,
                response.status,
                response.headers,
                bytes(body or b"") if request.method != "HEAD" else b"",
            )
            if response.status < 300:
                contract().judge_request(
                    request.method, path, request.headers, request.get(BODY, b"")
                )
        except AssertionError as fault:
            self.faults.append(str(fault))


def _hung_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=HUNG_UP)


@contextlib.contextmanager
def management_servers(folders: list[Path], **more: Any) -> Iterator[list[ManagementServer]]:
    """Run servers in a thread for as long as the block lasts; then see what they answered."""
    servers = [ManagementServer(folder, **more) for folder in folders]
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="management servers")
    thread.start()
    runners: list[web.AppRunner] = []
    try:
        for server in servers:
            runners.append(asyncio.run_coroutine_threadsafe(server.start(), loop).result(60))
        yield servers
    finally:
        for runner in runners:
            asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()
    assert [fault for server in servers for fault in server.faults] == []


@contextlib.contextmanager
def management_server(folder: Path, **more: Any) -> Iterator[ManagementServer]:
    """Run one server for as long as the block lasts."""
    with management_servers([folder], **more) as (server,):
        yield server
