"""A client that follows and never reads: the door holds little for it, and no other waits."""

import asyncio
import socket
from types import SimpleNamespace

import msgspec
import pytest_asyncio
from aiohttp import web
from shipway_client.transport import connected
from shipway_client.wire import FeedLine
from shipway_daemon.doors.native.history import HistoryRoutes
from shipway_daemon.events import history
from shipway_daemon.events.feed import Feed, ProgressBoard
from support.daemon import short_folder
from support.waiting import wait_for

#: Far more than the kernel and the door buffer for one connection.
EVENTS, BYTES = 1_000, 4_000
SLOW = 10
#: What may lie in the door for one of them.
MOST = 256 << 10


@pytest_asyncio.fixture
async def door(database):
    """The feed behind a real socket, in this process; its address, and the protocols at work."""
    feed = Feed(database, ProgressBoard())
    application = web.Application()
    application.add_routes(HistoryRoutes(SimpleNamespace(feed=feed, database=database)).routes())
    runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    with short_folder() as folder, socket.socket(socket.AF_UNIX) as listening:
        path = str(folder / "daemon.sock")
        listening.bind(path)
        await web.SockSite(runner, listening).start()
        yield path, runner.server, feed
        feed.end()
        await runner.cleanup()


async def last_of(path, number):
    """Follow as the client does, until an event comes; how many came."""
    count, rest = 0, b""
    async with connected(path) as connection:
        await connection.send("GET", "/v1/feed?since=0", b"", "test")
        await connection.head()
        async for chunk in connection.chunks():
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                event = msgspec.json.decode(line, type=FeedLine).event
                count += event is not None
                if event is not None and event.seq == number:
                    return count
    raise AssertionError("the feed ended before that event")


async def test_who_reads_nothing_is_not_waited_for_and_not_stored_for(database, door):
    path, server, feed = door
    slow = []
    for _ in range(SLOW):
        reader, writer = await asyncio.open_unix_connection(path, limit=1)
        writer.write(b"GET /v1/feed?since=0 HTTP/1.1\r\nHost: x\r\n\r\n")
        slow.append((reader, writer))
    await wait_for(lambda: feed.clients == SLOW, 30, "the slow ones do not follow")

    def much(tx):
        for number in range(EVENTS):
            history.append(tx, "a.kind", str(number), text="x" * BYTES)

    await database.write(much)
    async with asyncio.timeout(60):
        assert await last_of(path, EVENTS) == EVENTS
    held = [one.transport.get_write_buffer_size() for one in server.connections if one.transport]
    assert len(held) >= SLOW
    assert sum(size > 0 for size in held) >= SLOW, "they were to be stuck"
    assert max(held) < MOST < EVENTS * BYTES / 4
    for _, writer in slow:
        writer.close()
    await wait_for(lambda: feed.clients == 0, 30, "a client that went is still counted")
