"""Whatever is broken in a home is found and named, with what to do; and nothing is changed."""

import fcntl
import os
import shutil
import socket
import sqlite3
import threading
from contextlib import closing

import msgspec
import pytest
from shipway_client.address import LockRecord
from shipway_client.version import VERSION
from shipway_daemon.catalog import plugins, versions
from shipway_daemon.doctor import folders as folder_check
from shipway_daemon.doctor import tools
from shipway_daemon.doctor.space import check as check_space
from shipway_daemon.filing.match import Wanted
from shipway_daemon.home_lock import HomeLock
from shipway_daemon.intake import unmatched
from shipway_daemon.intake.record import Arrival, Contents
from shipway_plugins.words import PluginRecord, PluginState, Severity
from support.disks import fill, read_only, small_disk
from support.versions import inspection

ALL = ["lock", "database", "blobs", "folders", "plugins", "tools", "space"]


def snapshot(home):
    """Every file of a home with its bytes, but for those that any reader of SQLite makes."""
    return {
        path: path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


async def test_a_whole_home_is_well_and_stays_as_it_is(made, doctor, database, locations):
    await database.close()
    before = snapshot(locations.home)
    for scrub in (False, True):
        checks, found = await doctor(scrub=scrub)
        assert list(checks) == ALL
        assert found == {}
        assert "2 blobs" in checks["blobs"].summary
    assert snapshot(locations.home) == before


async def test_a_home_that_is_not_there_yet_is_no_fault(doctor, locations):
    locations.home.rmdir()
    checks, found = await doctor()
    assert (list(checks), found) == (["home", "tools"], {})
    assert not locations.home.exists()
    locations.home.mkdir()
    checks, found = await doctor()
    assert "no daemon ever ran" in checks["database"].summary
    assert found == {}


async def test_a_flipped_bit_is_found_by_a_scrub_only(made, doctor, blobs):
    path = blobs.path(made[0])
    content = bytearray(path.read_bytes())
    content[3] ^= 1
    path.write_bytes(content)
    assert (await doctor())[1] == {}
    told = []
    _, found = await doctor(scrub=True, progress=lambda done, total: told.append((done, total)))
    (finding,) = found["blob-damaged"]
    assert finding.severity is Severity.ERROR
    assert "Example@1 holds other bytes than its name says" in finding.sentence
    assert "shipway add" in finding.remedy
    assert told[-1][0] == told[-1][1] == 2 * len(content)


async def test_missing_and_torn_blobs_are_named_with_their_versions(made, doctor, blobs):
    blobs.path(made[0]).unlink()
    blobs.path(made[1]).write_bytes(b"torn")
    _, found = await doctor()
    assert "Example@1 is missing" in found["blob-missing"][0].sentence
    assert "has 4 bytes instead of 16" in found["blob-damaged"][0].sentence


async def test_many_missing_blobs_are_counted_and_not_all_listed(doctor, database, blobs):
    def work(tx):
        for number in range(25):
            digest = f"{number:064x}"
            found = inspection(identifier=f"com.example.a{number}")
            arrival = Arrival(file_name="a.apk", source="watch:/a", wanted=Wanted())
            contents = Contents(sha256=digest, size=9, inspection=found)
            unmatched.hold(tx, arrival, contents, unmatched.Unmatched("No profile."))

    await database.write(work)
    checks, found = await doctor()
    assert "25 wrong" in checks["blobs"].summary
    assert "held binary" in found["blob-missing"][0].sentence
    assert len(found["blob-missing"]) == 20
    assert "also 5 more" in found["blobs-more"][0].sentence


async def test_what_nothing_names_is_told_and_is_no_fault(made, doctor, database, blobs, locations):
    """A file, a row, a copy that was not finished, and a file that is somebody's."""
    (locations.blobs / "ab" / ("ab" + "0" * 62)).write_bytes(b"12345")
    (locations.blobs / "ab" / ".DS_Store").write_bytes(b"mine")
    (locations.staging / "x.part").write_bytes(b"123")
    await database.write(lambda tx: versions.insert_blob(tx, "cd" + "0" * 62, 9))
    _, found = await doctor()
    assert set(found) == {"blob-orphans", "blob-strangers", "staging-parts"}
    assert "1 file of 5 bytes" in found["blob-orphans"][0].sentence
    assert {finding.severity for told in found.values() for finding in told} == {Severity.INFO}


@pytest.mark.parametrize("left", [0.1, 0.6])
async def test_a_truncated_catalogue_is_an_error_and_the_rest_is_looked_at(
    made, doctor, database, locations, left
):
    await database.close()
    size = locations.database.stat().st_size
    os.truncate(locations.database, int(size * left))
    checks, found = await doctor()
    assert checks["database"].worst is Severity.ERROR
    assert any("backup" in finding.remedy for told in found.values() for finding in told)
    assert "tools" in checks


async def test_a_catalogue_that_is_none_is_an_error(doctor, locations):
    locations.database.write_bytes(b"no database " * 100)
    checks, found = await doctor()
    assert found["database-unreadable"][0].severity is Severity.ERROR
    assert "the rest" in checks


async def test_a_write_ahead_log_of_garbage_is_told(made, doctor, database, locations):
    """SQLite passes over it without a word."""
    await database.close()
    locations.database.with_name("catalog.sqlite3-wal").write_bytes(b"garbage" * 1_000)
    _, found = await doctor()
    assert found["log-damaged"][0].severity is Severity.WARNING


async def test_a_newer_schema_is_an_error_and_an_older_one_is_not(
    made, doctor, database, locations
):
    await database.close()
    for revision, rule, severity in (
        ("9999", "schema-newer", Severity.ERROR),
        ("0002", "schema-older", Severity.INFO),
    ):
        with closing(sqlite3.connect(locations.database)) as connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
            connection.commit()
        _, found = await doctor()
        assert found[rule][0].severity is severity


async def test_rows_that_refer_to_nothing_are_an_error(made, doctor, database, locations):
    await database.close()
    with closing(sqlite3.connect(locations.database)) as connection:
        connection.execute("DELETE FROM profiles")
        connection.commit()
    _, found = await doctor()
    assert "versions to profiles" in found["database-dangling"][0].sentence


async def test_the_lock_says_who_holds_it(made, doctor, locations):
    """Held and answering, held and silent, let go with its socket left behind, and torn."""
    locations.socket.parent.mkdir()
    lock = HomeLock(locations)
    address = str(locations.socket)
    with closing(socket.socket(socket.AF_UNIX)) as listening:
        listening.bind(address)
        listening.listen()
        _, found = await doctor()
        assert set(found) == {"lock-unnamed"}
        lock.record(LockRecord(pid=77, epoch=1, address=address, version=VERSION))
        checks, found = await doctor()
        assert "process 77" in checks["lock"].summary
        assert found == {}
    checks, found = await doctor()
    assert "Process 77 holds the lock" in found["daemon-silent"][0].sentence
    lock.record(LockRecord(pid=77, epoch=1, address=address, version="0.0.1"))
    assert "version 0.0.1" in (await doctor())[1]["other-version"][0].sentence
    lock.release()
    checks, found = await doctor()
    assert "No daemon runs" in checks["lock"].summary
    assert found["stale-socket"][0].severity is Severity.INFO
    locations.lock.write_bytes(b"\xff torn")
    assert set((await doctor())[1]) == {"stale-socket"}


async def test_a_daemon_can_take_the_lock_while_the_doctor_looks(made, doctor, locations):
    """What the doctor takes to look, it gives back at once."""
    await doctor()
    lock = HomeLock(locations)
    lock.release()
    with locations.lock.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


async def test_folders_that_are_gone_or_closed_are_told(made, doctor, watch, tmp_path, monkeypatch):
    there, gone, file = tmp_path / "there", tmp_path / "gone", tmp_path / "file"
    (there / "a" / "b").mkdir(parents=True)
    file.touch()
    for path in (there, gone, file):
        await watch(path)
    checks, found = await doctor()
    assert str(gone) in found["folder-missing"][0].sentence
    assert str(file) in found["folder-unreadable"][0].sentence
    assert "3 watched folders, 3 with those inside" in checks["folders"].summary

    limit = tmp_path / "limit"
    limit.write_text("3\n")
    monkeypatch.setattr(folder_check, "_LIMIT", limit)
    monkeypatch.setattr(folder_check.sys, "platform", "linux")
    monkeypatch.setattr(folder_check, "weak_guarantee", lambda _path: True)
    _, found = await doctor()
    assert found["watch-limit"][0].severity is Severity.WARNING
    assert found["folder-weaker"][0].severity is Severity.INFO


async def test_a_folder_that_cannot_be_read_is_an_error(made, doctor, watch, tmp_path, monkeypatch):
    """Root reads everything, so the system's answer is put in its place."""
    closed = tmp_path / "closed"
    closed.mkdir()
    await watch(closed)

    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(folder_check.os, "scandir", refuse)
    _, found = await doctor()
    assert "Permission denied" in found["folder-unreadable"][0].sentence


async def test_plugins_that_cannot_be_used_are_told(made, doctor, database):
    def record(name, state, error=""):
        return PluginRecord(name=name, distribution="d", version="1", state=state, error=error)

    def work(tx):
        plugins.store(tx, record("good", PluginState.ENABLED))
        plugins.store(tx, record("off", PluginState.ENABLED))
        plugins.store(tx, record("bad", PluginState.FAILED, "No module named x."))
        plugins.disable(tx, "off", "ana")

    await database.write(work)
    checks, found = await doctor()
    assert "3 plugins" in checks["plugins"].summary
    assert "No module named x." in found["plugin-failed"][0].sentence
    assert "shipway plugin enable off" in found["plugin-disabled"][0].remedy


async def test_a_row_that_cannot_be_read_does_not_stop_the_other_checks(
    made, doctor, database, watch, tmp_path
):
    await watch(tmp_path)
    await database.write(
        lambda tx: tx.exec_driver_sql("UPDATE folders SET retention = '{torn'") and None
    )
    checks, found = await doctor()
    assert list(checks) == ALL
    assert checks["folders"].worst is Severity.ERROR
    assert "check-broke" in found


def test_a_tool_that_is_missing_is_told_with_what_it_is_for(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: "/bin/git" if name == "git" else None)
    checked = tools.check()
    assert checked.summary == "On the path: git."
    assert checked.worst is Severity.INFO
    assert [finding.rule for finding in checked.findings] == ["tool-missing"] * 4
    assert any("zsign or rcodesign" in finding.sentence for finding in checked.findings)


async def test_a_folder_that_does_not_answer_is_an_error(
    made, doctor, watch, tmp_path, monkeypatch
):
    """As one on a mount whose server is gone; the doctor goes on after a while."""
    never = threading.Event()
    monkeypatch.setattr(folder_check, "_ANSWER_SECONDS", 0.05)
    monkeypatch.setattr(folder_check, "_state", lambda _path: never.wait())
    await watch(tmp_path)
    try:
        checks, found = await doctor()
    finally:
        never.set()
    assert "does not answer" in found["folder-silent"][0].sentence
    assert list(checks) == ALL


@pytest.mark.e2e
async def test_a_home_on_a_read_only_disk_is_read_all_the_same(made, doctor, database, locations):
    """SQLite wants to make a file beside the catalogue, and cannot."""
    await database.close()
    with read_only(locations.home):
        checks, found = await doctor(scrub=True)
    assert found == {}
    assert [finding.rule for finding in checks["space"].findings] == ["disk-read-only"]


@pytest.mark.e2e
def test_a_full_disk_is_an_error(tmp_path):
    with small_disk(tmp_path / "disk", "1m") as disk:
        assert check_space(disk).worst is None
        fill(disk / "ballast")
        assert [finding.rule for finding in check_space(disk).findings] == ["disk-full"]


def test_what_is_found_can_be_sent_as_json(tmp_path):
    assert msgspec.json.decode(msgspec.json.encode(tools.check()))["name"] == "tools"
