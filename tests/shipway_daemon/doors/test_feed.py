"""The feed over the socket, for any number of listeners."""

import asyncio

import pytest
from shipway_client.client import Client
from shipway_client.errors import Gone
from shipway_client.locations import Locations
from shipway_client.wire import CreateProfile
from shipway_daemon.events.feed import _ALIVE_SECONDS
from support.waiting import wait_for

pytestmark = pytest.mark.asyncio(loop_scope="module")


def make(daemon, name):
    return daemon.client.profiles.create(CreateProfile(name=name, channel="custom", owner="o"))


async def follow(client, seen, since=None):
    """Write down every event, for as long as the daemon goes on."""
    async for line in client.history.feed(since):
        if line.event is not None:
            seen.append(line.event)


def _created(events):
    return [event.subject for event in events if event.kind == "profile.created"]


async def _until_told_of(lines, subject):
    """The lines up to the one about `subject`; what the start of the daemon told may be first."""
    async for line in lines:
        yield line
        if line.event is not None and line.event.subject == subject:
            return


async def test_a_change_is_told_at_once_and_a_client_that_goes_leaves_no_trace(daemon):
    lines = daemon.client.history.feed()
    before = (await daemon.client.history.health()).seq
    assert (await anext(lines)).hello >= before
    await make(daemon, "one")
    async with asyncio.timeout(_ALIVE_SECONDS / 2):
        events = [line.event async for line in _until_told_of(lines, "o/one")]
    assert events[-1].kind == "profile.created"
    await lines.aclose()
    for number in range(5):
        await make(daemon, f"after-{number}")
    await asyncio.sleep(0.1)
    assert "broke" not in daemon.log


async def test_followers_miss_nothing_over_the_socket(daemon):
    since = (await daemon.client.history.health()).seq
    seen = [[] for _ in range(5)]
    following = [asyncio.create_task(follow(Client(daemon.locations), one, since)) for one in seen]
    await asyncio.gather(*(make(daemon, f"p{number}") for number in range(100)))
    await wait_for(lambda: all(len(_created(one)) == 100 for one in seen))
    for one in seen:
        assert len(set(_created(one))) == 100
        assert [event.seq for event in one] == list(range(since + 1, since + len(one) + 1))
    for task in following:
        task.cancel()
    await asyncio.gather(*following, return_exceptions=True)


async def test_a_slow_listener_costs_the_others_nothing(daemon):
    """It never reads: the daemon neither waits for it nor keeps its events."""
    reader, writer = await asyncio.open_unix_connection(daemon.client.api.address, limit=1)
    writer.write(b"GET /v1/feed HTTP/1.1\r\nHost: x\r\n\r\n")
    seen = []
    since = (await daemon.client.history.health()).seq
    following = asyncio.create_task(follow(daemon.client, seen, since))
    for number in range(50):
        await daemon.client.profiles.create(
            CreateProfile(name=f"{'x' * 90}{number}", channel="custom", owner="y" * 100)
        )
    await wait_for(lambda: len(_created(seen)) == 50)
    writer.close()
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    assert (await daemon.client.history.health()).pid == daemon.pid
    del reader


async def test_a_client_finds_the_daemon_by_what_its_lock_says(daemon, tmp_path):
    """A shell with another runtime folder must not start a second one."""
    home = daemon.locations.home
    elsewhere = Locations(home=home, config=home, runtime=tmp_path / "run")
    assert elsewhere.socket != daemon.locations.socket
    assert (await Client(elsewhere).history.health()).pid == daemon.pid


async def test_a_number_from_the_future_or_trimmed_is_no_silence(daemon):
    """A client whose number is beyond the last one has seen another history."""
    seq = (await daemon.client.history.health()).seq
    with pytest.raises(Gone):
        await anext(daemon.client.history.feed(seq + 1000))
