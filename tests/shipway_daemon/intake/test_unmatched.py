"""Binaries that no profile has are held with their bytes, until they are filed or dropped."""

import asyncio

import pytest
from shipway_client.errors import NotFound, Refused
from shipway_client.wire import (
    ChangeProfile,
    CreateProfile,
    Duplicates,
    FileUnmatched,
    UnknownBinary,
)
from shipway_client.wire.queries import UNMATCHED
from shipway_daemon.catalog import folders, versions
from shipway_daemon.events import history
from shipway_daemon.events.feed import Feed
from shipway_daemon.filing import profiles as filing
from shipway_daemon.filing.collecting import collect
from shipway_daemon.filing.match import Unmatched, Wanted
from shipway_daemon.intake import unmatched
from shipway_daemon.intake.matching import Matching
from shipway_daemon.intake.record import Arrival, Contents, FolderFile
from shipway_plugins.words import BuildFacts, Inspection, Platform
from support.asking import asked
from support.binaries import SAMPLE_APK, ipa
from support.versions import add
from support.waiting import wait_for

FACTS = BuildFacts(branch="main", commit="c0ffee")
SAMPLE = CreateProfile(name="mine", channel="android-phone", identifier="dev.shipway.sample")


@pytest.fixture
async def folder(database):
    """A folder that holds what it does not know."""
    values = {"path": "/builds", "unknown": "hold", "quiet": 1.0, "candidate": True}
    return (await database.write(lambda tx: folders.create(tx, values))).id


@pytest.fixture
def hold(intake, folder, database):
    """Take a file in as the watcher does, and find it held."""

    async def take(path, name=None, **said):
        name = name or path.name
        seen = FolderFile(folder=folder, path=f"/builds/{name}".encode(), signature="s")
        wanted = Wanted(unknown=UnknownBinary.HOLD)
        arrival = Arrival(
            file_name=name, source=f"watch:/builds/{name}", wanted=wanted, seen=seen, **said
        )
        with pytest.raises(Unmatched):
            await intake.ingest(path, arrival)
        return (await held(database))[0]

    return take


async def held(database):
    return await database.read(lambda tx: unmatched.page(tx, None, asked(UNMATCHED, limit=99)))


async def filed(database):
    return await database.read(lambda tx: versions.page(tx, None, None, None, 99))


async def events(database, kind):
    return await database.read(lambda tx: history.page(tx, kind, None, 99))


async def counts(database, folder):
    return await database.read(lambda tx: folders.counts(tx, folder))


@pytest.fixture
async def matching(database, board):
    """What files by itself; a second call is a restart."""
    tasks = []

    async def stop():
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        tasks.clear()

    async def start():
        await stop()
        tasks.append(asyncio.create_task(Matching(database, Feed(database, board)).run()))

    start.stop = stop
    yield start
    await stop()


async def test_what_is_held_is_whole_though_its_file_is_gone(
    hold, database, blobs, folder, tmp_path
):
    """A clean build takes the file away; the bytes stay, with all that was said of them."""
    build = tmp_path / "app.apk"
    build.write_bytes(SAMPLE_APK.read_bytes())
    one = await hold(build, facts=FACTS, candidate=True)
    build.unlink()

    assert (one.identifier, one.channel, one.facts) == (SAMPLE.identifier, SAMPLE.channel, FACTS)
    assert (one.version, one.build, one.folder) == ("1.0.0", "1", folder)
    assert blobs.path(one.sha256).read_bytes() == SAMPLE_APK.read_bytes()
    (told,) = await events(database, "file.unmatched")
    assert (told.data["id"], told.data["sha256"]) == (one.id, one.sha256)
    assert await counts(database, folder) == {"unmatched": 1}

    made = await database.write(lambda tx: unmatched.file(tx, one.id, FileUnmatched(), "ana"))
    version = made.version
    assert made.created
    assert (version.identifier, version.facts, version.current) == (SAMPLE.identifier, FACTS, True)
    assert version.file_name == "app.apk"
    assert blobs.has(version.sha256, version.size)
    assert await held(database) == []
    assert await counts(database, folder) == {"ingested": 1}
    (added,), (said,) = (
        await events(database, "version.added"),
        await events(database, "file.filed"),
    )
    assert (added.actor, added.data["source"]) == ("ana", one.source)
    assert (said.actor, said.data["version"]) == ("ana", version.address)


async def test_the_same_bytes_held_twice_are_one(hold, database, folder, tmp_path):
    """Wherever they lie; and both places are settled when they are filed."""
    first = await hold(SAMPLE_APK, "a.apk")
    second = await hold(SAMPLE_APK, "b.apk")
    assert first == second
    assert len(await events(database, "file.unmatched")) == 1
    assert await counts(database, folder) == {"unmatched": 2}
    await database.write(lambda tx: unmatched.file(tx, first.id, FileUnmatched(), "ana"))
    assert await counts(database, folder) == {"ingested": 2}


async def test_what_is_dropped_is_gone_with_its_bytes(hold, database, blobs, folder):
    one = await hold(SAMPLE_APK)
    released = await database.write(lambda tx: unmatched.drop(tx, one.id, "ana"))
    await collect(database, blobs, [released])
    assert not blobs.path(one.sha256).exists()
    assert await counts(database, folder) == {"dropped": 1}
    (told,) = await events(database, "file.dropped")
    assert (told.actor, told.data["id"]) == ("ana", one.id)
    for again in (
        lambda tx: unmatched.drop(tx, one.id, "ana"),
        lambda tx: unmatched.file(tx, one.id, FileUnmatched(), "ana"),
    ):
        with pytest.raises(NotFound, match=f"no held binary {one.id}"):
            await database.write(again)


async def test_bytes_that_are_held_are_collected_by_nobody(hold, database, blobs):
    one = await hold(SAMPLE_APK)
    await collect(database, blobs, [one.sha256])
    assert blobs.has(one.sha256, one.size)


async def test_it_can_be_filed_under_another_profile_and_is_judged_as_any(hold, database):
    """Under one of another identifier it is mismatched, and on another platform it is refused."""
    one = await hold(SAMPLE_APK, candidate=True)

    def make(tx):
        other = CreateProfile(name="other", owner="o", channel="android-phone", identifier="x.y")
        apple = CreateProfile(name="apple", owner="o", channel="ios-phone")
        filing.create(tx, other, "me")
        filing.create(tx, apple, "me")

    await database.write(make)
    with pytest.raises(Refused, match="binary is for android"):
        await database.write(
            lambda tx: unmatched.file(tx, one.id, FileUnmatched(profile="o/apple"), "ana")
        )
    assert len(await held(database)) == 1
    made = await database.write(
        lambda tx: unmatched.file(tx, one.id, FileUnmatched(profile="o/other"), "ana")
    )
    assert made.version.profile == "o/other"
    assert made.version.state == "mismatched"
    assert {finding.rule for finding in made.version.findings} >= {
        "identifier-mismatch",
        "candidate-not-marked",
    }


async def test_its_folder_may_be_watched_no_longer(hold, database, folder):
    """It stays held, can be filed, and its version remembers the folder."""
    one = await hold(SAMPLE_APK)
    await database.write(lambda tx: folders.drop(tx, folder))
    (still,) = await held(database)
    assert (still.id, still.folder) == (one.id, None)
    made = await database.write(lambda tx: unmatched.file(tx, one.id, FileUnmatched(), "ana"))
    assert made.created


async def test_a_profile_that_is_made_takes_what_is_held(hold, database, matching, tmp_path):
    """Also a profile that was made before it was held, or that adopts its identifier later."""
    await matching()
    one = await hold(SAMPLE_APK)
    await database.write(lambda tx: filing.create(tx, SAMPLE, "ana"))
    (version,) = await wait_for(lambda: filed(database))
    assert (version.sha256, version.profile.endswith("/mine")) == (one.sha256, True)

    request = CreateProfile(name="adopts", owner="o", channel="ios-phone")
    await database.write(lambda tx: filing.create(tx, request, "ana"))
    paths = []
    for build in "12":
        paths.append(tmp_path / f"{build}.ipa")
        paths[-1].write_bytes(ipa(build=build))
    two = await hold(paths[0])
    three = await hold(paths[1])
    named = FileUnmatched(profile="o/adopts")
    await database.write(lambda tx: unmatched.file(tx, two.id, named, "ana"))

    async def all_filed():
        return len(await filed(database)) == 3

    await wait_for(all_filed)
    assert three.sha256 in {version.sha256 for version in await filed(database)}
    assert await held(database) == []


async def test_a_crash_between_the_profile_and_the_filing_is_made_good_at_the_start(
    hold, database, matching
):
    await hold(SAMPLE_APK)
    await database.write(lambda tx: filing.create(tx, SAMPLE, "ana"))
    assert await filed(database) == []
    await matching()
    await wait_for(lambda: filed(database))
    assert await held(database) == []


async def test_one_that_its_profile_refuses_stays_held_and_holds_up_no_other(
    hold, database, matching, tmp_path
):
    """The second build of one number is refused; the third is another number."""
    for name, build, salt in (("a", "1", "x"), ("b", "1", "y"), ("c", "2", "z")):
        path = tmp_path / f"{name}.ipa"
        path.write_bytes(ipa(build=build, name=salt))
        await hold(path)
    identifier = (await held(database))[0].identifier

    def make(tx):
        request = CreateProfile(
            name="strict", owner="o", channel="ios-phone", identifier=identifier
        )
        filing.create(tx, request, "ana")
        filing.change(tx, "o/strict", ChangeProfile(duplicates=Duplicates.REFUSE), "ana")

    await database.write(make)
    await matching()

    async def two_filed():
        return len(await filed(database)) == 2

    await wait_for(two_filed)
    assert [one.file_name for one in await held(database)] == ["b.ipa"]


async def test_one_without_identifier_waits_for_the_profile_of_its_name(database):
    tool = Inspection(platform=Platform.CUSTOM, format="zip")
    contents = Contents(sha256="a" * 64, size=9, inspection=tool)
    wanted = Wanted(unknown=UnknownBinary.HOLD)
    arrival = Arrival(file_name="tool.zip", source="watch:/tool.zip", wanted=wanted)

    def keep(tx):
        unmatched.hold(tx, arrival, contents, Unmatched("No profile."))
        before = unmatched.matching(tx)
        add(tx, tool, file_name="tool.zip", salt="another")
        return before, unmatched.matching(tx)

    before, after = await database.write(keep)
    (one,) = await held(database)
    assert (before, after, one.identifier) == ([], [one.id], None)
