"""Prune deletes what the rules let go, batch by batch, and tells of each."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shipway_client.wire import ChangeProfile, CreateProfile, Retention
from shipway_daemon.catalog import environments, folders, profiles, versions
from shipway_daemon.catalog.tables import folders as folder_table
from shipway_daemon.catalog.tables import versions as table
from shipway_daemon.clock import Clock, stamp
from shipway_daemon.events import history
from shipway_daemon.filing import profiles as filing
from shipway_daemon.filing import pruning as module
from shipway_daemon.filing import versions as version_filing
from shipway_daemon.filing.pruning import Pruning
from shipway_daemon.intake.record import FolderFile
from shipway_daemon.jobs import rows as jobs
from shipway_daemon.jobs.rows import NewJob
from shipway_plugins.words import ItemAction, LiveEntry, Plan, PlanItem, VersionFacts
from sqlalchemy import update
from support.versions import add, inspection

WALL = datetime(2026, 11, 21, 12, tzinfo=UTC)
CHANNEL = "android-phone"


class Wall(Clock):
    """A clock that stands still."""

    def wall(self):
        return WALL


@pytest.fixture
def pruning(database, blobs):
    return Pruning(database, blobs, Wall())


@pytest.fixture
def builds(database, blobs):
    """Make `count` versions with bytes in the store, the oldest first, a day apart each."""

    async def make(count, profile=None, folder=None, identifier="com.example.app"):
        def work(tx):
            made = []
            for number in range(count):
                seen = FolderFile(folder=folder, path=b"/x", signature="s") if folder else None
                found = inspection(identifier=identifier, build=str(number + 1))
                one = add(tx, found, profile=profile, seen=seen)
                at = stamp(WALL - timedelta(days=count - number))
                tx.execute(update(table).where(table.c.id == one.id).values(created_at=at))
                made.append(one)
            return made

        made = await database.write(work)
        for one in made:
            blobs.path(one.sha256).write_bytes(b"x" * 1_000)
        return made

    return make


@pytest.fixture
def keep(database):
    """Set the retention of a profile."""

    def change(profile, **limits):
        request = ChangeProfile(retention=Retention(**limits))
        return database.write(lambda tx: filing.change(tx, profile, request, "me"))

    return change


async def left(database):
    """The numbers of the versions that are there."""
    found = await database.read(lambda tx: versions.page(tx, None, None, None, 500))
    return sorted(version.number for version in found)


async def test_what_goes_is_told_freed_and_counted(builds, keep, pruning, database, blobs):
    """First as a plan that changes nothing; then it is done; then there is nothing left to do."""
    made = await builds(5)
    await keep(made[0].profile, keep_last=2)
    plan = await pruning.plan()
    assert (plan.dry_run, plan.count, plan.freed) == (True, 3, 3_000)
    assert await left(database) == [1, 2, 3, 4, 5]

    done = await pruning.prune("ana")
    assert (done.dry_run, done.versions, done.freed) == (False, plan.versions, 3_000)
    assert [gone.address for gone in done.versions] == [one.address for one in made[2::-1]]
    assert await left(database) == [4, 5]
    assert [blobs.path(one.sha256).exists() for one in made] == [False] * 3 + [True] * 2
    told = await database.read(lambda tx: history.page(tx, "version.deleted", None, 9))
    assert {event.subject for event in told} == {one.address for one in made[:3]}
    assert {(event.actor, event.data["reason"]) for event in told} == {
        ("ana", "The profile keeps the newest 2.")
    }
    (end,) = await database.read(lambda tx: history.page(tx, "prune.done", None, 9))
    assert end.data == {"versions": 3, "freed": 3_000, "orphans": 0}

    assert (await pruning.prune(history.DAEMON)).count == 0
    assert len(await database.read(lambda tx: history.page(tx, "prune.done", None, 9))) == 1


async def test_without_a_rule_all_is_kept(builds, pruning, database):
    await builds(5)
    assert (await pruning.prune("ana")).count == 0
    assert await left(database) == [1, 2, 3, 4, 5]


async def test_by_age_and_by_number_a_version_must_be_beyond_both(builds, keep, pruning, database):
    made = await builds(6)
    await keep(made[0].profile, keep_last=2, keep_days=4.5)
    await pruning.prune("ana")
    assert await left(database) == [3, 4, 5, 6]


async def test_the_newest_stays_however_old_it_is(builds, keep, pruning, database):
    made = await builds(3)
    await keep(made[0].profile, keep_days=0.5, keep_candidates=False)
    await pruning.prune("ana")
    assert await left(database) == [3]


async def test_candidates_stay_unless_it_is_said_otherwise(builds, keep, pruning, database):
    made = await builds(4)
    profile = made[0].profile
    await database.write(lambda tx: version_filing.mark_candidate(tx, profile, 1, "ana"))
    await keep(profile, keep_last=1)
    await pruning.prune("ana")
    assert await left(database) == [1, 4]
    await keep(profile, keep_last=1, keep_candidates=False)
    await pruning.prune("ana")
    assert await left(database) == [4]


async def test_what_is_live_stays_unless_it_is_said_otherwise(builds, keep, pruning, database):
    made = await builds(4)
    profile = made[0].profile

    def publish(tx):
        row = environments.create(tx, "store", "k", {})
        live = [LiveEntry(channel=CHANNEL, digest=made[1].sha256)]
        environments.set_live(tx, row.id, profile, live)

    await database.write(publish)
    await keep(profile, keep_last=1)
    await pruning.prune("ana")
    assert await left(database) == [2, 4]
    await keep(profile, keep_last=1, keep_published=False)
    await pruning.prune("ana")
    assert await left(database) == [4]


async def test_what_a_job_is_to_send_stays_until_it_has_ended(builds, keep, pruning, database):
    made = await builds(3)
    facts = VersionFacts(
        address=made[0].address,
        number=1,
        platform="android",
        channel=CHANNEL,
        digest=made[0].sha256,
        size=1_000,
        file_name="app.apk",
        format="apk",
    )
    item = PlanItem(channel=CHANNEL, action=ItemAction.PUBLISH, version=facts)
    plan = Plan(key="k", app=made[0].profile, environment="store", items=[item])
    job = NewJob(kind="publish", actor="ana", tracking="t", request={"plan": plan})
    number = await database.write(lambda tx: jobs.submit(tx, job, queue=False))
    await keep(made[0].profile, keep_last=1)
    await pruning.prune("ana")
    assert await left(database) == [1, 3]
    done = update(jobs.jobs).where(jobs.jobs.c.id == number).values(state="done")
    await database.write(lambda tx: tx.execute(done))
    await pruning.prune("ana")
    assert await left(database) == [3]


async def test_a_folder_has_a_rule_of_its_own(builds, keep, pruning, database):
    """It counts what came from it; and where the profile has a rule as well, both must agree."""

    def watch(tx):
        values = {"unknown": "create", "quiet": 1.0, "candidate": False}
        kept = Retention(keep_last=2)
        return folders.create(tx, {"path": "/nightly", "retention": kept, **values}).id

    folder = await database.write(watch)
    made = await builds(3, folder=folder)
    await builds(2, identifier="com.example.other")
    await database.write(lambda tx: add(tx, inspection(build="by hand")))
    profile = made[0].profile
    await keep(profile, keep_last=4)
    assert (await pruning.plan()).count == 0
    await keep(profile)
    plan = await pruning.plan()
    assert [gone.address for gone in plan.versions] == [made[0].address]
    assert plan.versions[0].reason == "The folder keeps the newest 2."
    await pruning.prune("ana")
    found = await database.read(lambda tx: versions.page(tx, None, None, None, 9))
    assert len(found) == 5
    change = update(folder_table).values(retention=Retention())
    await database.write(lambda tx: tx.execute(change))
    assert (await pruning.plan()).count == 0


async def test_bytes_that_another_version_names_are_kept(builds, keep, pruning, database, blobs):
    """And a plan does not count them as freed."""
    made = await builds(2)
    other = await builds(1, profile=(await _profile(database, "o/other")).address)
    assert other[0].sha256 == made[0].sha256
    await keep(made[0].profile, keep_last=1)
    assert (await pruning.plan()).freed == 0
    assert (await pruning.prune("ana")).freed == 0
    assert blobs.path(made[0].sha256).exists()


async def _profile(database, address):
    owner, _, name = address.partition("/")
    request = CreateProfile(name=name, owner=owner, channel=CHANNEL)
    return await database.write(lambda tx: filing.create(tx, request, "me"))


async def test_many_go_in_short_transactions_and_others_write_in_between(
    builds, keep, pruning, database, monkeypatch
):
    """What is marked while a prune runs is judged again before it is deleted."""
    monkeypatch.setattr(module, "_PAGE", 4)
    monkeypatch.setattr(module, "_BATCH", 2)
    made = await builds(12)
    profile = made[0].profile
    await keep(profile, keep_last=2)
    gone = asyncio.Event()
    original = module.collect

    async def slowly(*arguments):
        if not gone.is_set():  # the first batch is deleted: now a person comes
            await database.write(lambda tx: version_filing.mark_candidate(tx, profile, 2, "ana"))
            gone.set()
        return await original(*arguments)

    monkeypatch.setattr(module, "collect", slowly)
    report = await pruning.prune("ana")
    assert report.count == 9
    assert await left(database) == [2, 11, 12]


@pytest.mark.e2e  # many small prunes
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    last=st.none() | st.integers(1, 8),
    days=st.none() | st.integers(1, 9).map(lambda day: day + 0.5),
    marked=st.sets(st.integers(1, 7)),
    pages=st.integers(1, 4),
)
async def test_the_plan_is_what_the_rule_says_of_each(database, blobs, last, days, marked, pages):
    """Whatever the queries leave out stays by the rule; seven versions, a day apart."""
    at = [7 - number for number in range(7)]  # days of age, from the oldest
    digest = hashlib.sha256(repr((last, days, marked, pages)).encode()).hexdigest()

    def work(tx):
        made = []
        for number in range(7):
            found = inspection(identifier=f"com.p{digest[:12]}", build=str(number + 1))
            one = add(tx, found)
            created = stamp(WALL - timedelta(days=at[number]))
            tx.execute(update(table).where(table.c.id == one.id).values(created_at=created))
            made.append(one)
        for number in marked:
            version_filing.mark_candidate(tx, made[0].profile, number, "ana")
        told = profiles.read(tx, made[0].profile)
        request = ChangeProfile(retention=Retention(keep_last=last, keep_days=days))
        filing.change(tx, told.address, request, "me")
        return made

    made = await database.write(work)
    module_page, module._PAGE = module._PAGE, pages
    try:
        plan = await Pruning(database, blobs, Wall()).plan()
    finally:
        module._PAGE = module_page
        forget = ChangeProfile(retention=Retention())
        await database.write(lambda tx: filing.change(tx, made[0].profile, forget, "me"))
    expected = {
        made[number].address
        for number in range(6)
        if (last is not None or days is not None)
        and number + 1 not in marked
        and (last is None or 6 - number >= last)
        and (days is None or at[number] > days)
    }
    assert {gone.address for gone in plan.versions} == expected
