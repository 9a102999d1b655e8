"""What is said when our own side breaks, and what is sent when things change meanwhile."""

import asyncio

import pytest
from shipway_client.errors import Refused, Unavailable
from shipway_client.wire import JobOutcome
from shipway_daemon.events.feed import ProgressBoard
from shipway_daemon.jobs import rows
from shipway_daemon.jobs.epochs import Fenced
from shipway_daemon.jobs.rows import NewJob
from shipway_daemon.jobs.running import RunningJob
from shipway_daemon.jobs.writer import JobWriter
from shipway_daemon.publish import status as status_module
from shipway_daemon.publish.environments import Environments, ensure_default
from shipway_daemon.publish.findings import check_channels, check_unchanged
from shipway_daemon.publish.status import Statuses
from shipway_daemon.publish.work import _honest
from shipway_daemon.workers.lanes import Lanes
from shipway_plugins.words import Capabilities, ItemAction, Plan, PlanItem, VersionFacts
from support.waiting import wait_for


async def running(database, *done: str) -> RunningJob:
    job = NewJob(kind="publish", actor="a", tracking="t", request={}, lock_key="lock")
    await database.write(lambda tx: rows.submit(tx, job, queue=False))
    row = await database.write(lambda tx: rows.claim(tx, 1))
    writer = JobWriter(database, row.id, 1)
    return RunningJob(row, writer, ProgressBoard(), [(name, 1) for name in done], [])


async def broken(problem: Exception):
    raise problem


@pytest.mark.parametrize("problem", [Unavailable("The disk is full."), ValueError("a broken cup")])
async def test_what_may_have_been_sent_is_unverified_when_we_break(database, problem) -> None:
    """A full disk after the intent says nothing of what the store took."""
    ended = await _honest(await running(database, "prepare", "intent"), broken(problem))
    assert ended.outcome is JobOutcome.UNVERIFIED
    assert str(problem) in ended.reason


async def test_what_was_not_sent_fails_as_it_is(database) -> None:
    with pytest.raises(Unavailable, match="The disk is full"):
        await _honest(await running(database, "prepare"), broken(Unavailable("The disk is full.")))


async def test_who_lost_the_job_says_nothing_of_it(database) -> None:
    with pytest.raises(Fenced):
        await _honest(await running(database, "prepare", "intent"), broken(Fenced("gone")))


def plan(channel: str = "android-phone", build: str = "1", action=ItemAction.PUBLISH) -> Plan:
    facts = VersionFacts(
        address="o/p@1",
        number=1,
        channel=channel,
        platform="android",
        format="apk",
        digest="0" * 64,
        size=1,
        file_name="a.apk",
        build=build,
    )
    item = PlanItem(channel=channel, action=action, version=facts)
    return Plan(key="k", app="o/a", environment="e", items=[item])


def test_nothing_goes_out_that_was_not_checked() -> None:
    check_unchanged(plan(), plan())
    with pytest.raises(Refused, match="changed while it was checked"):
        check_unchanged(plan(), plan(build="2"))


def test_a_channel_that_nobody_named_is_refused_as_well() -> None:
    """With nothing selected the candidates choose the channels; the store still may not."""
    only_ios = Capabilities(channels=["ios-phone"])
    with pytest.raises(Refused, match="Store does not take android-phone"):
        check_channels(plan(), "Store", only_ios)
    check_channels(plan(action=ItemAction.KEEP), "Store", only_ios)
    check_channels(plan(), "Store", Capabilities())


@pytest.mark.parametrize("problem", [Unavailable("The disk is full."), OSError(28, "No space")])
async def test_reading_the_status_survives_whatever_breaks(
    database, locations, monkeypatch, problem
) -> None:
    """A full disk at the hour of the status must not end the daemon."""
    monkeypatch.setattr(status_module, "PAUSE_SECONDS", 0.01)
    asked = []

    async def refresh(self, row, **more):
        asked.append(row.name)
        raise problem

    monkeypatch.setattr(Statuses, "refresh", refresh)
    await database.write(ensure_default)
    task = asyncio.create_task(Environments(database, Lanes(), locations).run())
    await wait_for(lambda: len(asked) >= 2 or task.done())
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
