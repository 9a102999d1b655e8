"""The chaos proxy does what it says; a fault that never comes about would prove nothing."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from support.chaos_proxy import ChaosProxy, Fault
from support.waiting import wait_for

ASKED = bytes(range(256)) * 30
ANSWERED = ASKED[::-1]


class Server:
    """Takes a request of a known length, and answers it."""

    def __init__(self) -> None:
        self.received: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.received.append(await reader.readexactly(len(ASKED)))
            writer.write(ANSWERED)
            await writer.drain()
            await reader.read()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def connected(fault: Fault, seed: int = 5):
    """A server, and a connection to it through a proxy that has this fault only."""
    server = Server()
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    async with listener, ChaosProxy(port, seed, [fault], share=1.0, pause=0) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(ASKED)
        yield server, proxy, reader
        writer.transport.abort()


def flipped(one: bytes, other: bytes) -> int:
    """How many bits differ."""
    return sum((a ^ b).bit_count() for a, b in zip(one, other, strict=True))


async def test_a_flipped_bit_is_one_bit():
    async with connected(Fault.BIT_IN_REQUEST) as (server, proxy, reader):
        assert await reader.readexactly(len(ANSWERED)) == ANSWERED
        assert flipped(server.received[0], ASKED) == 1
        assert proxy.struck == {Fault.BIT_IN_REQUEST: 1}
    async with connected(Fault.BIT_IN_ANSWER) as (server, proxy, reader):
        assert flipped(await reader.readexactly(len(ANSWERED)), ANSWERED) == 1
        assert server.received == [ASKED]
        assert proxy.struck == {Fault.BIT_IN_ANSWER: 1}


async def test_a_lost_reply_is_one_that_was_made():
    async with connected(Fault.REPLY_LOST) as (server, proxy, reader):
        with pytest.raises(ConnectionResetError):
            while await reader.read(65536):
                pass
        assert server.received == [ASKED]
        assert proxy.struck == {Fault.REPLY_LOST: 1}


async def test_a_reset_is_a_reset():
    async with connected(Fault.RESET) as (_, proxy, reader):
        with pytest.raises(ConnectionResetError):
            while await reader.read(65536):
                pass
        assert proxy.struck == {Fault.RESET: 1}


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.STOPPED])
async def test_half_open_is_neither_an_answer_nor_an_end(fault):
    async with connected(fault) as (_, proxy, reader):
        await wait_for(lambda: proxy.struck[fault] == 1, 30)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await reader.readexactly(len(ANSWERED))


async def test_slow_comes_whole_in_the_end():
    async with connected(Fault.SLOW) as (_, proxy, reader):
        assert await reader.readexactly(len(ANSWERED)) == ANSWERED
        assert proxy.struck == {Fault.SLOW: 1}


async def test_the_same_seed_is_the_same_network():
    drawn = [ChaosProxy(1, 11)._draw() for _ in range(2)]
    assert drawn[0] == drawn[1]
