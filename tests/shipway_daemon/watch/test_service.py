"""All watched folders, with the real intake behind them."""

import asyncio
import signal
import threading

import pytest
from shipway_client.errors import NotFound, Refused, Unavailable, WrongUsage
from shipway_client.wire import AddFolder, ChangeProfile, CreateProfile, FolderState, UnknownBinary
from shipway_daemon.catalog import folders, unmatched, versions
from shipway_daemon.database import recording
from shipway_daemon.events import history
from shipway_daemon.events.feed import Feed, ProgressBoard
from shipway_daemon.filing import profiles as filing
from shipway_daemon.intake.service import Intake
from shipway_daemon.watch import checking, departed, pace
from shipway_daemon.watch import service as service_module
from shipway_daemon.watch.service import Watcher
from shipway_daemon.workers.inspection import Inspector
from support.binaries import NEXT_APK, OTHER_APK, SAMPLE_APK, archive, ipa
from support.waiting import wait_for

QUIET = 0.2


@pytest.fixture(autouse=True)
def ignored_sigio():
    """As the daemon does."""
    if hasattr(signal, "SIGIO"):
        signal.signal(signal.SIGIO, signal.SIG_IGN)


@pytest.fixture
def root(tmp_path):
    made = tmp_path / "out"
    made.mkdir()
    return made


@pytest.fixture
async def start(database, blobs, locations):
    """Start a watcher; a second call is a restart."""
    inspector, board = Inspector(), ProgressBoard()
    intake = Intake(database, blobs, inspector, board)
    running: list[asyncio.Task[None]] = []

    async def stop():
        for task in running:
            assert not task.done(), "the watcher has ended by itself"
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        running.clear()

    async def begin():
        await stop()
        watcher = Watcher(database, intake, inspector, Feed(database, board), locations.home)
        running.append(asyncio.create_task(watcher.run()))
        return watcher

    begin.stop = stop
    yield begin
    await stop()
    await inspector.close()


@pytest.fixture
async def watcher(start):
    return await start()


@pytest.fixture
def add(watcher, root):
    """Watch the folder."""

    def watch(**how):
        return watcher.add(AddFolder(path=str(root), quiet=QUIET, **how), "me")

    return watch


@pytest.fixture
def taken(database):
    """Wait for so many versions, and return them oldest first."""

    async def wait(number, seconds=20):
        async def look():
            found = await database.read(lambda tx: versions.page(tx, None, None, None, 500))
            return found if len(found) >= number else None

        found = await wait_for(look, seconds, f"there are no {number} versions")
        assert len(found) == number
        return found[::-1]

    return wait


async def test_a_build_becomes_a_version(add, root, taken, database):
    folder = await add(candidate=True)
    (root / "app.apk").write_bytes(SAMPLE_APK.read_bytes())
    (version,) = await taken(1)
    assert (version.identifier, version.current) == ("dev.shipway.sample", True)
    told = await database.read(lambda tx: history.page(tx, "version.added", None, 9))
    assert [event.actor for event in told] == ["shipwayd"]
    assert (folder.path, folder.quiet) == (str(root), QUIET)


async def test_the_next_build_at_the_same_path_is_the_next_version(add, root, taken):
    await add()
    path = root / "app.apk"
    for number, binary in enumerate((SAMPLE_APK, NEXT_APK, SAMPLE_APK), 1):
        path.write_bytes(binary.read_bytes())
        found = await taken(min(number, 2))
    assert [version.number for version in found] == [1, 2]


@pytest.mark.e2e
async def test_hundreds_of_files_are_all_taken_once(add, root, taken, watcher):
    """Some are there, the rest comes in one go."""
    for number in range(100):
        (root / f"{number}.ipa").write_bytes(ipa(build=str(number)))
    folder = await add()
    for number in range(100, 200):
        (root / f"{number}.ipa").write_bytes(ipa(build=str(number)))
    found = await taken(200, 240)
    assert len({version.build for version in found}) == 200
    assert sorted(version.number for version in found) == list(range(1, 201))

    async def counted():
        return (await watcher.show(folder.id)).ingested == 200

    await wait_for(counted)
    assert (await watcher.show(folder.id)).waiting == 0


async def test_after_a_restart_nothing_is_taken_again_and_what_came_meanwhile_is(
    add, root, taken, start
):
    await add()
    (root / "a.apk").write_bytes(SAMPLE_APK.read_bytes())
    await taken(1)
    await start.stop()
    (root / "b.apk").write_bytes(OTHER_APK.read_bytes())
    await start()
    found = await taken(2)
    assert [version.file_name for version in found] == ["a.apk", "b.apk"]


async def test_an_unknown_file_is_held_once_and_its_bytes_are_kept(
    add, root, database, watcher, blobs, start
):
    """Also over a restart, and though a clean build takes the file away."""
    folder = await add(unknown=UnknownBinary.HOLD)
    path = root / "app.apk"
    path.write_bytes(SAMPLE_APK.read_bytes())

    async def held():
        return (await watcher.show(folder.id)).unmatched == 1

    await wait_for(held)
    await start()
    path.unlink()
    (one,) = await database.read(lambda tx: unmatched.page(tx, folder.id, None, 9))
    assert blobs.has(one.sha256, SAMPLE_APK.stat().st_size)
    assert len(await database.read(lambda tx: history.page(tx, "file.unmatched", None, 9))) == 1


async def test_a_folder_follows_its_profile_to_a_new_name(add, root, taken, database, watcher):
    """And when the profile is deleted, it holds: nobody asked it to make others, and it says so."""
    request = CreateProfile(name="one", channel="android-phone", owner="o")
    await database.write(lambda tx: filing.create(tx, request, "me"))
    folder = await add(profile="o/one")
    change = ChangeProfile(name="two")
    await database.write(lambda tx: filing.change(tx, "o/one", change, "me"))
    (root / "a.apk").write_bytes(SAMPLE_APK.read_bytes())
    (version,) = await taken(1)
    assert version.profile == "o/two"
    await database.write(lambda tx: filing.delete(tx, "o/two", "o/two", "me"))
    (root / "b.apk").write_bytes(OTHER_APK.read_bytes())

    async def held():
        shown = await watcher.show(folder.id)
        return (shown.profile, shown.unknown, shown.unmatched) == (None, UnknownBinary.HOLD, 1)

    await wait_for(held)
    told = await database.read(lambda tx: history.page(tx, "folder.changed", None, 50))
    assert any("o/two was deleted" in event.data.get("reason", "") for event in told)


async def test_a_refused_file_is_counted_and_told(add, root, database, watcher):
    folder = await add()
    (root / "torn.ipa").write_bytes(archive({"Payload/A.app/Info.plist": b"<plist"}))

    async def counted():
        return (await watcher.show(folder.id)).refused == 1

    await wait_for(counted)
    told = await database.read(lambda tx: history.page(tx, "file.refused", None, 9))
    assert [event.subject for event in told] == ["torn.ipa"]
    assert told[0].data["reason"]


async def test_a_folder_tells_how_it_does(add, root, watcher, database):
    folder = await add()

    async def state(wanted):
        return (await watcher.show(folder.id)).state is wanted

    await wait_for(lambda: state(FolderState.WATCHING))
    root.rmdir()
    await wait_for(lambda: state(FolderState.MISSING))
    shown = await watcher.show(folder.id)
    assert "cannot be read" in shown.reason

    async def told():
        found = await database.read(lambda tx: history.page(tx, "folder.changed", None, 1))
        return found and found[0].data["state"] == "missing"

    await wait_for(told)


async def test_a_removed_folder_is_left_alone(add, root, watcher, database):
    folder = await add()
    await watcher.remove(folder.id, "me")
    (root / "app.apk").write_bytes(SAMPLE_APK.read_bytes())
    with pytest.raises(NotFound, match=f"no watched folder {folder.id}"):
        await watcher.remove(folder.id, "me")
    with pytest.raises(NotFound):
        await watcher.show(folder.id)
    await asyncio.sleep(3 * QUIET)
    assert await database.read(lambda tx: versions.page(tx, None, None, None, 9)) == []
    assert (await add()).id > folder.id


async def test_folders_come_and_go_while_profiles_do(watcher, tmp_path, database):
    """Whatever the order: no folder that was removed is watched, and the watcher lives on."""

    async def come_and_go(number):
        path = tmp_path / f"folder-{number}"
        path.mkdir()
        request = AddFolder(path=str(path), unknown=UnknownBinary.HOLD, quiet=QUIET)
        folder = await watcher.add(request, "me")
        await asyncio.sleep(number / 100)
        await watcher.remove(folder.id, "me")

    async def make_profiles():
        for number in range(10):
            request = CreateProfile(name=f"p{number}", channel="custom", owner="o")
            await database.write(lambda tx, request=request: filing.create(tx, request, "me"))
            await asyncio.sleep(0.02)

    await asyncio.gather(make_profiles(), *(come_and_go(number) for number in range(10)))
    assert watcher._watches == {}
    assert await database.read(folders.every) == []


async def test_a_history_that_cannot_be_read_for_a_moment_is_followed_on(
    add, root, taken, database, monkeypatch
):
    """The watcher goes on, and learns of a profile's new name when it can."""
    await add()
    (root / "app.apk").write_bytes(SAMPLE_APK.read_bytes())
    (version,) = await taken(1)
    monkeypatch.setattr(service_module, "_AGAIN_SECONDS", 0.01)
    monkeypatch.setattr(recording, "_AGAIN_SECONDS", 0.01)
    broken = asyncio.Event()

    def breaks(*_):
        broken.set()
        raise Unavailable("The catalogue cannot be read: disk I/O error.")

    with monkeypatch.context() as patch:
        patch.setattr(history, "since", breaks)
        await database.write(lambda tx: history.append(tx, "test.wakes", "who follows"))
        async with asyncio.timeout(30):
            await broken.wait()
    (root / "next.apk").write_bytes(NEXT_APK.read_bytes())
    assert [one.profile for one in await taken(2)] == [version.profile] * 2


async def test_what_makes_no_sense_is_not_watched(watcher, root, tmp_path, locations):
    file = tmp_path / "file"
    file.touch()
    inside = locations.home / "blobs"
    wrong = {
        "is no folder": [
            AddFolder(path="relative"),
            AddFolder(path=str(tmp_path / "absent")),
            AddFolder(path=str(file)),
        ],
        "Shipway's own files": [
            AddFolder(path=str(locations.home)),
            AddFolder(path=str(inside)),
            AddFolder(path=str(tmp_path)),
        ],
        "no channel": [AddFolder(path=str(root), channel="Phone")],
        "quiet time": [AddFolder(path=str(root), quiet=-1), AddFolder(path=str(root), quiet=4000)],
    }
    for sentence, requests in wrong.items():
        for request in requests:
            with pytest.raises(WrongUsage, match=sentence) as refused:
                await watcher.add(request, "me")
            assert len(refused.value.fields) == 1
    with pytest.raises(NotFound, match="no profile o/absent") as refused:
        await watcher.add(AddFolder(path=str(root), profile="o/absent"), "me")
    assert list(refused.value.fields) == ["profile"]


async def test_a_folder_is_watched_once(add, watcher, root, tmp_path):
    """By whatever name it is given."""
    folder = await add()
    link = tmp_path / "link"
    link.symlink_to(root)
    for path in (root, link, root / ".." / root.name):
        with pytest.raises(Refused, match=f"watched already, as folder {folder.id}"):
            await watcher.add(AddFolder(path=str(path)), "me")


async def test_a_folder_can_be_added_before_the_watcher_runs_and_is_watched_then(
    start, root, taken, database
):
    def create(tx):
        values = {"path": str(root), "unknown": "create", "quiet": QUIET, "candidate": False}
        folders.create(tx, values)

    await database.write(create)
    (root / "app.apk").write_bytes(SAMPLE_APK.read_bytes())
    await start()
    await taken(1)


async def test_what_is_gone_is_not_kept_and_counts_all_the_same(
    add, root, taken, watcher, database, monkeypatch
):
    """A build folder that is cleaned each night must not grow in the database for ever."""
    monkeypatch.setattr(departed, "GONE_SECONDS", 0.0)
    monkeypatch.setattr(pace, "SCAN_SECONDS", 0.2)
    folder = await add()
    (root / "torn.ipa").write_bytes(archive({"Payload/A.app/Info.plist": b"<plist"}))
    for number in range(3):
        (root / f"{number}.ipa").write_bytes(ipa(build=str(number)))
    await taken(3)

    async def counts():
        shown = await watcher.show(folder.id)
        return shown.ingested, shown.refused

    async def kept():
        return len(await database.read(lambda tx: folders.seen(tx, folder.id)))

    async def counted():
        return await counts() == (3, 1)

    await wait_for(counted)
    for file in list(root.iterdir())[1:]:
        file.unlink()

    async def one_kept():
        return await kept() == 1

    await wait_for(one_kept, 30, "what is gone is kept")
    assert await counts() == (3, 1)


async def test_a_folder_that_does_not_answer_is_refused_in_time(watcher, root, monkeypatch):
    """A hung mount costs a thread; the loop, and with it everybody else, goes on."""
    never = threading.Event()
    monkeypatch.setattr(checking, "_CHECK_SECONDS", 0.05)
    monkeypatch.setattr(checking, "_resolve", lambda *_: never.wait())
    try:
        with pytest.raises(Unavailable, match=f"{root} does not answer"):
            await watcher.add(AddFolder(path=str(root)), "me")
    finally:
        never.set()
