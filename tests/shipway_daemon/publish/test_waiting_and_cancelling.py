"""Cancelling, queueing, and going away while a publish runs."""

import asyncio
import signal

import pytest
from shipway_client.errors import BUSY_TEXT
from shipway_client.wire import JobOutcome, JobState
from shipway_plugins.words import EnvironmentStatus, StageState
from support.desk import Desk
from support.processes import children_of, is_running
from support.waiting import wait_for

ENVIRONMENT = "holding"


def lanes(desk: Desk) -> list[int]:
    """The processes of the daemon's lanes."""
    return [pid for pid, module in children_of(desk.daemon.pid).items() if module == "lane"]


async def test_a_cancelled_publish_is_over_when_its_lane_is_dead(desk: Desk) -> None:
    """Outcome cancelled, exit code 8, read back, and free only after the child's death."""
    store = desk.store(await desk.available(ENVIRONMENT))
    store.hold("upload")
    words = ("publish", "--app", desk.app, "--env", ENVIRONMENT)
    waiting = await desk.daemon.command(*words)
    await store.waiting_at("upload")
    (lane,) = lanes(desk)
    (job,) = (await desk.client.jobs.list()).items
    cancelled = await desk.daemon.shipway("job", "cancel", str(job.id))
    assert cancelled.code == 0, cancelled.err
    ended = await desk.ended(job)
    assert not is_running(lane)
    assert ended.outcome is JobOutcome.CANCELLED
    broken, read_back = ended.stages[-2:]
    assert read_back.name == "Read back"
    assert broken.state is StageState.FAILED, "what was broken off is shown as done"
    out, err = await waiting.communicate()
    assert waiting.returncode == 8, err
    assert b"cancelled" in out
    assert store.journal() == []
    assert await desk.live(ENVIRONMENT) == []
    store.release()
    await desk.available(ENVIRONMENT)
    assert (await desk.published(ENVIRONMENT)).outcome is JobOutcome.VERIFIED


@pytest.mark.e2e
async def test_the_environment_is_busy_until_the_child_is_dead(desk: Desk) -> None:
    """From the request to cancel until the end of the job, nobody else is let in."""
    store = desk.store(await desk.available(ENVIRONMENT))
    store.hold("upload")
    job = await desk.publish(ENVIRONMENT)
    await store.waiting_at("upload")
    (lane,) = lanes(desk)
    await desk.client.jobs.cancel(job.id)
    seen_free = False
    while not seen_free:
        alive_before = is_running(lane)
        seen_free = (await desk.client.environments.show(ENVIRONMENT)).job is None
        assert not (seen_free and alive_before and is_running(lane))
    assert (await desk.ended(job)).outcome is JobOutcome.CANCELLED


async def test_what_was_cancelled_too_late_is_published_all_the_same(desk: Desk) -> None:
    store = desk.store(await desk.available(ENVIRONMENT))
    store.hold("applied")
    job = await desk.publish(ENVIRONMENT)
    await store.waiting_at("applied")
    await desk.client.jobs.cancel(job.id)
    ended = await desk.ended(job)
    assert ended.outcome is JobOutcome.CANCELLED
    assert "had taken it already" in ended.reason
    assert await desk.live(ENVIRONMENT) == [desk.newer.sha256]


async def test_a_queued_job_waits_its_turn(desk: Desk) -> None:
    store = desk.store(await desk.available(ENVIRONMENT))
    store.hold("upload")
    first = await desk.publish(ENVIRONMENT, desk.older)
    await store.waiting_at("upload")
    second = await desk.publish(ENVIRONMENT, desk.newer, queue=True)
    assert second.state is JobState.QUEUED
    environment = await desk.client.environments.show(ENVIRONMENT)
    assert environment.job == first.id
    store.release()
    ended = [await desk.ended(job) for job in (first, second)]
    assert [job.outcome for job in ended] == [JobOutcome.VERIFIED] * 2
    assert [line["key"] for line in store.journal()] == [first.tracking, second.tracking]
    assert await desk.live(ENVIRONMENT) == [desk.newer.sha256]


@pytest.mark.e2e
async def test_who_does_not_queue_does_not_overtake_who_does(desk: Desk) -> None:
    """The queued job is next: in the moment between, a newcomer still hears Busy."""
    store = desk.store(await desk.available(ENVIRONMENT))
    store.hold("upload")
    first = await desk.publish(ENVIRONMENT, desk.older)
    await store.waiting_at("upload")
    queued = [await desk.publish(ENVIRONMENT, desk.newer, queue=True) for _ in range(2)]
    words = ("publish", "--app", desk.app, "--env", ENVIRONMENT)
    done = await desk.daemon.shipway(*words)
    assert (done.code, done.err) == (5, BUSY_TEXT + "\n")
    store.release()
    ended = [await desk.ended(job) for job in (first, *queued)]
    keys = [line["key"] for line in store.journal()]
    assert keys == [job.tracking for job in ended]


@pytest.mark.e2e
async def test_a_queued_job_that_is_cancelled_never_runs(desk: Desk) -> None:
    store = desk.store(await desk.available(ENVIRONMENT))
    store.hold("upload")
    first = await desk.publish(ENVIRONMENT)
    await store.waiting_at("upload")
    second = await desk.publish(ENVIRONMENT, queue=True)
    third = await desk.publish(ENVIRONMENT, queue=True)
    cancelled = await desk.client.jobs.cancel(second.id)
    assert (cancelled.state, cancelled.outcome) == (JobState.DONE, JobOutcome.CANCELLED)
    store.release()
    assert (await desk.ended(first)).outcome is JobOutcome.VERIFIED
    assert (await desk.ended(third)).outcome is JobOutcome.VERIFIED
    keys = [line["key"] for line in store.journal()]
    assert keys == [first.tracking, third.tracking]


@pytest.mark.e2e
async def test_cancelling_what_has_ended_changes_nothing(desk: Desk) -> None:
    job = await desk.published(ENVIRONMENT)
    again = await desk.client.jobs.cancel(job.id)
    assert (again.state, again.outcome) == (JobState.DONE, JobOutcome.VERIFIED)


@pytest.mark.e2e
async def test_a_stop_of_the_daemon_is_no_cancellation(desk: Desk) -> None:
    """Stopped in order in the middle of an upload, it goes on at the next start."""
    store = desk.store(await desk.available(ENVIRONMENT))
    store.hold("upload")
    job = await desk.publish(ENVIRONMENT)
    await store.waiting_at("upload")
    await desk.daemon.stop()
    store.release()
    await desk.daemon.start()
    ended = await desk.ended(job)
    assert ended.outcome is JobOutcome.VERIFIED, ended.reason
    assert len(store.journal()) == 1


@pytest.mark.e2e
async def test_a_client_that_is_killed_changes_nothing(desk: Desk) -> None:
    store = desk.store(await desk.available(ENVIRONMENT))
    store.hold("upload")
    client = await desk.daemon.command("publish", "--app", desk.app, "--env", ENVIRONMENT)
    await store.waiting_at("upload")
    client.kill()
    assert await client.wait() == -signal.SIGKILL
    (job,) = (await desk.client.jobs.list()).items
    assert job.state is JobState.RUNNING
    store.release()
    assert (await desk.ended(job)).outcome is JobOutcome.VERIFIED


@pytest.mark.e2e
async def test_a_client_that_waits_sees_the_end_over_a_restart(desk: Desk) -> None:
    """The daemon is killed while the command waits; it waits on, and tells how it ended."""
    store = desk.store(await desk.available(ENVIRONMENT))
    store.hold("upload")
    client = await desk.daemon.command("publish", "--app", desk.app, "--env", ENVIRONMENT)
    await store.waiting_at("upload")
    await desk.daemon.kill()
    store.release()
    await desk.daemon.start()
    async with asyncio.timeout(60):
        out, err = await client.communicate()
    assert client.returncode == 0, err
    assert b"verified" in out


async def test_status_is_busy_with_its_reason_and_then_available(desk: Desk) -> None:
    before = await desk.available(ENVIRONMENT)
    assert before.reason == "It answers."
    store = desk.store(before)
    store.hold("upload")
    job = await desk.publish(ENVIRONMENT)
    await store.waiting_at("upload")
    busy = await desk.client.environments.show(ENVIRONMENT)
    assert (busy.status, busy.job) == (EnvironmentStatus.BUSY, job.id)
    assert busy.reason == f"Job {job.id} is at work on {desk.app}."
    # Asked again, a busy one is left alone, and answers at once.
    checked = await asyncio.wait_for(desk.client.environments.check(ENVIRONMENT), 5)
    assert checked.status is EnvironmentStatus.BUSY
    store.release()
    await desk.ended(job)
    after = await desk.available(ENVIRONMENT)

    async def read_again() -> bool:
        seen = await desk.client.environments.show(ENVIRONMENT)
        return seen.read_at is not None and seen.read_at > (before.read_at or "")

    assert after.job is None
    await wait_for(read_again, message="the status is not read after the job")


@pytest.mark.e2e
async def test_an_environment_with_unfinished_jobs_is_not_removed(desk: Desk) -> None:
    store = desk.store(await desk.available(ENVIRONMENT))
    store.hold("upload")
    job = await desk.publish(ENVIRONMENT)
    await store.waiting_at("upload")
    done = await desk.daemon.shipway("env", "remove", ENVIRONMENT, "--yes")
    assert (done.code, done.err.splitlines()[0]) == (5, BUSY_TEXT)
    store.release()
    assert (await desk.ended(job)).outcome is JobOutcome.VERIFIED
