"""A management server behind a real daemon: its Busy, its silence and its late answers are seen."""

import pytest
from shipway_client.errors import Busy
from shipway_client.wire import JobOutcome, JobState, PublishStatus
from shipway_plugins.words import EnvironmentStatus
from support.desk import IMPATIENT, desk_daemon
from support.management import TOKEN
from support.waiting import wait_for

NAME = "devices"


@pytest.fixture
async def desk(server):
    async with desk_daemon(environment={"SHIPWAY_TEST_TOKEN": TOKEN, "WRONG": "wrong"}) as made:
        await made.daemon.start(IMPATIENT, SHIPWAY_TEST_PATIENCE="4")
        settings = {"server": server.url, "token": "env:SHIPWAY_TEST_TOKEN", "timeout": 5}
        await made.environment("http_management", NAME, **settings)
        yield made


@pytest.mark.e2e
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


@pytest.mark.e2e
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


@pytest.mark.e2e
async def test_a_wrong_token_is_unknown_and_told_to_nobody(desk, server):
    settings = {"server": server.url, "token": "env:WRONG"}
    seen = await desk.environment("http_management", "locked-out", **settings)
    assert seen.status is EnvironmentStatus.UNKNOWN
    assert "token does not open" in seen.reason
    assert seen.settings["token"] == "env:WRONG"
    assert TOKEN not in desk.daemon.log


@pytest.mark.e2e
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


async def waiting(desk, job):
    """Wait until a job waits."""

    async def now():
        return (await desk.client.jobs.show(job.id)).state is JobState.WAITING

    await wait_for(now, 60, "the job does not wait")


@pytest.mark.e2e
async def test_what_is_shown_late_is_waited_for_with_the_environment_free(desk, server):
    """It is taken once, and Published only when the server shows it."""
    server.throw(shown_after_reads=1_000_000)
    job = await desk.publish(NAME)
    await waiting(desk, job)
    assert (await desk.client.environments.show(NAME)).job is None
    assert (await desk.publication(NAME)).status is PublishStatus.NOT_PUBLISHED
    server.throw(shown_after_reads=0)
    ended = await desk.ended(job, 60)
    assert ended.outcome is JobOutcome.VERIFIED, ended.reason
    assert await desk.live(NAME) == [desk.newer.sha256]
    assert [one.key for one in server.journal()] == [job.tracking]


@pytest.mark.e2e
async def test_a_server_that_is_busy_is_tried_again(desk, server):
    """Under the same key, after as long as it asks for."""
    server.throw(busy=True, retry_after=1)
    job = await desk.publish(NAME, queue=True)
    await waiting(desk, job)
    server.throw(busy=False)
    ended = await desk.ended(job, 60)
    assert ended.outcome is JobOutcome.VERIFIED, ended.reason
    assert ended.tries > 1
    assert [one.key for one in server.journal()] == [job.tracking]
