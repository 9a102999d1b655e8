"""The end of a daemon that people listen to."""

import asyncio
import contextlib

import pytest
from shipway_client.client import Client
from shipway_client.errors import Failed, NoDaemon
from shipway_client.wire import AddFile, CreateProfile
from support.binaries import SAMPLE_APK
from support.daemon import running_daemon
from support.processes import children_of
from support.waiting import wait_for


@pytest.fixture
async def daemon():
    async with running_daemon() as made:
        yield made


def make(daemon, name):
    return daemon.client.profiles.create(CreateProfile(name=name, channel="custom", owner="o"))


async def follow(client, seen, since=None):
    """Write down every event, for as long as the daemon goes on."""
    async for line in client.history.feed(since):
        if line.event is not None:
            seen.append(line.event)


async def test_a_follower_goes_on_where_it_was_after_a_restart(daemon):
    """With the number of the last event that it saw; a page's number will do as well."""
    page = await daemon.client.profiles.list()
    seen = []
    following = asyncio.create_task(follow(daemon.client, seen, page.seq))
    await make(daemon, "before")
    await wait_for(lambda: any(event.subject == "o/before" for event in seen))
    await daemon.restart()
    with contextlib.suppress(Failed, NoDaemon):
        await following
    await make(daemon, "after")
    again = []
    following = asyncio.create_task(follow(daemon.client, again, seen[-1].seq))
    await wait_for(lambda: any(event.subject == "o/after" for event in again))
    assert [event.seq for event in again] == [
        seen[-1].seq + 1 + number for number in range(len(again))
    ]
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


async def test_an_ended_daemon_ends_its_feeds_and_leaves_no_child(daemon):
    """With twenty listeners, an ingest behind it and a worker that is warm."""
    await daemon.client.versions.add(AddFile(path=str(SAMPLE_APK)))
    assert children_of(daemon.pid)
    heard = [[] for _ in range(20)]
    following = [asyncio.create_task(follow(Client(daemon.locations), one, 0)) for one in heard]
    await wait_for(lambda: all(heard))
    daemon.process.terminate()
    assert await daemon.wait() == 0
    ended = await asyncio.gather(*following, return_exceptions=True)
    assert all(one is None or isinstance(one, Failed) for one in ended), ended
    assert children_of(daemon.pid) == {}
    assert "Traceback" not in daemon.log


async def test_a_daemon_can_be_told_to_stop(daemon):
    await daemon.client.history.stop()
    assert await daemon.wait() == 0
    with pytest.raises(NoDaemon):
        await daemon.client.history.health()
