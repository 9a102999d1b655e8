"""A process that answers on a home's socket: health, one profile, empty lists, and stop."""

import asyncio
import json
import os

from command_answers.answers import profile
from shipway_client.locations import locate
from shipway_client.version import VERSION


def _answer(target: str) -> object:
    if target.startswith("/health"):
        return {
            "version": VERSION,
            "pid": os.getpid(),
            "epoch": 1,
            "home": str(locate().home),
            "started_at": "2026-11-20T10:00:00Z",
            "seq": 1,
        }
    if target.startswith("/v1/profiles"):
        return {"items": [profile()], "after": None, "seq": 1}
    if target.startswith(("/v1/jobs", "/v1/environments")):
        return {"items": [], "after": None, "seq": 1}
    return None


async def serve() -> None:
    """Answer until somebody asks to stop."""
    stopped = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        target = head.split()[1].decode()
        body = json.dumps(_answer(target)).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()
        if target == "/v1/daemon/stop":
            stopped.set()

    socket = locate().socket
    socket.parent.mkdir(parents=True, exist_ok=True)
    server = await asyncio.start_unix_server(handle, str(socket))
    async with server:
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(serve())
