"""How a publish ends: what counts is what the store shows, not what it said."""

import hashlib

import pytest
from shipway_client.errors import Busy, Refused
from shipway_client.wire import JobOutcome, PublishStatus
from shipway_plugins.words import EnvironmentStatus, StageState
from support.desk import CHANNEL, Desk
from support.waiting import wait_for


async def test_what_the_store_took_is_verified_by_reading_back(desk: Desk) -> None:
    job = await desk.published("holding")
    assert job.outcome is JobOutcome.VERIFIED
    assert job.receipt is not None
    assert [item.digest for item in job.receipt.items] == [desk.newer.sha256]
    names = [stage.name for stage in job.stages]
    assert names == ["Prepare", "Connect", f"Upload {CHANNEL}", "Apply", "Read back"]
    assert {stage.state for stage in job.stages} == {StageState.DONE}
    publication = await desk.publication("holding")
    assert publication.status is PublishStatus.PUBLISHED
    (live,) = publication.live
    assert (live.digest, live.version_address) == (desk.newer.sha256, desk.newer.address)
    assert publication.last_attempt is not None
    assert publication.last_attempt.outcome is JobOutcome.VERIFIED


async def test_bytes_that_were_sent_are_told_while_they_are_sent(desk: Desk) -> None:
    store = desk.store(await desk.available("holding"))
    store.hold("upload")
    job = await desk.publish("holding")
    await store.waiting_at("upload")

    async def half() -> bool:
        progress = (await desk.client.jobs.show(job.id)).progress
        return progress is not None and 0 < progress.done < progress.total == desk.newer.size

    await wait_for(half, message="no progress in bytes")
    store.release()
    ended = await desk.ended(job)
    assert ended.outcome is JobOutcome.VERIFIED
    assert ended.progress is None


async def test_a_lost_reply_is_settled_by_the_store_without_sending_again(desk: Desk) -> None:
    environment = await desk.environment("losing")
    job = await desk.published("losing")
    assert job.outcome is JobOutcome.VERIFIED
    assert "lost" in job.reason
    store = desk.store(environment)
    assert len(store.journal()) == len(store.calls("publish")) == 1
    assert await desk.live("losing") == [desk.newer.sha256]
    await desk.available("losing")


async def test_a_refusal_fails_with_its_reason_and_changes_nothing(desk: Desk) -> None:
    environment = await desk.environment("refusing")
    job = await desk.published("refusing")
    assert (job.outcome, job.reason) == (JobOutcome.FAILED, "The icon is ugly.")
    assert job.hint == "Draw a better one."
    assert len(desk.store(environment).calls("publish")) == 1
    publication = await desk.publication("refusing")
    assert publication.status is PublishStatus.NOT_PUBLISHED
    assert publication.last_attempt is not None
    assert publication.last_attempt.outcome is JobOutcome.FAILED
    await desk.available("refusing")


@pytest.mark.e2e
async def test_a_failed_attempt_leaves_what_was_live_beside_it(desk: Desk) -> None:
    """Published by an earlier attempt, failed by the last one: both are shown."""
    await desk.published("holding", desk.older)
    store = desk.store(await desk.available("holding"))
    store.hold("upload")
    job = await desk.publish("holding", desk.newer)
    await store.waiting_at("upload")
    await desk.client.jobs.cancel(job.id)
    await desk.ended(job)
    publication = await desk.publication("holding")
    assert publication.status is PublishStatus.PUBLISHED
    assert [live.digest for live in publication.live] == [desk.older.sha256]
    assert publication.last_attempt is not None
    assert publication.last_attempt.outcome is JobOutcome.CANCELLED


async def test_a_plugin_that_breaks_fails_its_job_only(desk: Desk) -> None:
    environment = await desk.environment("raising")
    job = await desk.published("raising")
    assert job.outcome is JobOutcome.FAILED
    assert "an index out of thin air" in job.reason
    assert desk.store(environment).journal() == []
    assert (await desk.published("holding")).outcome is JobOutcome.VERIFIED
    await desk.available("raising")


async def test_a_store_that_falls_silent_is_unverified(desk: Desk) -> None:
    """Exit code 7 says so, and nothing is made up about what is live."""
    await desk.environment("silent")
    done = await desk.daemon.shipway("publish", "--app", desk.app, "--env", "silent")
    assert done.code == 7, done.err
    assert "unverified" in done.out
    publication = await desk.publication("silent")
    assert publication.live == []
    assert publication.read_at is None


async def test_a_store_that_shows_it_late_is_verified(desk: Desk) -> None:
    environment = await desk.environment("eventual", reads=3)
    job = await desk.published("eventual")
    assert job.outcome is JobOutcome.VERIFIED, job.reason
    assert len(desk.store(environment).calls("live")) == 3
    assert len(desk.store(environment).calls("publish")) == 1


@pytest.mark.e2e
async def test_a_store_that_never_shows_it_is_unverified(desk: Desk) -> None:
    """What the store shows is recorded, also where it is not what was sent."""
    await desk.environment("eventual", reads=1000)
    job = await desk.published("eventual")
    assert job.outcome is JobOutcome.UNVERIFIED
    assert await desk.live("eventual") == []
    assert (await desk.publication("eventual")).read_at is not None


async def test_into_the_unknown_only_with_force(desk: Desk) -> None:
    environment = await desk.environment("unknown")
    assert environment.status is EnvironmentStatus.UNKNOWN
    assert "Nobody picks up." in environment.reason
    with pytest.raises(Refused, match="Nobody picks up"):
        await desk.publish("unknown")
    assert (await desk.client.jobs.list()).items == []
    assert (await desk.published("unknown", force=True)).outcome is JobOutcome.VERIFIED


@pytest.mark.e2e
async def test_forced_into_the_unknown_and_never_seen_is_unverified(desk: Desk) -> None:
    environment = await desk.environment("unknown", mute=True)
    job = await desk.published("unknown", force=True)
    assert job.outcome is JobOutcome.UNVERIFIED
    assert len(desk.store(environment).journal()) == 1


async def test_a_store_at_work_for_somebody_else_is_busy(desk: Desk) -> None:
    environment = await desk.environment("busy_store")
    assert (environment.status, environment.reason) == (
        EnvironmentStatus.BUSY,
        "Another desk is publishing.",
    )
    with pytest.raises(Busy):
        await desk.publish("busy_store")
    assert (await desk.client.jobs.list()).items == []


async def test_unpublish_takes_it_out_and_is_verified(desk: Desk) -> None:
    await desk.published("holding")
    job = await desk.ended(await desk.unpublish("holding"))
    assert (job.kind, job.outcome) == ("unpublish", JobOutcome.VERIFIED)
    publication = await desk.publication("holding")
    assert (publication.status, publication.live) == (PublishStatus.NOT_PUBLISHED, [])
    store = desk.store(await desk.available("holding"))
    assert [line["action"] for line in store.journal()] == ["publish", "unpublish"]


@pytest.mark.e2e
async def test_removing_a_channel_takes_its_versions_out(desk: Desk) -> None:
    await desk.published("holding")
    words = ("--select", f"{CHANNEL}=remove", "--confirm-remove", desk.app)
    done = await desk.daemon.shipway("publish", "--app", desk.app, "--env", "holding", *words)
    assert done.code == 0, done.err
    assert await desk.live("holding") == []


@pytest.mark.e2e
async def test_the_same_bytes_go_out_that_came_in(desk: Desk) -> None:
    """The store vouches for the digest of what it read itself."""
    job = await desk.published("holding", desk.older)
    blob = desk.daemon.locations.blobs / desk.older.sha256[:2] / desk.older.sha256
    assert job.receipt is not None
    assert job.receipt.items[0].digest == hashlib.sha256(blob.read_bytes()).hexdigest()


@pytest.mark.e2e
async def test_a_blob_that_is_gone_fails_before_the_store_hears_of_it(desk: Desk) -> None:
    environment = await desk.available("holding")
    (desk.daemon.locations.blobs / desk.newer.sha256[:2] / desk.newer.sha256).unlink()
    job = await desk.published("holding")
    assert job.outcome is JobOutcome.FAILED
    assert desk.newer.address in job.reason
    assert desk.store(environment).calls("publish") == []


@pytest.mark.e2e
async def test_a_check_reads_back_what_the_environment_holds(desk: Desk) -> None:
    """What somebody changed in the store by hand is seen without a publish."""
    added = await desk.environment("enterprise_store", "shelf")
    job = await desk.published("shelf")
    assert job.outcome is JobOutcome.VERIFIED
    environment = await desk.available("shelf")
    assert environment.id == added.id
    store = desk.daemon.locations.environments / str(environment.id)
    held = [path for path in store.rglob("*") if path.name == desk.newer.sha256]
    assert len(held) == 1
    held[0].unlink()
    await desk.client.environments.check("shelf")
    publication = await desk.publication("shelf")
    assert (publication.status, publication.live) == (PublishStatus.NOT_PUBLISHED, [])
