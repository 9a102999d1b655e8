"""Doing an ended job again: the same versions, by the rules of now, as a new job."""

import pytest
from shipway_client.errors import Busy, NotFound, Refused, WrongUsage
from shipway_client.wire import JobOutcome, JobState, RetryRequest
from support.desk import Desk

pytestmark = pytest.mark.e2e

ENVIRONMENT = "holding"


async def test_a_cancelled_publish_is_done_again_with_the_same_version(desk: Desk) -> None:
    """Another version is the candidate by now; what was to be sent is sent."""
    store = desk.store(await desk.available(ENVIRONMENT))
    store.hold("upload")
    first = await desk.publish(ENVIRONMENT, desk.older)
    await store.waiting_at("upload")
    with pytest.raises(Refused, match="has not ended"):
        await desk.client.jobs.retry(first.id, RetryRequest())
    await desk.client.jobs.cancel(first.id)
    assert (await desk.ended(first)).outcome is JobOutcome.CANCELLED
    store.release()
    await desk.available(ENVIRONMENT)
    again = await desk.client.jobs.retry(first.id, RetryRequest())
    ended = await desk.ended(again)
    assert (ended.outcome, ended.retry_of) == (JobOutcome.VERIFIED, first.id)
    assert ended.tracking != first.tracking
    assert await desk.live(ENVIRONMENT) == [desk.older.sha256]


async def test_an_unpublish_is_done_again_too(desk: Desk) -> None:
    await desk.available(ENVIRONMENT)
    await desk.published(ENVIRONMENT)
    removed = await desk.ended(await desk.unpublish(ENVIRONMENT))
    await desk.available(ENVIRONMENT)
    again = await desk.ended(await desk.client.jobs.retry(removed.id, RetryRequest()))
    assert (again.kind, again.outcome) == ("unpublish", JobOutcome.VERIFIED)
    assert again.retry_of == removed.id


async def test_a_retry_is_busy_or_queued_like_anybody(desk: Desk) -> None:
    store = desk.store(await desk.available(ENVIRONMENT))
    ended = await desk.published(ENVIRONMENT)
    await desk.available(ENVIRONMENT)
    store.hold("upload")
    running = await desk.publish(ENVIRONMENT)
    await store.waiting_at("upload")
    with pytest.raises(Busy):
        await desk.client.jobs.retry(ended.id, RetryRequest())
    queued = await desk.client.jobs.retry(ended.id, RetryRequest(queue=True))
    assert (queued.state, queued.position) == (JobState.QUEUED, 1)
    (listed,) = (await desk.client.jobs.list(state=[JobState.QUEUED])).items
    assert listed.id == queued.id
    both = await desk.client.jobs.list(state=[JobState.QUEUED, JobState.RUNNING])
    assert [job.id for job in both.items] == [queued.id, running.id]
    store.release()
    assert (await desk.ended(queued)).outcome is JobOutcome.VERIFIED


async def test_the_rules_of_now_stand_against_it(desk: Desk) -> None:
    """A version that was rejected meanwhile is not sent again."""
    await desk.available(ENVIRONMENT)
    job = await desk.published(ENVIRONMENT, desk.older)
    await desk.available(ENVIRONMENT)
    await desk.client.versions.reject(desk.older.address, "It crashes.")
    with pytest.raises(Refused):
        await desk.client.jobs.retry(job.id, RetryRequest())


async def test_what_is_not_there_cannot_be_done_again(desk: Desk) -> None:
    with pytest.raises(NotFound):
        await desk.client.jobs.retry(404, RetryRequest())
    with pytest.raises(WrongUsage, match="never in the state"):
        await desk.client.api.call("GET", "/v1/jobs", object, state="asleep")
