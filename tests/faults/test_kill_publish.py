"""`kill -9` of the daemon in every stage of a publish.

Whatever the moment: after the next start the job is resumed or settled, the store had the plan
applied exactly once, nothing is Busy, and what the catalogue says is live is what the store holds.
"""

import signal
from contextlib import suppress

import pytest
from shipway_client.errors import ShipwayError
from shipway_client.wire import Job, JobOutcome, PublishStatus
from support import killing_daemon
from support.desk import IMPATIENT, KILLING, Desk, assert_whole, desk_daemon, kill_points

ENVIRONMENT = "holding"
#: How long a store is believed to be slow, in seconds; a minute is too long for fifty tests.
PATIENCE = {"SHIPWAY_TEST_PATIENCE": "1.0"}


@pytest.fixture
async def desk():
    async with desk_daemon(environment=PATIENCE) as made:
        yield made


async def killed_at(desk: Desk, point: str) -> None:
    """Run a daemon that dies at a point, and see it die there; it may not answer any more."""
    await desk.daemon.start(KILLING, SHIPWAY_TEST_KILL_AT=point)
    with suppress(ShipwayError, ConnectionError):
        await desk.publish(ENVIRONMENT)
    assert await desk.daemon.wait() == -signal.SIGKILL


async def the_job(desk: Desk) -> Job:
    (job,) = (await desk.client.jobs.list()).items
    return await desk.ended(job)


async def assert_settled(desk: Desk, digests: list[str], applied: int) -> None:
    """The store had `applied` changes, holds `digests`, and everybody says so."""
    environment = await desk.available(ENVIRONMENT)
    store = desk.store(environment)
    assert len(store.journal()) == applied
    assert store.digests(desk.app) == digests
    publication = await desk.publication(ENVIRONMENT)
    assert [entry.digest for entry in publication.live] == digests
    expected = PublishStatus.PUBLISHED if digests else PublishStatus.NOT_PUBLISHED
    assert publication.status is expected
    assert_whole(desk.daemon, [desk.older, desk.newer])
    assert desk.daemon.orphans() == {}


@pytest.mark.parametrize("point", kill_points(killing_daemon.PUBLISH))
async def test_a_promised_publish_arrives_exactly_once(desk: Desk, point: str) -> None:
    await killed_at(desk, point)
    await desk.daemon.start(IMPATIENT)
    job = await the_job(desk)
    assert job.outcome is JobOutcome.VERIFIED, job.reason
    await assert_settled(desk, [desk.newer.sha256], applied=1)


@pytest.mark.parametrize("point", kill_points(killing_daemon.UNPROMISED))
async def test_a_publish_that_was_not_committed_leaves_no_trace(desk: Desk, point: str) -> None:
    await killed_at(desk, point)
    await desk.daemon.start(IMPATIENT)
    assert (await desk.client.jobs.list()).items == []
    assert (await desk.published(ENVIRONMENT)).outcome is JobOutcome.VERIFIED
    await assert_settled(desk, [desk.newer.sha256], applied=1)


@pytest.mark.parametrize(
    "point",
    [
        pytest.param("connect", marks=pytest.mark.e2e),
        "upload",
        pytest.param("applied", marks=pytest.mark.e2e),
        pytest.param("live", marks=pytest.mark.e2e),
    ],
)
async def test_a_lane_that_is_at_work_dies_with_its_daemon(desk: Desk, point: str) -> None:
    """The store was in the middle of it: it is asked before anything is sent again."""
    await desk.daemon.start(IMPATIENT)
    store = desk.store(await desk.available(ENVIRONMENT))
    store.hold(point)
    job = await desk.publish(ENVIRONMENT)
    await store.waiting_at(point)
    await desk.daemon.kill()
    store.release()
    await desk.daemon.start(IMPATIENT)
    assert (await desk.ended(job)).outcome is JobOutcome.VERIFIED
    await assert_settled(desk, [desk.newer.sha256], applied=1)
    assert len(store.calls("publish")) == (2 if point in ("connect", "upload") else 1)


@pytest.mark.parametrize("point", kill_points(killing_daemon.TAKEOVER))
async def test_a_daemon_that_dies_while_it_takes_over_is_taken_over_from(
    desk: Desk, point: str
) -> None:
    await desk.daemon.start(IMPATIENT)
    store = desk.store(await desk.available(ENVIRONMENT))
    store.hold("upload")
    job = await desk.publish(ENVIRONMENT)
    await store.waiting_at("upload")
    await desk.daemon.kill()
    store.release()
    await desk.daemon.launch(KILLING, SHIPWAY_TEST_KILL_AT=point)
    assert await desk.daemon.wait() == -signal.SIGKILL
    await desk.daemon.start(IMPATIENT)
    assert (await desk.ended(job)).outcome is JobOutcome.VERIFIED
    await assert_settled(desk, [desk.newer.sha256], applied=1)


@pytest.mark.parametrize("point", kill_points(killing_daemon.UNPUBLISH))
async def test_an_unpublish_is_done_exactly_once(desk: Desk, point: str) -> None:
    await desk.daemon.start(KILLING, SHIPWAY_TEST_KILL_AT=point)
    assert (await desk.published(ENVIRONMENT)).outcome is JobOutcome.VERIFIED
    await desk.available(ENVIRONMENT)
    job = await desk.unpublish(ENVIRONMENT)
    assert await desk.daemon.wait() == -signal.SIGKILL
    await desk.daemon.start(IMPATIENT)
    assert (await desk.ended(job)).outcome is JobOutcome.VERIFIED
    await assert_settled(desk, [], applied=2)


@pytest.mark.parametrize("point", kill_points(killing_daemon.CANCEL))
async def test_a_cancellation_that_was_committed_stays_one(desk: Desk, point: str) -> None:
    await cancelled(desk, point, "upload")


@pytest.mark.parametrize(
    "point",
    [
        pytest.param("the lane not killed", marks=pytest.mark.e2e),
        "the cancelled end not committed",
    ],
)
async def test_what_was_cancelled_too_late_is_told_as_published(desk: Desk, point: str) -> None:
    await cancelled(desk, point, "applied")


async def cancelled(desk: Desk, point: str, held_at: str) -> None:
    """Cancel while the store waits, let the daemon die of it, and see what becomes of the job."""
    await desk.daemon.start(KILLING, SHIPWAY_TEST_KILL_AT=point)
    store = desk.store(await desk.available(ENVIRONMENT))
    store.hold(held_at)
    job = await desk.publish(ENVIRONMENT)
    await store.waiting_at(held_at)
    with suppress(ShipwayError, ConnectionError):
        await desk.client.jobs.cancel(job.id)
    assert await desk.daemon.wait() == -signal.SIGKILL
    store.release()
    await desk.daemon.start(IMPATIENT)
    ended = await desk.ended(job)
    lost = point == "the cancellation recorded"
    assert ended.outcome is (JobOutcome.VERIFIED if lost else JobOutcome.CANCELLED), ended.reason
    applied = lost or held_at == "applied"
    await assert_settled(desk, [desk.newer.sha256] if applied else [], applied=int(applied))


@pytest.mark.e2e
async def test_a_store_that_cannot_be_asked_afterwards_is_sent_nothing_more(desk: Desk) -> None:
    """Killed while it was sent, and nobody can say what became of it: unverified, and free."""
    await desk.daemon.start(IMPATIENT)
    environment = await desk.environment("unknown", mute=True)
    store = desk.store(environment)
    store.hold("upload")
    job = await desk.publish("unknown", force=True)
    await store.waiting_at("upload")
    await desk.daemon.kill()
    store.release()
    await desk.daemon.start(IMPATIENT)
    ended = await desk.ended(job)
    assert ended.outcome is JobOutcome.UNVERIFIED
    assert "Shipway stopped while this was being sent" in ended.reason
    assert len(store.calls("publish")) == 1
    assert store.journal() == []
    assert (await desk.client.environments.show("unknown")).job is None


@pytest.mark.e2e
async def test_a_queued_job_keeps_its_place_over_a_kill(desk: Desk) -> None:
    await desk.daemon.start(IMPATIENT)
    store = desk.store(await desk.available(ENVIRONMENT))
    store.hold("upload")
    first = await desk.publish(ENVIRONMENT, desk.older)
    await store.waiting_at("upload")
    queued = [await desk.publish(ENVIRONMENT, desk.newer, queue=True) for _ in range(2)]
    await desk.daemon.kill()
    store.release()
    await desk.daemon.start(IMPATIENT)
    ended = [await desk.ended(job) for job in (first, *queued)]
    assert {job.outcome for job in ended} == {JobOutcome.VERIFIED}
    assert [line["key"] for line in store.journal()] == [job.tracking for job in ended]
    await assert_settled(desk, [desk.newer.sha256], applied=3)
