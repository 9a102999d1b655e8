"""A backup has all that the catalogue names, of one moment, and a restore brings exactly that."""

import asyncio
import errno
import json
from pathlib import Path

import msgspec
import pytest
from shipway_client.errors import Busy, Failed, NotFound, Refused, WrongUsage
from shipway_daemon.backup import making, restoring, switching
from shipway_daemon.backup.folder import Backup, BackupFolder
from shipway_daemon.backup.settling import settle
from shipway_daemon.catalog import offline, orphans, versions
from shipway_daemon.database.engine import Database
from shipway_daemon.events import history
from shipway_daemon.home_lock import HomeLock
from shipway_daemon.jobs import rows
from shipway_daemon.jobs.epochs import take_epoch
from shipway_daemon.jobs.rows import NewJob
from shipway_daemon.jobs.views import read as show_job
from support.daemon import locations_of


def names(locations):
    """The versions that a home has, with their digests."""
    with offline.opened(locations.database) as engine, engine.connect() as tx:
        return sorted(offline.named_blob_page(tx, "", 100))


def files(folder):
    """Every file below a folder, but for those of a lock and a log of SQLite."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


async def test_a_restored_home_is_the_one_that_was_backed_up(
    made, locations, back_up, bring_back, whole, tmp_path, blobs
):
    report = await asyncio.to_thread(back_up)
    assert (report.manifest.versions, report.manifest.blobs, report.copied) == (2, 2, 4)

    other = locations_of(tmp_path / "other")
    told = await asyncio.to_thread(bring_back, other)

    whole(other)
    assert told.before is None
    assert names(other) == names(locations)
    for version in made:
        copy = other.blobs / version.sha256[:2] / version.sha256
        assert copy.read_bytes() == blobs.path(version.sha256).read_bytes()
    assert (other.environments / "1" / "held.json").read_text() == "what the store holds"
    assert (other.config / "config.toml").read_text() == "[tui]\n"
    assert not (other.home / "restoring").exists()


async def test_what_an_earlier_backup_has_is_not_copied_again(made, back_up, backups):
    await asyncio.to_thread(back_up)
    before = files(backups / "blobs")
    again = await asyncio.to_thread(back_up)
    assert (again.copied, again.copied_size) == (0, 0)
    assert again.manifest.blobs == 2
    assert files(backups / "blobs") == before
    assert BackupFolder(backups).newest().name == again.manifest.made_at.replace(":", "")


async def test_a_blob_that_is_pruned_meanwhile_leaves_the_backup_whole(
    made, database, blobs, back_up, bring_back, whole, tmp_path, monkeypatch
):
    """The catalogue is copied anew, until what it names is there."""
    gone, stays = made
    loop = asyncio.get_running_loop()
    snapshot, times = offline.snapshot, []

    def prune_after(source, target):
        snapshot(source, target)
        times.append(target)
        if len(times) > 1:
            return

        def work(tx):
            versions.drop(tx, gone.id)
            orphans.release(tx, [gone.sha256])

        asyncio.run_coroutine_threadsafe(database.write(work), loop).result(60)
        blobs.unlink(gone.sha256)

    monkeypatch.setattr(making.offline, "snapshot", prune_after)
    report = await asyncio.to_thread(back_up)

    assert len(times) == 2
    assert (report.manifest.versions, report.manifest.lost) == (1, [])
    other = locations_of(tmp_path / "other")
    await asyncio.to_thread(bring_back, other)
    whole(other)
    assert [sha256 for sha256, _ in names(other)] == [stays.sha256]


async def test_bytes_that_are_damaged_in_the_home_are_named_and_all_others_are_kept(
    made, blobs, back_up
):
    damaged, missing = made
    blobs.path(damaged.sha256).write_bytes(b"bytes of build X")
    blobs.unlink(missing.sha256)
    report = await asyncio.to_thread(back_up)
    assert report.manifest.lost == sorted([damaged.sha256, missing.sha256])
    assert report.manifest.blobs == 0


async def test_a_damaged_backup_is_refused_and_the_home_is_as_it_was(
    made, locations, back_up, bring_back, backups, whole
):
    report = await asyncio.to_thread(back_up)
    sha256 = made[0].sha256
    before = names(locations)
    (locations.blobs / sha256[:2] / sha256).unlink()
    pooled = backups / "blobs" / sha256[:2] / sha256
    whole_bytes = pooled.read_bytes()
    pooled.write_bytes(whole_bytes.swapcase())
    with pytest.raises(Refused, match=sha256[:12]):
        await asyncio.to_thread(lambda: bring_back(locations, force=True))
    assert names(locations) == before

    pooled.write_bytes(whole_bytes)
    catalogue = Backup.find(backups).path / "catalog.sqlite3"
    with catalogue.open("r+b") as file:
        file.seek(4096)
        file.write(b"bit rot")
    with pytest.raises(Refused, match="its digest is another one"):
        await asyncio.to_thread(lambda: bring_back(locations, Path(report.backup), force=True))
    assert names(locations) == before


async def test_a_home_in_use_is_set_aside_as_a_home_of_its_own(
    made, database, locations, back_up, bring_back, whole
):
    await asyncio.to_thread(back_up)
    await database.write(lambda tx: versions.drop(tx, made[0].id))
    (locations.environments / "1" / "held.json").write_text("newer")
    with pytest.raises(Refused, match="not empty"):
        await asyncio.to_thread(lambda: bring_back(locations))

    told = await asyncio.to_thread(lambda: bring_back(locations, force=True))

    whole(locations)
    assert len(names(locations)) == 2
    assert (locations.environments / "1" / "held.json").read_text() == "what the store holds"
    aside = locations_of(Path(told.before))
    whole(aside)
    assert len(names(aside)) == 1
    assert (aside.environments / "1" / "held.json").read_text() == "newer"


class Killed(BaseException):
    """Nothing runs after it."""


async def test_a_restore_that_dies_while_it_takes_its_place_is_finished_by_the_next_start(
    made, database, locations, back_up, bring_back, whole, monkeypatch
):
    """At whichever rename: what was ready is what is there then, and what was before is kept."""
    await asyncio.to_thread(back_up)
    await database.write(lambda tx: versions.drop(tx, made[0].id))
    finish, rename = switching.finish, Path.rename
    monkeypatch.setattr(restoring.switching, "finish", lambda _locations: None)
    await asyncio.to_thread(lambda: bring_back(locations, force=True))
    assert len(names(locations)) == 1, "nothing has taken its place yet"
    calls = deaths = 0

    def dying(path, target):
        nonlocal calls
        calls += 1
        if calls > deaths:
            raise Killed
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", dying)
    while True:
        calls = 0
        try:
            before = finish(locations)
        except Killed:
            deaths += 1
            continue
        break

    assert deaths > 1, "each time one rename more was made before the end"
    assert before is not None
    assert len(names(locations)) == 2
    assert len(names(locations_of(before))) == 1
    whole(locations)
    assert finish(locations) is None


async def test_jobs_that_a_backup_left_open_are_not_done_again(
    database, locations, back_up, bring_back, made
):
    def submit(tx):
        take_epoch(tx)
        job = NewJob(kind="publish", actor="ana", tracking="t1", request={}, lock_key="env:1")
        return rows.submit(tx, job, queue=False)

    number = await database.write(submit)
    await asyncio.to_thread(back_up)
    for _ in range(5):
        await database.write(lambda tx: history.append(tx, "profile.changed", "ana/x"))
    last = await database.read(history.last)
    await asyncio.to_thread(lambda: bring_back(locations, force=True))

    restored = Database(locations.database)
    try:
        await settle(restored, locations)
        await settle(restored, locations)
        job = await restored.read(lambda tx: show_job(tx, number))
        events = await restored.read(lambda tx: history.page(tx, "home.restored", None, 10))
    finally:
        await restored.close()
    assert (job.state, job.outcome) == ("done", "cancelled")
    assert "restored" in job.reason
    assert [event.data["jobs"] for event in events] == [1]
    assert events[0].seq > last, "a number that was seen does not come again"


async def test_where_nothing_can_be_backed_up_or_restored(
    made, locations, back_up, bring_back, backups, tmp_path
):
    with pytest.raises(WrongUsage, match="its own"):
        back_up(locations.home / "backups")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").touch()
    with pytest.raises(Refused, match="not empty"):
        back_up(tmp_path / "photos")
    with pytest.raises(NotFound, match="nothing is to be"):
        making.make(locations_of(tmp_path / "none"), backups, lambda _done, _total: None)
    with pytest.raises(NotFound, match="no backup"):
        bring_back(locations_of(tmp_path / "none"), tmp_path / "photos")

    await asyncio.to_thread(back_up)
    with BackupFolder(backups).making(), pytest.raises(Busy):
        back_up()
    other = locations_of(tmp_path / "other")
    other.home.mkdir()
    lock = HomeLock(other)
    try:
        with pytest.raises(Refused, match="runs for"):
            bring_back(other)
    finally:
        lock.release()


async def test_a_backup_of_tomorrow_or_one_that_reaches_outside_is_refused(
    made, back_up, bring_back, backups, tmp_path
):
    report = await asyncio.to_thread(back_up)
    path = Backup.find(backups).path
    other = locations_of(tmp_path / "other")
    for changed in ({"format": 2}, {"schema": "9999"}):
        told = msgspec.to_builtins(report.manifest) | changed
        (path / "manifest.json").write_text(json.dumps(told))
        with pytest.raises(Refused, match="does not know"):
            bring_back(other)
    evil = {"sha256": made[0].sha256, "size": 1, "path": "environments/../../evil"}
    (path / "contents.jsonl").write_text(json.dumps(evil) + "\n")
    sha256 = restoring.digest_of(path / "contents.jsonl")
    told = msgspec.to_builtins(report.manifest) | {"contents_sha256": sha256}
    (path / "manifest.json").write_text(json.dumps(told))
    with pytest.raises(Refused, match="what no backup holds"):
        bring_back(other)
    assert not other.database.exists()


async def test_a_full_disk_is_a_sentence_and_leaves_nothing_half(
    made, back_up, backups, monkeypatch
):
    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(making, "sync_file", full)
    with pytest.raises(Failed, match="No space left"):
        await asyncio.to_thread(back_up)
    assert [path.name for path in backups.iterdir() if path.name not in (".lock", "blobs")] == []
