"""HTTP/1.1 over the daemon's Unix socket: h11 on asyncio streams, one connection a request.

A connection to a Unix socket costs about 0.1 ms, so nothing is pooled and nothing can go stale.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass

import h11

from shipway_client.errors import Broken, NoDaemon

_READ_BYTES = 65536


@dataclass(frozen=True)
class Answer:
    """A whole answer: status, headers by lower-case name, body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Connection:
    """One request and its answer on a connection of its own."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._protocol = h11.Connection(h11.CLIENT)

    async def send(
        self,
        method: str,
        target: str,
        body: bytes,
        version: str,
        more: dict[str, str] | None = None,
    ) -> None:
        """Send the whole request, with `more` headers."""
        headers = [
            ("Host", "shipway"),
            ("User-Agent", f"shipway/{version}"),
            ("Connection", "close"),
            ("Content-Length", str(len(body))),
            *(more or {}).items(),
        ]
        if body:
            headers.append(("Content-Type", "application/json"))
        request = h11.Request(method=method, target=target, headers=headers)
        self._write(request)
        if body:
            self._write(h11.Data(data=body))
        self._write(h11.EndOfMessage())
        await self._writer.drain()

    async def send_pieces(
        self, method: str, target: str, headers: dict[str, str], pieces: AsyncGenerator[bytes, None]
    ) -> tuple[int, dict[str, str]]:
        """Send a body piece by piece, and read the status and headers of its answer.

        `headers` hold the Content-Length. An answer that comes before the end of the body is the
        answer: the rest is not sent.

        Raises:
            Broken: The connection broke off before there was one.
        """
        told = [("Host", "shipway"), ("Connection", "close"), *headers.items()]
        answering = asyncio.create_task(self.head(), name="answer")
        try:
            with suppress(ConnectionError):  # the daemon may have answered before it closed
                self._write(h11.Request(method=method, target=target, headers=told))
                await self._send_body(pieces, answering)
            return await answering
        finally:
            answering.cancel()
            await asyncio.gather(answering, return_exceptions=True)

    async def _send_body(
        self,
        pieces: AsyncGenerator[bytes, None],
        answering: "asyncio.Task[tuple[int, dict[str, str]]]",
    ) -> None:
        async with aclosing(pieces):
            async for piece in pieces:
                if answering.done():
                    return
                self._write(h11.Data(data=piece))
                await self._writer.drain()
        self._write(h11.EndOfMessage())
        await self._writer.drain()

    def _write(self, event: h11.Event) -> None:
        data = self._protocol.send(event)
        if data:
            self._writer.write(data)

    async def head(self) -> tuple[int, dict[str, str]]:
        """Read the status and the headers."""
        event = await self._next()
        if not isinstance(event, h11.Response):
            raise Broken("The daemon closed the connection without an answer.")
        return event.status_code, {
            name.decode("ascii"): value.decode("latin-1") for name, value in event.headers
        }

    async def chunks(self) -> AsyncIterator[bytes]:
        """Read the body as it comes."""
        while True:
            event = await self._next()
            if isinstance(event, h11.Data):
                yield bytes(event.data)
            else:
                return

    async def _next(self) -> h11.Event:
        while True:
            try:
                event = self._protocol.next_event()
                if event is h11.NEED_DATA:
                    self._protocol.receive_data(await self._reader.read(_READ_BYTES))
                    continue
            except (h11.RemoteProtocolError, ConnectionError) as error:
                raise Broken(
                    "The daemon broke off in the middle of its answer.",
                    "It may have stopped: look with `shipway daemon status`, then ask again.",
                ) from error
            if isinstance(event, h11.Event):
                return event
            raise Broken("The daemon closed the connection too early.")


@asynccontextmanager
async def connected(address: str, connect_seconds: float = 5.0) -> AsyncIterator[Connection]:
    """Open a connection to the socket at `address`, and close it at the end.

    Raises:
        NoDaemon: Nobody listens there.
    """
    try:
        async with asyncio.timeout(connect_seconds):
            reader, writer = await asyncio.open_unix_connection(address)
    except (OSError, TimeoutError) as error:
        raise NoDaemon(
            "No Shipway daemon answers.", "Start it with `shipway daemon start`."
        ) from error
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()
