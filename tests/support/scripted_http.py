"""A server that answers by a script, byte for byte, also what no honest server would.

with scripted_http(b"HTTP/1.1 200 OK\\r\\n\\r\\nhello", HANG_UP) as server:
    ...  # speak to server.url
    assert server.requests[0].startswith(b"GET /v1/status")
"""

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator

import msgspec
from shipway_http_management.digests import content_digest

#: What is sent for one request; empty bytes: the connection is closed without a word.
Scripted = bytes | Callable[[bytes], bytes]
HANG_UP = b""


def answer(status: int, body: object, /, **headers: str) -> bytes:
    """An honest answer with this JSON body; `headers` go over those that belong there."""
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    problem = status >= 400
    told = {
        "Content-Type": "application/problem+json" if problem else "application/json",
        "Content-Length": str(len(content)),
        "Content-Digest": content_digest(content),
        "Connection": "close",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status} Scripted\r\n{head}\r\n".encode() + content


def problem(status: int, **more: object) -> dict[str, object]:
    """A problem document."""
    return {"type": "about:blank", "title": f"It is {status}.", "status": status, **more}


class ScriptedServer:
    """Answers one connection after the other; the last line of the script is for all others."""

    def __init__(self, script: tuple[Scripted, ...]) -> None:
        self.requests: list[bytes] = []
        self._script = list(script)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._run, name="scripted server")
        self._ended = False
        self._thread.start()

    def end(self) -> None:
        """Answer nobody any more."""
        self._ended = True
        with contextlib.suppress(OSError):
            socket.create_connection(self._listener.getsockname()).close()
        self._thread.join(30)
        self._listener.close()

    def _run(self) -> None:
        while not self._ended:
            connection, _ = self._listener.accept()
            with connection, contextlib.suppress(OSError):
                connection.settimeout(10)
                if request := _request(connection):
                    self._answer(connection, request)

    def _answer(self, connection: socket.socket, request: bytes) -> None:
        self.requests.append(request)
        line = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        connection.sendall(line(request) if callable(line) else line)


def _request(connection: socket.socket) -> bytes:
    """Read one request, head and body."""
    content = b""
    while b"\r\n\r\n" not in content:
        block = connection.recv(65536)
        if not block:
            return b""
        content += block
    head, _, body = content.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    while len(body) < (int(length[1]) if length else 0):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextlib.contextmanager
def scripted_http(*script: Scripted) -> Iterator[ScriptedServer]:
    """Answer by this script for as long as the block lasts."""
    server = ScriptedServer(script)
    try:
        yield server
    finally:
        server.end()
