"""Taking files in: each is a version once, with its bytes, or nothing is left of it."""

import asyncio
import errno
import hashlib
import os
import threading
from pathlib import Path

import pytest
from shipway_client.errors import Failed, Refused, Unavailable, WrongUsage
from shipway_client.wire import ChangeProfile, ChangeVersion, Duplicates, Mismatch
from shipway_daemon.blobs import staging
from shipway_daemon.blobs.staging import SourceChanged
from shipway_daemon.catalog import folders, profiles, versions
from shipway_daemon.events import history
from shipway_daemon.filing import profiles as profile_filing
from shipway_daemon.filing import versions as filing
from shipway_daemon.filing.match import Wanted
from shipway_daemon.intake import service
from shipway_daemon.intake.record import Arrival, FolderFile
from shipway_plugins.errors import PluginError
from shipway_plugins.words import Severity
from support.binaries import CORPUS, SAMPLE_APK, SAMPLE_IPA, archive, ipa, salted
from support.waiting import wait_for


def coming(path, **said):
    """What is known of a file before it is taken in."""
    where = Wanted(profile=said.pop("profile", None), channel=said.pop("channel", None), actor="me")
    return Arrival(file_name=path.name, source=f"add:{path}", wanted=where, **said)


@pytest.fixture
def take(intake):
    """Take a file in."""

    def ingest(path, **said):
        return intake.ingest(path, coming(path, **said))

    return ingest


@pytest.fixture
def write(tmp_path):
    """Write a file to be taken in."""

    def make(content, name="made.ipa"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return make


@pytest.fixture
def stored(locations):
    """The names of all files in the store; nothing may lie in staging."""

    def look():
        assert list(locations.staging.iterdir()) == []
        return sorted(path.name for path in locations.blobs.glob("*/*"))

    return look


@pytest.fixture
def kinds(database):
    """The kinds of all events."""

    async def read():
        return [event.kind for event in await database.read(lambda tx: history.since(tx, 0, 500))]

    return read


async def test_a_file_becomes_a_version_with_its_bytes(take, stored, kinds, blobs):
    made = await take(SAMPLE_APK, notes="First.")
    version = made.version
    assert made.created
    assert (version.identifier, version.version, version.build) == (
        "dev.shipway.sample",
        "1.0.0",
        "1",
    )
    assert (version.state, version.notes, version.file_name) == ("ready", "First.", SAMPLE_APK.name)
    assert version.sha256 == hashlib.sha256(SAMPLE_APK.read_bytes()).hexdigest()
    assert stored() == [version.sha256]
    assert blobs.path(version.sha256).read_bytes() == SAMPLE_APK.read_bytes()
    assert await kinds() == ["profile.created", "version.added"]


async def test_the_same_bytes_again_are_the_same_version(take, write, stored, kinds):
    """Under whatever name they come."""
    first = await take(SAMPLE_IPA)
    again = await take(write(SAMPLE_IPA.read_bytes(), "renamed.ipa"))
    assert (again.created, again.version) == (False, first.version)
    assert len(stored()) == 1
    assert await kinds() == ["profile.created", "version.added"]


async def test_the_same_bytes_at_once_are_one_version(take, stored):
    """Ten times, from ten callers: one of them made it."""
    taken = await asyncio.gather(*(take(SAMPLE_APK) for _ in range(10)))
    assert sorted(one.created for one in taken) == [False] * 9 + [True]
    assert {one.version.address for one in taken} == {taken[0].version.address}
    assert len(stored()) == 1


async def test_different_files_at_once_are_versions_each(take, write, stored):
    made = [write(ipa(build=str(number)), f"{number}.ipa") for number in range(12)]
    taken = await asyncio.gather(*(take(path) for path in made))
    assert sorted(one.version.number for one in taken) == list(range(1, 13))
    assert len({one.version.profile for one in taken}) == 1
    assert len(stored()) == 12


async def test_rejected_bytes_may_come_again(take, database):
    """As a version of their own; the rejected one stays what it is."""
    first = (await take(SAMPLE_APK)).version
    await database.write(lambda tx: filing.reject(tx, first.profile, 1, "No", "me"))
    again = await take(SAMPLE_APK)
    assert (again.created, again.version.number, again.version.state) == (True, 2, "ready")
    assert "duplicate-build" not in [finding.rule for finding in again.version.findings]


async def test_bytes_of_a_deleted_version_come_again(take, database, stored):
    first = (await take(SAMPLE_APK)).version
    await database.write(lambda tx: filing.delete(tx, first.profile, 1, "me"))
    again = await take(SAMPLE_APK)
    assert (again.created, again.version.number) == (True, 2)
    assert stored() == [first.sha256]


NOT_BINARIES = {
    "text.apk": b"this is no binary at all\n" * 50,
    "empty.apk": b"",
    "torn.apk": SAMPLE_APK.read_bytes()[:-100],
    "plist.ipa": archive({"Payload/A.app/Info.plist": b"<plist"}),
}


@pytest.mark.parametrize("name", NOT_BINARIES)
async def test_what_is_no_binary_is_refused_and_not_kept(take, write, stored, kinds, name):
    """With a sentence that names the file."""
    with pytest.raises(Refused, match=name):
        await take(write(NOT_BINARIES[name], name))
    assert stored() == []
    assert await kinds() == []


async def test_what_breaks_an_inspector_leaves_no_bytes_behind(
    take, stored, inspector, monkeypatch
):
    """Whatever a plugin raises: no version names the bytes, so nobody would ever collect them."""

    async def broken(*_):
        raise PluginError("An inspector of somebody's.")

    monkeypatch.setattr(inspector, "identify", broken)
    with pytest.raises(Failed, match="An inspector of somebody's"):
        await take(SAMPLE_APK)
    assert stored() == []


async def test_a_disk_that_breaks_twice_hides_no_reason(take, write, stored, monkeypatch):
    """Why a file was not taken is told, also where its bytes cannot be removed now."""

    async def breaks(*_):
        raise Unavailable("The catalogue cannot be written: disk I/O error.")

    with monkeypatch.context() as patch, pytest.raises(Refused, match="text"):
        patch.setattr(service, "collect", breaks)
        await take(write(NOT_BINARIES["text.apk"], "text.apk"))
    assert len(stored()) == 1, "a later sweep finds it"


async def test_a_copy_that_cannot_be_removed_does_not_undo_a_version(take, monkeypatch):
    """A store that turns read-only right after the commit: the version is there, and is told."""
    unlink = Path.unlink

    def fails(self, missing_ok=False):
        if self.suffix == ".part":
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        unlink(self, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", fails)
    assert (await take(SAMPLE_APK)).created


async def test_refused_bytes_that_a_version_names_are_kept(take, database, stored):
    """The file is a binary of one profile, and is refused by another."""
    first = (await take(SAMPLE_APK)).version
    other = (await take(SAMPLE_IPA)).version
    with pytest.raises(Refused, match="The binary is for android"):
        await take(SAMPLE_APK, profile=other.profile)
    assert first.sha256 in stored()


async def test_the_rules_of_the_profile_stand_at_the_door(take, write, database, stored):
    first = (await take(write(ipa()))).version
    rules = ChangeProfile(
        duplicates=Duplicates.REFUSE, mismatch=Mismatch.REFUSE, require_newer_build=Severity.ERROR
    )
    await database.write(lambda tx: profile_filing.change(tx, first.profile, rules, "me"))
    refused = {
        r"has version 1\.0 and build 1 already": ipa(salt=b"other"),
        r"The binary is dev\.other": ipa("dev.other"),
        "Build 0 is not above 1": ipa(build="0"),
    }
    for sentence, content in refused.items():
        with pytest.raises(Refused, match=sentence):
            await take(write(content), profile=first.profile)
    assert stored() == [first.sha256]


async def test_without_rules_everything_is_taken_and_noticed(take, write):
    first = (await take(write(ipa(build="5")))).version
    same = (await take(write(ipa(build="5", salt=b"other")))).version
    older = (await take(write(ipa(build="4")))).version
    other = (await take(write(ipa("dev.other", build="6")), profile=first.profile)).version
    told = {
        version.number: [finding.rule for finding in version.findings]
        for version in (same, older, other)
    }
    assert told == {2: ["duplicate-build"], 3: ["build-not-newer"], 4: ["identifier-mismatch"]}
    assert other.state == "mismatched"


async def test_a_file_may_come_as_a_candidate(take):
    """New or known already."""
    plain = (await take(SAMPLE_APK)).version
    marked = await take(SAMPLE_APK, candidate=True)
    assert (plain.candidate, marked.created, marked.version.current) == (False, False, True)
    assert (await take(SAMPLE_IPA, candidate=True)).version.current


async def test_a_candidate_that_cannot_be_one_says_why(take, write, database):
    """The file is taken, and not marked; the finding goes when it is marked."""
    path = write(ipa(build=None))
    for _ in range(2):
        version = (await take(path, candidate=True)).version
        assert not version.candidate
        told = {finding.rule: finding.sentence for finding in version.findings}
        assert set(told) == {"not-stated", "incomplete", "candidate-not-marked"}
        assert "its version or build number is not known" in told["candidate-not-marked"]
    change = ChangeVersion(build="9")
    await database.write(lambda tx: filing.change(tx, version.profile, 1, change, "me"))
    marked = await database.write(lambda tx: filing.mark_candidate(tx, version.profile, 1, "me"))
    assert marked.current
    assert {finding.rule for finding in marked.findings} == {"not-stated"}


async def test_numbers_that_are_given_go_before_those_that_are_read(take, write):
    given = (await take(write(ipa()), build_version="2.0", build_number="20")).version
    assert (given.version, given.build) == ("2.0", "20")
    assert [finding.rule for finding in given.findings] == ["typed-differs"] * 2
    same = (await take(write(ipa("dev.same")), build_version="1.0", build_number="1")).version
    assert same.findings == []
    with pytest.raises(WrongUsage, match="is no build number"):
        await take(write(ipa(salt=b"y")), build_number=" 1")


async def test_what_cannot_be_read_is_given_with_the_file(take, write):
    version = (
        await take(write(ipa(version=None, build=None)), build_version="1", build_number="2")
    ).version
    assert version.state == "ready"
    assert {finding.rule for finding in version.findings} == {"not-stated"}


@pytest.mark.parametrize("suffix", [".msi", ".dmg", ".pkg", ".aab", ".msix"])
async def test_every_other_type_is_taken_and_completed_once(take, corpus, database, suffix):
    """Its numbers cannot be read yet: it is incomplete until they are given."""
    found = sorted(path for path in corpus.glob(f"*/*{suffix}") if path.parent.name != "hostile")
    if not found:
        pytest.skip(f"no {suffix} in the corpus")
    version = (await take(min(found, key=lambda path: path.stat().st_size))).version
    assert (version.state, version.candidate) == ("incomplete", False)
    assert {"incomplete"} <= {finding.rule for finding in version.findings}
    given = ChangeVersion(version="1.0", build="1")
    done = await database.write(lambda tx: filing.change(tx, version.profile, 1, given, "me"))
    assert (done.state, done.version, done.build) == ("ready", "1.0", "1")
    again = ChangeVersion(build="2")
    with pytest.raises(Refused, match="cannot be changed"):
        await database.write(lambda tx: filing.change(tx, version.profile, 1, again, "me"))


async def test_a_file_that_changes_meanwhile_is_not_taken(take, write, stored, kinds, monkeypatch):
    path = write(ipa())
    fsync = os.fsync

    def sync(file):
        fsync(file)
        path.write_bytes(ipa(build="2"))

    with monkeypatch.context() as patch, pytest.raises(SourceChanged):
        patch.setattr(os, "fsync", sync)
        await take(path)
    assert stored() == []
    assert await kinds() == []
    assert (await take(path)).version.build == "2"


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
async def test_a_broken_disk_is_unavailable_and_recovers(take, stored, kinds, monkeypatch, error):
    def fails(_file):
        raise OSError(error, os.strerror(error))

    with monkeypatch.context() as patch, pytest.raises(Unavailable, match=os.strerror(error)):
        patch.setattr(os, "fsync", fails)
        await take(SAMPLE_APK)
    assert stored() == []
    assert await kinds() == []
    assert (await take(SAMPLE_APK)).created


async def test_an_ingest_that_is_cancelled_in_the_copy_leaves_nothing(take, stored, monkeypatch):
    stuck, go_on = threading.Event(), threading.Event()
    kernel = staging._kernel_step

    def step(*arguments):
        stuck.set()
        go_on.wait(20)
        return kernel(*arguments)

    monkeypatch.setattr(staging, "_kernel_step", step)
    taking = asyncio.create_task(take(SAMPLE_APK))
    await wait_for(stuck.is_set)
    taking.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await taking
    assert stored() == []


async def test_an_ingest_that_is_cancelled_in_the_inspection_leaves_nothing(
    take, stored, inspector, monkeypatch
):
    """Its bytes have their final name by then, and no version names them."""
    stuck = asyncio.Event()

    async def identify(*_):
        stuck.set()
        await asyncio.sleep(60)

    with monkeypatch.context() as patch:
        patch.setattr(inspector, "identify", identify)
        taking = asyncio.create_task(take(SAMPLE_APK))
        await asyncio.wait_for(stuck.wait(), 10)
        taking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await taking
    assert stored() == []
    assert (await take(SAMPLE_APK)).created


async def test_progress_is_told_in_bytes_and_forgotten_at_the_end(take, board, monkeypatch):
    told = []
    set_ingest = board.set_ingest
    monkeypatch.setattr(board, "set_ingest", lambda line: (told.append(line), set_ingest(line)))
    await take(SAMPLE_APK)
    size = SAMPLE_APK.stat().st_size
    assert told[-1].file_name == SAMPLE_APK.name
    assert (told[-1].progress.done, told[-1].progress.total) == (size, size)
    await wait_for(lambda: board.after(0) == [])


async def test_only_so_many_files_are_taken_at_once_as_there_are_cores(
    take, write, inspector, monkeypatch
):
    inside, most = 0, 0
    identify = inspector.identify

    async def counted(*arguments):
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        try:
            return await identify(*arguments)
        finally:
            inside -= 1

    monkeypatch.setattr(inspector, "identify", counted)
    made = [write(ipa(build=str(number)), f"{number}.ipa") for number in range(10)]
    await asyncio.gather(*(take(path) for path in made))
    assert 1 <= most <= (os.cpu_count() or 1)


async def test_a_watched_file_is_remembered_with_its_version(take, database):
    """In the same transaction, so that a kill in between takes it again or not at all."""

    def folder(tx):
        values = {"path": "/x", "unknown": "create", "quiet": 1.0, "candidate": False}
        return folders.create(tx, values).id

    number = await database.write(folder)
    seen = FolderFile(folder=number, path=b"/x/\xff.apk", signature="1:2:3")
    await take(SAMPLE_APK, seen=seen)
    assert await database.read(lambda tx: folders.seen(tx, number)) == {b"/x/\xff.apk": "1:2:3"}
    assert await database.read(lambda tx: folders.counts(tx, number)) == {"ingested": 1}


async def test_a_watched_file_that_is_refused_is_asked_about_once(intake, database, write):
    def folder(tx):
        values = {"path": "/x", "unknown": "create", "quiet": 1.0, "candidate": False}
        return folders.create(tx, values).id

    number = await database.write(folder)
    seen = FolderFile(folder=number, path=b"/x/a.apk", signature="1:2:3")
    arrival = coming(write(b"x", "a.apk"), seen=seen)
    await intake.refuse(arrival, Refused("It is no binary.", "Build it."))
    assert await database.read(lambda tx: folders.counts(tx, number)) == {"refused": 1}
    (event,) = await database.read(lambda tx: history.since(tx, 0, 9))
    assert (event.kind, event.data["reason"]) == ("file.refused", "It is no binary.")


async def test_an_apk_in_other_bytes_is_another_version(take, write):
    first = await take(SAMPLE_APK)
    second = await take(write(salted(SAMPLE_APK, b"1"), "salted.apk"))
    assert second.version.profile == first.version.profile
    assert (second.created, second.version.number) == (True, 2)


async def test_the_profile_shows_its_newest_version(take, write, database):
    for number in (1, 2):
        version = (await take(write(ipa(build=str(number))))).version
    profile = await database.read(lambda tx: profiles.read(tx, version.profile))
    assert (profile.latest, profile.latest_version, profile.latest_build) == (2, "1.0", "2")
    assert await database.read(lambda tx: versions.with_number(tx, profile.id, 2)) == version


def test_the_corpus_is_no_part_of_the_project():
    assert not CORPUS.is_relative_to(SAMPLE_APK.parents[2])
