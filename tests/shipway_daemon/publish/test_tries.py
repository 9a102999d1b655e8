"""Stores that are busy, slow or lose things: what is tried again, and what never is."""

import pytest
from shipway_client.wire import Environment, Job, JobOutcome, JobState
from shipway_plugins.words import EnvironmentStatus
from support.desk import IMPATIENT, Desk
from support.waiting import wait_for

pytestmark = pytest.mark.e2e


async def waiting(desk: Desk, job: Job) -> Job:
    """The job as soon as it waits."""

    async def waits() -> Job | None:
        seen = await desk.client.jobs.show(job.id)
        assert seen.state is not JobState.DONE, seen.reason
        return seen if seen.state is JobState.WAITING else None

    found = await wait_for(waits, 60, "the job does not wait")
    assert found is not None
    return found


async def test_a_busy_store_is_tried_again_and_takes_it_once(desk: Desk) -> None:
    environment = await desk.environment("counter", closed=2)
    job = await desk.published("counter")
    assert (job.outcome, job.tries) == (JobOutcome.VERIFIED, 3), job.reason
    store = desk.store(environment)
    assert (len(store.calls("publish")), len(store.journal())) == (3, 1)
    log = await desk.client.jobs.log(job.id)
    assert any("The counter is closed." in line.line for line in log.items)


async def test_an_environment_stays_busy_between_two_tries(desk: Desk) -> None:
    """The lock is kept: nobody comes between, and nobody wonders."""
    await desk.environment("counter", closed=1, retry_after=600.0)
    job = await waiting(desk, await desk.publish("counter"))
    assert "The counter is closed." in job.waits_for
    assert job.due_at is not None
    seen = await desk.client.environments.show("counter")
    assert (seen.status, seen.job) == (EnvironmentStatus.BUSY, job.id)


async def test_a_store_that_stays_busy_fails_with_its_reason(desk: Desk) -> None:
    environment = await desk.environment("counter", closed=1000)
    job = await desk.published("counter")
    assert job.outcome is JobOutcome.FAILED
    assert "The counter is closed." in job.reason
    assert job.hint == "Come again."
    store = desk.store(environment)
    assert len(store.calls("publish")) == job.tries > 1
    assert store.journal() == []
    await desk.available("counter")


async def test_a_job_that_waits_for_its_next_try_is_cancelled_at_once(desk: Desk) -> None:
    await desk.environment("counter", closed=1, retry_after=600.0)
    job = await waiting(desk, await desk.publish("counter"))
    await desk.client.jobs.cancel(job.id)
    assert (await desk.ended(job)).outcome is JobOutcome.CANCELLED
    await desk.available("counter")


async def test_a_wait_for_the_next_try_goes_on_over_a_kill(desk: Desk) -> None:
    environment = await desk.environment("counter", closed=1, retry_after=60.0)
    job = await waiting(desk, await desk.publish("counter"))
    await desk.daemon.kill()
    await desk.daemon.start(IMPATIENT)
    ended = await desk.ended(job)
    assert (ended.outcome, ended.tries) == (JobOutcome.VERIFIED, 2), ended.reason
    assert len(desk.store(environment).journal()) == 1


async def reviewed(desk: Desk) -> tuple[Environment, Job]:
    """A job whose store works on what it took."""
    environment = await desk.environment("reviewing")
    store = desk.store(environment)
    store.hold("review")
    return environment, await waiting(desk, await desk.publish("reviewing", desk.older))


async def test_while_a_store_is_processing_its_environment_is_free(desk: Desk) -> None:
    environment, job = await reviewed(desk)
    assert "processing" in job.waits_for
    await desk.available("reviewing")
    desk.store(environment).release()
    ended = await desk.ended(job)
    assert ended.outcome is JobOutcome.VERIFIED, ended.reason
    assert await desk.live("reviewing") == [desk.older.sha256]
    assert len(desk.store(environment).calls("publish")) == 1


async def test_the_next_publish_goes_ahead_while_the_last_is_processed(desk: Desk) -> None:
    """The first one's look never takes the second one's result for its own."""
    environment, first = await reviewed(desk)
    second = await desk.publish("reviewing", desk.newer)
    await waiting(desk, second)
    desk.store(environment).release()
    ended = {job: (await desk.ended(job)).outcome for job in (first.id, second.id)}
    assert ended == {first.id: JobOutcome.UNVERIFIED, second.id: JobOutcome.VERIFIED}
    assert await desk.live("reviewing") == [desk.newer.sha256]


async def test_cancelling_what_the_store_works_on_leaves_others_alone(desk: Desk) -> None:
    """Its lane may be at work for somebody else by then."""
    environment, first = await reviewed(desk)
    store = desk.store(environment)
    store.hold("upload")
    second = await desk.publish("reviewing", desk.newer)
    await store.waiting_at("upload")
    await desk.client.jobs.cancel(first.id)
    ended = await desk.ended(first)
    assert ended.outcome is JobOutcome.CANCELLED
    assert "another job is at work" in ended.reason
    store.release()
    assert (await desk.ended(second)).outcome is JobOutcome.VERIFIED


async def test_what_never_arrived_is_sent_again_where_the_store_knows_attempts(desk: Desk) -> None:
    environment = await desk.environment("forgetful")
    job = await desk.published("forgetful")
    assert (job.outcome, job.tries) == (JobOutcome.VERIFIED, 2), job.reason
    store = desk.store(environment)
    assert {line["key"] for line in store.calls("publish")} == {job.tracking}
    assert len(store.journal()) == 1
