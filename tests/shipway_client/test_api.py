"""What a client makes of every answer, and of none."""

import asyncio
import json
import socket

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipway_client.address import LockRecord, find_address, read_lock
from shipway_client.api import Api, address_path, segment
from shipway_client.client import Client
from shipway_client.errors import BUSY_TEXT, BY_CODE, Busy, Failed, NoDaemon, ShipwayError
from shipway_client.wire import FeedLine, Health
from support.daemon import locations_of, short_folder


@pytest.fixture
def folder():
    with short_folder() as made:
        yield made


@pytest.fixture
async def daemon(folder):
    """A daemon that answers with given bytes and then goes away."""
    servers = []

    async def serve(answer, *, hold=False):
        requests = []

        async def handle(reader, writer):
            requests.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(answer)
            await writer.drain()
            if hold:
                await reader.read()
            writer.close()

        path = folder / f"{len(servers)}.sock"
        servers.append(await asyncio.start_unix_server(handle, str(path)))
        api = Api(str(path))
        api.requests = requests
        return api

    yield serve
    for server in servers:
        server.close()


def http(status, body, **headers):
    told = {"Content-Length": str(len(body)), **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status} Whatever\r\n{lines}\r\n".encode() + body


HEALTH = Health(version="9.9", pid=1, epoch=2, home="/h", started_at="now", seq=3)


async def test_an_answer_is_decoded_and_the_version_kept(daemon):
    """What a newer daemon adds to an answer is passed over."""
    body = json.dumps({**msgspec.to_builtins(HEALTH), "added later": True}).encode()
    api = await daemon(http(200, body, **{"Shipway-Version": "9.9"}))
    assert await api.call("GET", "/health", Health) == HEALTH
    assert api.daemon_version == "9.9"
    assert b"GET /health HTTP/1.1" in api.requests[0]


@pytest.mark.parametrize("code", BY_CODE)
async def test_an_error_comes_back_as_the_class_that_was_raised(daemon, code):
    kind = BY_CODE[code]
    body = json.dumps({"error": {"code": code, "message": "A sentence.", "hint": "A hint."}})
    api = await daemon(http(kind.http_status, body.encode()))
    with pytest.raises(ShipwayError) as raised:
        await api.call("GET", "/x", Health)
    assert type(raised.value) is kind
    assert (raised.value.message, raised.value.hint) == ("A sentence.", "A hint.")
    with pytest.raises(kind, match="A sentence"):
        await anext(api.lines("/x", FeedLine))


def test_every_error_has_a_code_of_its_own_and_an_exit_code():
    """The tree is what the command line, the doors and the client agree on."""

    def below(kind):
        return {kind}.union(*(below(child) for child in kind.__subclasses__()))

    ours = {kind for kind in below(ShipwayError) if kind.__module__ == "shipway_client.errors"}
    assert set(BY_CODE.values()) == ours - {ShipwayError}
    exits = {code: kind.exit_code for code, kind in BY_CODE.items()}
    assert {code: number for code, number in exits.items() if number != 1} == {
        "wrong-usage": 2,
        "no-daemon": 3,
        "refused": 4,
        "unreadable": 4,
        "busy": 5,
        "not-found": 6,
    }
    assert (str(Busy()), Busy().message) == (BUSY_TEXT, BUSY_TEXT)


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"error": 1}'])
async def test_an_error_without_words_is_a_failure_with_its_number(daemon, body):
    api = await daemon(http(502, body))
    with pytest.raises(Failed, match="answered 502"):
        await api.call("GET", "/x", Health)


async def test_an_error_of_a_newer_daemon_is_a_failure_with_its_sentence(daemon):
    body = json.dumps({"error": {"code": "from-the-future", "message": "New.", "hint": ""}})
    api = await daemon(http(418, body.encode()))
    with pytest.raises(Failed, match="New"):
        await api.call("GET", "/x", Health)


WHOLE = http(200, msgspec.json.encode(HEALTH))
BROKEN = {
    "nothing": b"",
    "half a head": WHOLE[:20],
    "half a body": WHOLE[:-10],
    "nonsense": b"\x00\xff nonsense\r\n\r\n",
    "half a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{",
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
async def test_a_daemon_that_breaks_off_is_a_failure_with_a_hint(daemon, answer):
    """Never half an answer, and never a traceback."""
    api = await daemon(answer)
    with pytest.raises(Failed) as raised:
        await api.call("GET", "/health", Health)
    assert raised.value.message.startswith("The daemon")
    with pytest.raises(Failed):
        async for _ in api.lines("/v1/feed", FeedLine):
            raise AssertionError("there is no line")


async def test_an_answer_that_does_not_fit_is_a_failure(daemon):
    """A daemon of another version, say: a sentence, and no traceback."""
    api = await daemon(http(200, b'{"pid": "one"}'))
    with pytest.raises(Failed, match="cannot be read"):
        await api.call("GET", "/health", Health)


async def test_a_daemon_that_does_not_answer_is_not_waited_for(daemon):
    api = await daemon(b"", hold=True)
    with pytest.raises(Failed, match="did not answer within 0 s"):
        await api.call("GET", "/health", Health, seconds=0.1)


async def test_the_lines_of_a_feed_come_whole_however_they_are_cut(daemon):
    lines = [FeedLine(hello=1), FeedLine(alive=2), FeedLine(alive=3)]
    text = b"\n".join(msgspec.json.encode(line) for line in lines) + b"\n\n"
    pieces = [text[at : at + 5] for at in range(0, len(text), 5)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    api = await daemon(head + chunks + b"0\r\n\r\n")
    assert [line async for line in api.lines("/v1/feed", FeedLine)] == lines


@pytest.mark.parametrize("there", ["nothing", "a file", "a stale socket", "a folder"])
async def test_without_a_daemon_the_answer_is_no_daemon(folder, there):
    path = folder / "daemon.sock"
    if there == "a file":
        path.touch()
    if there == "a folder":
        path.mkdir()
    if there == "a stale socket":
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(str(path))
    with pytest.raises(NoDaemon, match="No Shipway daemon answers") as raised:
        await Api(str(path)).call("GET", "/health", Health)
    assert "shipway daemon start" in raised.value.hint
    with pytest.raises(NoDaemon):
        await anext(Api(str(path)).lines("/v1/feed", FeedLine))


async def test_a_socket_path_that_is_too_long_is_no_daemon(folder):
    with pytest.raises(NoDaemon):
        await Api(str(folder / ("x" * 200))).call("GET", "/health", Health)


def test_the_lock_says_where_the_daemon_is(folder):
    """Before the environment does; a lock without words says nothing."""
    locations = locations_of(folder)
    assert find_address(locations) == str(locations.socket)
    record = LockRecord(pid=1, epoch=2, address="/elsewhere/daemon.sock", version="1")
    locations.lock.write_bytes(msgspec.json.encode(record))
    assert find_address(locations) == "/elsewhere/daemon.sock"
    for torn in (b"", b"{", b'{"pid": 1}'):
        locations.lock.write_bytes(torn)
        assert read_lock(locations) is None
        assert find_address(locations) == str(locations.socket)


def test_a_client_looks_again_where_the_daemon_is(folder):
    locations = locations_of(folder)
    client = Client(locations)
    record = LockRecord(pid=1, epoch=2, address="/new/daemon.sock", version="1")
    locations.lock.write_bytes(msgspec.json.encode(record))
    client.relocate()
    assert client.profiles._api.address == "/new/daemon.sock"


@given(st.text(), st.text(), st.integers(0, 10**6))
def test_an_address_is_quoted_as_its_parts(owner, name, number):
    for text in (owner, name):
        if any(char in "/@" or "\ud800" <= char <= "\udfff" for char in text):
            return
    assert address_path(f"{owner}/{name}") == f"{segment(owner)}/{segment(name)}"
    path = address_path(f"{owner}/{name}@{number}")
    assert path == f"{segment(owner)}/{segment(name)}/versions/{number}"
    assert path.isascii()
    assert not set("?# %") & set(path.replace("%", ""))
