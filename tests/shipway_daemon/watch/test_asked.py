"""What is asked of a folder, at first and later: it is checked, it decides, it begins anew."""

import asyncio
import signal
from contextlib import nullcontext

import pytest
from shipway_client.errors import NotFound, WrongUsage
from shipway_client.wire import (
    AddFolder,
    ChangeFolder,
    CreateProfile,
    Preset,
    Retention,
    UnknownBinary,
)
from shipway_daemon.catalog import versions
from shipway_daemon.events import history
from shipway_daemon.events.feed import Feed, ProgressBoard
from shipway_daemon.filing import profiles as filing
from shipway_daemon.intake.service import Intake
from shipway_daemon.watch.asked import check_asked
from shipway_daemon.watch.service import Watcher
from shipway_daemon.workers.inspection import Inspector
from support.binaries import SAMPLE_APK, archive, ipa
from support.waiting import wait_for

QUIET = 0.2


@pytest.fixture
def root(tmp_path):
    made = tmp_path / "out"
    made.mkdir()
    return made


@pytest.mark.parametrize(
    ("pattern", "glob", "taken"),
    [
        ("A-{version}.zip", None, False),
        ("A-{version}.zip", "A*", True),
        ("A-{version}.app.ZIP", None, True),
        ("A-{version}.apk", None, True),
        ("A-{version}-*", None, True),
    ],
)
def test_a_pattern_for_names_that_are_never_taken_is_refused(pattern, glob, taken):
    """A plain .zip needs a glob; a folder that waits for one without it would stay silent."""
    request = AddFolder(path="/builds", pattern=pattern, glob=glob)
    with nullcontext() if taken else pytest.raises(WrongUsage, match=r"\.zip.* without a glob"):
        check_asked(request)


@pytest.fixture
async def watcher(database, blobs, locations):
    """All watched folders, with the real intake behind them."""
    if hasattr(signal, "SIGIO"):
        signal.signal(signal.SIGIO, signal.SIG_IGN)
    inspector, board = Inspector(), ProgressBoard()
    intake = Intake(database, blobs, inspector, board)
    made = Watcher(database, intake, inspector, Feed(database, board), locations.home)
    running = asyncio.create_task(made.run())
    yield made
    assert not running.done(), "the watcher has ended by itself"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await inspector.close()


@pytest.fixture
def add(watcher, root):
    def watch(**how):
        return watcher.add(AddFolder(path=str(root), quiet=QUIET, **how), "me")

    return watch


@pytest.fixture
def taken(database):
    """Wait until the versions come from just these files, and return them by file."""

    async def wait(*names):
        async def look():
            found = await database.read(lambda tx: versions.page(tx, None, None, None, 99))
            by_name = {version.file_name: version for version in found}
            return by_name if set(by_name) == set(names) else None

        return await wait_for(look, 30, f"not just {names} were taken")

    return wait


async def test_a_preset_decides_from_the_start_and_a_glob_narrows_it_later(
    add, watcher, root, taken
):
    release = root / "app" / "build" / "outputs" / "apk" / "release"
    release.mkdir(parents=True)
    (release / "app-release.apk").write_bytes(SAMPLE_APK.read_bytes())
    (root / "other.ipa").write_bytes(ipa())
    folder = await add(preset=Preset.ANDROID)
    await taken("app-release.apk")

    changed = await watcher.change(folder.id, ChangeFolder(preset=None, glob="oth*"), "me")

    assert (changed.preset, changed.glob) == (None, "oth*")
    await taken("app-release.apk", "other.ipa")


async def test_a_pattern_reads_what_a_file_does_not_state(add, root, taken):
    (root / "App-1.2.0-45.zip").write_bytes(archive({"a": b"1"}))
    (root / "other.zip").write_bytes(archive({"a": b"2"}))
    await add(glob="*.zip", pattern="App-{version}-{build}.zip")

    found = await taken("App-1.2.0-45.zip", "other.zip")

    named, other = found["App-1.2.0-45.zip"], found["other.zip"]
    assert (named.version, named.build, named.state) == ("1.2.0", "45", "ready")
    assert (other.version, other.build, other.state) == (None, None, "incomplete")


async def test_what_was_refused_is_asked_about_again_where_the_rule_is_another(
    add, watcher, root, taken, database
):
    create = CreateProfile(name="mac", channel="macos-desktop")
    profile = await database.write(lambda tx: filing.create(tx, create, "me"))
    (root / "a.ipa").write_bytes(ipa())
    folder = await add(profile=profile.address)

    async def refused():
        return (await watcher.show(folder.id)).refused

    await wait_for(refused, 30)
    changed = await watcher.change(folder.id, ChangeFolder(profile=None), "me")

    assert changed.profile is None
    await taken("a.ipa")
    assert await refused() == 0


async def test_all_that_can_be_asked_can_be_changed_and_what_is_left_out_stays(
    add, watcher, database
):
    folder = await add(glob="*.apk", candidate=True, preset=Preset.ANDROID)
    request = ChangeFolder(
        channel="android-tablet", unknown=UnknownBinary.HOLD, quiet=1.5, candidate=False
    )

    changed = await watcher.change(folder.id, request, "me")

    assert (changed.channel, changed.unknown, changed.quiet) == ("android-tablet", "hold", 1.5)
    assert (changed.candidate, changed.glob, changed.preset) == (False, "*.apk", "android")
    told = await database.read(lambda tx: history.page(tx, "folder.changed", None, 99))
    (event,) = [event for event in told if event.actor == "me"]
    assert event.data["changed"] == ["channel", "unknown", "quiet", "candidate"]


async def test_a_change_that_changes_nothing_is_no_event(add, watcher, database):
    folder = await add()

    await watcher.change(folder.id, ChangeFolder(quiet=QUIET), "me")

    told = await database.read(lambda tx: history.page(tx, "folder.changed", None, 99))
    assert not [event for event in told if event.actor == "me"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"channel": "pager"}, "channel"),
        ({"quiet": -1.0}, "quiet"),
        ({"quiet": float("nan")}, "quiet"),
        ({"pattern": "App.zip"}, "pattern"),
        ({"glob": ""}, "glob"),
        ({"retention": Retention(keep_last=0)}, "retention.keep_last"),
        ({"retention": Retention(keep_days=-1.0)}, "retention.keep_days"),
    ],
)
async def test_what_makes_no_sense_is_refused_and_changes_nothing(add, watcher, wrong, field):
    folder = await add()
    with pytest.raises(WrongUsage) as refused:
        await watcher.change(folder.id, ChangeFolder(**wrong), "me")
    assert refused.value.fields == {field: refused.value.message}
    with pytest.raises(WrongUsage):
        await watcher.add(AddFolder(path="/", **wrong), "me")

    now = await watcher.show(folder.id)
    asked = ("channel", "quiet", "pattern", "glob")
    assert [getattr(now, name) for name in asked] == [getattr(folder, name) for name in asked]


async def test_a_folder_or_a_profile_that_is_not_there(add, watcher):
    folder = await add()
    with pytest.raises(NotFound):
        await watcher.change(99, ChangeFolder(), "me")
    with pytest.raises(NotFound):
        await watcher.change(folder.id, ChangeFolder(profile="no/body"), "me")
