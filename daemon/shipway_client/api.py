"""How one call is made: encode, send, decode, and raise what the daemon said was wrong."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import msgspec

from shipway_client.errors import BY_CODE, Failed, ShipwayError
from shipway_client.transport import Answer, connected
from shipway_client.version import VERSION
from shipway_client.wire import VERSION_HEADER, ErrorAnswer

T = TypeVar("T")

#: How long an ordinary call may take: it waits for nothing but the catalogue.
CALL_SECONDS = 60.0
#: How long a call may take that asks a store: its lane starts, then status, policy and check.
ASK_SECONDS = 300.0


def segment(text: str) -> str:
    """Quote one path segment, so that an address of any characters travels whole."""
    return quote(text, safe="")


def address_path(address: str) -> str:
    """Turn `owner/name` or `owner/name@N` into path segments."""
    profile, at, number = address.partition("@")
    owner, _, name = profile.partition("/")
    path = f"{segment(owner)}/{segment(name)}"
    return f"{path}/versions/{segment(number)}" if at else path


@dataclass(frozen=True)
class Incoming:
    """An answer whose body is still to come: its headers by lower-case name, and the pieces."""

    headers: dict[str, str]
    pieces: AsyncIterator[bytes]


class Api:
    """Makes calls to one daemon; knows nothing of what they mean.

    `daemon_version` is what the last answer said; a client compares it with its own.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.daemon_version: str | None = None

    async def call(
        self,
        method: str,
        path: str,
        answer: type[T],
        body: msgspec.Struct | None = None,
        seconds: float = CALL_SECONDS,
        **query: object,
    ) -> T:
        """Make one call and decode its answer as `answer`.

        Raises:
            ShipwayError: What the daemon said, as the same class that it raised.
            NoDaemon: Nobody answers.
        """
        raw = msgspec.json.encode(body) if body is not None else b""
        received = await self._answered(method, _target(path, query), raw, seconds)
        return _decoded(msgspec.json.Decoder(answer), received.body or b"null")

    async def text(self, path: str, seconds: float = CALL_SECONDS) -> str:
        """Ask for an answer that is plain text; raises what `call` raises."""
        received = await self._answered("GET", path, b"", seconds)
        return received.body.decode(errors="replace")

    async def _answered(self, method: str, target: str, raw: bytes, seconds: float) -> Answer:
        import asyncio

        try:
            async with asyncio.timeout(seconds):
                received = await self._exchange(method, target, raw)
        except TimeoutError as error:
            raise Failed(
                f"The daemon did not answer within {seconds:.0f} s.",
                "It may be overloaded: see `shipway daemon status`.",
            ) from error
        if received.status >= 400:
            raise _error(received)
        return received

    async def _exchange(self, method: str, target: str, raw: bytes) -> Answer:
        async with connected(self.address) as connection:
            await connection.send(method, target, raw, VERSION)
            status, headers = await connection.head()
            self.daemon_version = headers.get(VERSION_HEADER.lower())
            body = b"".join([chunk async for chunk in connection.chunks()])
            return Answer(status, headers, body)

    async def send(
        self, method: str, path: str, headers: dict[str, str], pieces: AsyncGenerator[bytes, None]
    ) -> dict[str, str]:
        """Send a body of any length piece by piece and return the headers of the answer.

        It has no deadline of its own: whoever makes the pieces knows whether they get on.

        Raises:
            ShipwayError: What the daemon said, as the same class that it raised.
            NoDaemon: Nobody answers.
            Broken: The connection broke off.
        """
        async with connected(self.address) as connection:
            status, told = await connection.send_pieces(method, path, headers, pieces)
            self.daemon_version = told.get(VERSION_HEADER.lower())
            if status >= 400:
                body = b"".join([chunk async for chunk in connection.chunks()])
                raise _error(Answer(status, told, body))
            return told

    @asynccontextmanager
    async def receive(self, path: str, headers: dict[str, str]) -> AsyncIterator[Incoming]:
        """Ask for a body of any length, and read it piece by piece.

        It has no deadline of its own: whoever takes the pieces knows whether they get on.

        Raises:
            ShipwayError: What the daemon said, as the same class that it raised.
            NoDaemon: Nobody answers.
            Broken: The connection broke off.
        """
        async with connected(self.address) as connection:
            await connection.send("GET", path, b"", VERSION, headers)
            status, told = await connection.head()
            self.daemon_version = told.get(VERSION_HEADER.lower())
            if status >= 400:
                body = b"".join([chunk async for chunk in connection.chunks()])
                raise _error(Answer(status, told, body))
            yield Incoming(told, connection.chunks())

    async def lines(self, path: str, answer: type[T], **query: object) -> AsyncIterator[T]:
        """Follow a stream of JSON lines until the daemon ends it."""
        decoder = msgspec.json.Decoder(answer)
        async with connected(self.address) as connection:
            await connection.send("GET", _target(path, query), b"", VERSION)
            status, headers = await connection.head()
            self.daemon_version = headers.get(VERSION_HEADER.lower())
            if status >= 400:
                body = b"".join([chunk async for chunk in connection.chunks()])
                raise _error(Answer(status, headers, body))
            rest = b""
            async for chunk in connection.chunks():
                *whole, rest = (rest + chunk).split(b"\n")
                for line in whole:
                    if line:
                        yield _decoded(decoder, line)


def _target(path: str, query: dict[str, Any]) -> str:
    given = {name: value for name, value in query.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def _decoded(decoder: "msgspec.json.Decoder[T]", body: bytes) -> T:
    """Decode what the daemon sent.

    Raises:
        Failed: It is not what was expected, as from a daemon of quite another version.
    """
    try:
        return decoder.decode(body)
    except msgspec.DecodeError as error:
        raise Failed(
            f"The daemon's answer cannot be read: {error}.",
            "It may be of another version: see `shipway daemon status`.",
        ) from error


def _error(answer: Answer) -> ShipwayError:
    try:
        body = msgspec.json.decode(answer.body, type=ErrorAnswer).error
    except msgspec.DecodeError:
        return Failed(f"The daemon answered {answer.status} without saying why.")
    return BY_CODE.get(body.code, Failed)(body.message, body.hint, fields=body.fields)
