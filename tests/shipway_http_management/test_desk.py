"""A management server behind a real daemon: its Busy, its silence and its late answers are seen."""

import pytest
from shipway_client.errors import Busy
from shipway_client.wire import JobOutcome, PublishStatus
from shipway_plugins.words import EnvironmentStatus
from support.desk import desk_daemon
from support.management import TOKEN
from support.waiting import wait_for

NAME = "devices"


@pytest.fixture
async def desk(server):
    async with desk_daemon(environment={"SHIPWAY_TEST_TOKEN": TOKEN, "WRONG": "wrong"}) as made:
        await made.daemon.start()
        settings = {"server": server.url, "token": "env:SHIPWAY_TEST_TOKEN", "timeout": 5}
        await made.environment("http_management", NAME, **settings)
        yield made


async def test_it_publishes_and_unpublishes(desk, server):
    """What the publication says is what the server's own disk says."""
    job = await desk.published(NAME)
    assert job.outcome is JobOutcome.VERIFIED, job.reason
    assert await desk.live(NAME) == server.taken(desk.app) == [desk.newer.sha256]
    await desk.available(NAME)
    gone = await desk.ended(await desk.unpublish(NAME))
    assert gone.outcome is JobOutcome.VERIFIED, gone.reason
    assert (await desk.publication(NAME)).status is PublishStatus.NOT_PUBLISHED
    assert [one.key for one in server.journal()] == [job.tracking, gone.tracking]


async def test_a_busy_server_is_a_busy_environment(desk, server):
    """Volt MX's words, with what to do; nothing is sent."""
    server.throw(busy=True)
    with pytest.raises(Busy):
        await desk.publish(NAME)
    seen = await desk.client.environments.show(NAME)
    assert (seen.status, seen.reason) == (EnvironmentStatus.BUSY, "The server is busy.")
    assert server.count("PUT") == 0
    server.throw(busy=False)
    assert (await desk.client.environments.check(NAME)).status is EnvironmentStatus.AVAILABLE


async def test_a_wrong_token_is_unknown_and_told_to_nobody(desk, server):
    settings = {"server": server.url, "token": "env:WRONG"}
    seen = await desk.environment("http_management", "locked-out", **settings)
    assert seen.status is EnvironmentStatus.UNKNOWN
    assert "token does not open" in seen.reason
    assert seen.settings["token"] == "env:WRONG"
    assert TOKEN not in desk.daemon.log


async def test_a_lost_answer_is_found_again(desk, server):
    """The server took it, and its answer was lost: nothing is sent twice."""
    server.dies_after = "PUT"
    job = await desk.publish(NAME)
    await wait_for(lambda: server.deaf, 30, "the publication did not arrive")
    server.dies_after, server.deaf = "", False
    ended = await desk.ended(job)
    assert ended.outcome is JobOutcome.VERIFIED, ended.reason
    assert [one.key for one in server.journal()] == [job.tracking]
    assert server.taken(desk.app) == [desk.newer.sha256]
