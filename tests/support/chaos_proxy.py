"""A proxy that breaks connections, by a seed: what a network does to a publish, on demand.

async with ChaosProxy(server_port, seed=7) as proxy:
    ...  # speak to 127.0.0.1:proxy.port
    print(proxy.struck)

Each connection draws what happens to it and after how many bytes. The faults are those of
performance-and-reliability, list 7c, number 11.
"""

import asyncio
import contextlib
import random
import socket
import struct
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Self

_BLOCK = 64 * 1024


class Fault(StrEnum):
    """What can happen to a connection."""

    NONE = "none"
    RESET = "reset"
    SILENT = "accepted, never answered"
    STOPPED = "stopped in the middle"
    SLOW = "a few bytes at a time"
    BIT_IN_REQUEST = "a bit of a request flipped"
    BIT_IN_ANSWER = "a bit of an answer flipped"
    REPLY_LOST = "reply lost after the request arrived"


FAULTS = tuple(fault for fault in Fault if fault is not Fault.NONE)


@dataclass(frozen=True)
class Mishap:
    """What happens to one connection, after how many bytes of which direction."""

    fault: Fault
    of_request: bool = False
    after: int = 0
    bit: int = 0


class Struck(Exception):
    """The connection is to be broken now."""


class ChaosProxy:
    """Forwards 127.0.0.1:`port` to a server on this machine; a share of connections is broken."""

    def __init__(
        self,
        server_port: int,
        seed: int | str,
        faults: Sequence[Fault] = FAULTS,
        share: float = 0.5,
        pause: float = 0.02,
    ) -> None:
        self.port = 0
        #: How often each fault came about; a connection may end before its fault is due.
        self.struck: Counter[Fault] = Counter()
        self.connections = 0
        #: With it off, every connection is left alone.
        self.on = True
        self._server_port = server_port
        self._random = random.Random(seed)
        self._faults = faults
        self._share = share
        self._pause = pause
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._listener = await asyncio.start_server(self._accepted, "127.0.0.1", 0)
        self.port = self._listener.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._listener is not None
        self._listener.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _draw(self) -> Mishap:
        if not self.on or self._random.random() >= self._share:
            return Mishap(Fault.NONE)
        fault = self._random.choice(self._faults)
        of_request = self._random.random() < 0.5
        if fault in (Fault.BIT_IN_REQUEST, Fault.BIT_IN_ANSWER, Fault.REPLY_LOST):
            of_request = fault is Fault.BIT_IN_REQUEST
        after = self._random.randrange(6_000 if of_request else 2_500)
        return Mishap(fault, of_request, after, self._random.randrange(8))

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._connected(self._draw(), reader, writer)
        except OSError:
            pass  # one of the two ends went away; the other is closed below
        finally:
            writer.transport.abort()

    async def _connected(
        self, mishap: Mishap, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if mishap.fault is Fault.SILENT:
            self.struck[mishap.fault] += 1
            while await reader.read(_BLOCK):
                pass
            return
        upstream, downstream = await asyncio.open_connection("127.0.0.1", self._server_port)
        try:
            await self._forward(mishap, (reader, downstream), (upstream, writer))
        except* Struck:
            _reset(writer)
        except* OSError:
            pass
        finally:
            downstream.transport.abort()

    async def _forward(
        self,
        mishap: Mishap,
        request: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        answer: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        """Carry both directions until either ends."""
        ended = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            carriers = [
                group.create_task(self._carry(mishap, ends, ended, of_request=of_request))
                for ends, of_request in ((request, True), (answer, False))
            ]
            await ended.wait()
            for carrier in carriers:
                carrier.cancel()

    async def _carry(
        self,
        mishap: Mishap,
        ends: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        ended: asyncio.Event,
        *,
        of_request: bool,
    ) -> None:
        reader, writer = ends
        try:
            carried = 0
            while block := await reader.read(_BLOCK):
                async for piece in self._treated(mishap, block, carried, of_request=of_request):
                    writer.write(piece)
                    await writer.drain()
                carried += len(block)
        finally:
            ended.set()

    async def _treated(
        self, mishap: Mishap, block: bytes, carried: int, *, of_request: bool
    ) -> AsyncIterator[bytes]:
        """Give what goes on of a block that begins at the byte `carried`."""
        at = mishap.after - carried
        if mishap.fault is Fault.NONE or mishap.of_request != of_request or at >= len(block):
            yield block
            return
        if mishap.fault is Fault.SLOW:
            self.struck[mishap.fault] += carried <= mishap.after
            for start in range(0, len(block), 8):
                yield block[start : start + 8]
                await asyncio.sleep(self._pause)
            return
        if at < 0:  # the flipped bit is behind us
            yield block
            return
        self.struck[mishap.fault] += 1
        if mishap.fault in (Fault.BIT_IN_REQUEST, Fault.BIT_IN_ANSWER):
            yield block[:at] + bytes([block[at] ^ (1 << mishap.bit)]) + block[at + 1 :]
            return
        if mishap.fault is Fault.STOPPED:
            yield block[:at]
            await asyncio.Event().wait()
        if mishap.fault is Fault.RESET:
            yield block[:at]
        raise Struck


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection with RST instead of FIN."""
    ends: socket.socket = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        ends.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
