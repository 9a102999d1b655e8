"""A real daemon for all tests of a file that only ask; and requests of every shape."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from support.daemon import running_daemon


@dataclass(frozen=True)
class Raw:
    """An answer as it came over the socket."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> dict[str, str]:
        """What an error says; its shape is always the same."""
        told = self.json
        assert set(told) == {"error"}
        assert set(told["error"]) == {"code", "message", "hint", "fields"}
        return told["error"]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def daemon():
    """One daemon for the whole file."""
    async with running_daemon() as made:
        yield made


async def exchange(address, raw: bytes) -> bytes:
    """Send bytes, and read until the daemon closes."""
    reader, writer = await asyncio.open_unix_connection(address)
    try:
        writer.write(raw)
        await writer.drain()
        async with asyncio.timeout(20):
            return await reader.read()
    finally:
        writer.close()


@pytest.fixture
def ask(daemon):
    """Make a request as it is given, with nothing done for it."""

    async def send(method, target, body=b"", **headers) -> Raw:
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        given = {"Host": "x", "Connection": "close", "Content-Length": str(len(body)), **headers}
        lines = [
            f"{method} {target} HTTP/1.1",
            *(f"{name}: {told}" for name, told in given.items()),
        ]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        answer = await exchange(daemon.client.api.address, head + body)
        head, _, content = answer.partition(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        told = dict(line.split(": ", 1) for line in rest)
        return Raw(int(first.split()[1]), told, content)

    return send
