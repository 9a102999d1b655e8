"""A small server that keeps what is PUT, for a recipe; it goes wrong when told."""

import http.server
import threading

from shipway_plugins.testing import Trouble

TOKEN = "t0k3n-of-the-server"


class PutServer:
    """Holds bytes by path. It is a `FaultyStore` of the suite of faults."""

    troubles = frozenset(
        {Trouble.BUSY, Trouble.REFUSES, Trouble.UNREACHABLE, Trouble.LOSES_THE_REPLY}
    )

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.trouble: Trouble | None = None
        #: How many files it takes before it is busy.
        self.busy_after: int | None = None
        self._changes = 0
        kind = type("Handler", (_Handler,), {"store": self})
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def go_wrong(self, trouble: Trouble) -> None:
        self.trouble = trouble

    def recover(self) -> None:
        self.trouble = None

    def changes(self) -> int:
        return self._changes

    def put(self, path: str, content: bytes) -> None:
        if self.held.get(path) != content:
            self._changes += 1
        self.held[path] = content


class _Handler(http.server.BaseHTTPRequestHandler):
    store: PutServer

    def do_HEAD(self) -> None:
        self.answer(self.refusal(changes=False) or 200)

    def do_GET(self) -> None:
        content = self.store.held.get(self.path)
        self.answer(
            self.refusal(changes=False) or (404 if content is None else 200), content or b""
        )

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if refused := self.refusal(changes=True):
            self.answer(refused)
            return
        self.store.put(self.path, content)
        self.answer(201)

    def do_DELETE(self) -> None:
        if refused := self.refusal(changes=True):
            self.answer(refused)
            return
        self.answer(404 if self.store.held.pop(self.path, None) is None else 204)

    def refusal(self, *, changes: bool) -> int | None:
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            return 401
        if self.store.trouble is Trouble.UNREACHABLE:
            return 502
        busy = self.store.busy_after == len(self.store.held)
        if changes and (busy or self.store.trouble is Trouble.BUSY):
            return 503
        return 422 if changes and self.store.trouble is Trouble.REFUSES else None

    def answer(self, status: int, content: bytes = b"") -> None:
        if self.command == "PUT" and self.store.trouble is Trouble.LOSES_THE_REPLY:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_) -> None:
        """Say nothing: the token would be no part of it, but the noise would."""
