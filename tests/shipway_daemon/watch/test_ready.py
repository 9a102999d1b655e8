"""One look at a file, and the rule that decides by it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from shipway_daemon.blobs.staging import Signature
from shipway_daemon.watch import ready
from shipway_daemon.watch.choice import Choice
from shipway_daemon.watch.containers import Container
from shipway_daemon.watch.pending import AGAIN, HELD_RARELY, RARELY, WEAK_QUIET, Pending
from shipway_daemon.watch.ready import Lease, Look
from shipway_daemon.watch.scan import scan
from support.binaries import SAMPLE_APK

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="read leases are Linux's")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "app.apk"
    path.write_bytes(SAMPLE_APK.read_bytes())
    return path


def look(path, weak=False):
    return ready.look(os.fsencode(path), weak=weak)


def test_a_finished_file(file):
    seen = look(file)
    assert seen.signature == Signature.of(file.stat())
    assert seen.container is Container.CLOSED


@linux
def test_a_writer_holds_the_lease(file):
    """For as long as it has the file open, in whatever process."""
    assert look(file).lease is Lease.FREE
    program = "import sys; f = open(sys.argv[1], 'ab'); print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", program, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as writer:
        writer.stdout.readline()
        assert look(file).lease is Lease.HELD
        writer.stdin.close()
    assert look(file).lease is Lease.FREE


@linux
def test_a_reader_holds_nothing(file):
    with file.open("rb"):
        assert look(file).lease is Lease.FREE


def test_where_leases_mean_nothing_none_is_asked_for(file):
    assert look(file, weak=True).lease is Lease.UNKNOWN


@linux
def test_a_refused_lease_is_unknown_unless_a_writer_is_the_cause(file, monkeypatch):
    def refused(*_):
        raise PermissionError(13, "not yours")

    monkeypatch.setattr(ready.fcntl, "fcntl", refused)
    assert look(file).lease is Lease.UNKNOWN


@pytest.mark.parametrize(
    "make", [os.mkdir, os.mkfifo, lambda path: path.touch(), lambda path: None]
)
def test_what_is_no_file_with_content_is_not_looked_at(tmp_path, make):
    """Nor is a pipe waited at."""
    path = tmp_path / "odd.apk"
    make(path)
    assert look(path) is None


def test_a_link_is_not_followed(tmp_path, file):
    link = tmp_path / "link.apk"
    link.symlink_to(file)
    assert look(link) is None
    assert ready.signature(os.fsencode(link)) is None


def test_this_folder_has_the_full_guarantee(tmp_path):
    assert ready.weak_guarantee(tmp_path) == (not sys.platform.startswith("linux"))


@linux
@pytest.mark.parametrize(("kind", "weak"), [("nfs4", True), ("fuse.sshfs", True), ("ext4", False)])
def test_a_file_system_of_others_has_the_weaker_guarantee(tmp_path, monkeypatch, kind, weak):
    device = tmp_path.stat().st_dev
    line = f"1 2 {os.major(device)}:{os.minor(device)} / / rw - {kind} host:/ rw\n"
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: line)
    assert ready.weak_guarantee(tmp_path) == weak


# ------------------------------------------------------------------------ the rule

PATH = b"/x/app.apk"


def signature(size=100):
    return Signature(1, 2, size, 3, 4)


def seen(lease=Lease.FREE, container=Container.CLOSED, size=100):
    return Look(signature(size), lease, container)


@pytest.fixture
def pending():
    """One file, noticed at second 1000, with a quiet time of 2 s."""
    made = Pending(2.0)
    assert made.notice(PATH, signature(), 1000.0)
    return made


def test_a_quiet_free_closed_file_is_finished(pending):
    assert pending.due(1001.9) == []
    assert pending.due(1002.0) == [PATH]
    assert pending.judge(PATH, seen(), 1002.0)


@pytest.mark.parametrize(
    "look_", [seen(Lease.HELD), seen(container=Container.OPEN), seen(Lease.HELD, Container.OPEN)]
)
def test_a_held_or_open_file_is_looked_at_again_soon(pending, look_):
    assert not pending.judge(PATH, look_, 1002.0)
    assert pending.next_due() == 1002.0 + AGAIN
    assert pending.judge(PATH, seen(), 1002.5)


def test_what_was_left_unfinished_long_ago_is_looked_at_rarely(pending):
    """Only a change can close it, and a change is noticed; one that is held may just be let go."""
    opened, held = seen(container=Container.OPEN), seen(Lease.HELD)
    since = pending.files[PATH].since
    for waited, pause in ((2.0, AGAIN), (40.0, 10.0), (4000.0, RARELY)):
        assert not pending.judge(PATH, opened, since + waited)
        assert pending.next_due() == pytest.approx(since + waited + pause)
    assert not pending.judge(PATH, held, since + 4000.0)
    assert pending.next_due() == pytest.approx(since + 4000.0 + HELD_RARELY)


@pytest.mark.parametrize("look_", [seen(Lease.UNKNOWN), seen(container=Container.UNKNOWN)])
def test_where_less_is_known_quiet_lasts_longer(pending, look_):
    assert not pending.judge(PATH, look_, 1002.0)
    assert pending.next_due() == 1000.0 + WEAK_QUIET
    assert pending.judge(PATH, look_, 1000.0 + WEAK_QUIET)


def test_a_change_begins_the_quiet_time_anew(pending):
    assert not pending.judge(PATH, seen(size=200), 1002.0)
    assert pending.due(1003.9) == []
    assert not pending.notice(PATH, signature(300), 1003.0)
    assert pending.due(1004.9) == []
    assert pending.judge(PATH, seen(size=300), 1005.0)


def test_a_change_that_nobody_told_of_counts_from_its_own_time(pending):
    """What is written through a mapping of the memory tells nothing until it is over."""
    assert not pending.judge(PATH, seen(size=200), 1002.0, age=1.5)
    assert pending.next_due() == 1002.5
    assert pending.judge(PATH, seen(size=200), 1002.5)


def test_the_same_hint_again_does_not_put_it_off(pending):
    assert not pending.notice(PATH, signature(), 1001.9)
    assert pending.due(1002.0) == [PATH]


def test_the_age_of_a_file_counts_as_quiet():
    """A file that was there before is not waited for."""
    pending = Pending(2.0)
    pending.notice(PATH, signature(), 1000.0, age=60.0)
    assert pending.due(1000.0) == [PATH]
    assert pending.judge(PATH, seen(), 1000.0)


# ------------------------------------------------------------------------ the scan


def test_a_scan_finds_binaries_at_every_depth(tmp_path):
    wanted = ["a.apk", "b/c.ipa", "b/d/e/f.msi", "ä/漢 字.apk", "b/new\nline.apk"]
    others = ["a.txt", ".b.apk", "b/c.apk.part", "b/d.zip"]
    for name in (*wanted, *others):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    root = os.fsencode(tmp_path)
    found = scan(Choice(root), root).files
    assert sorted(os.fsdecode(one.path) for one in found) == sorted(
        str(tmp_path / name) for name in wanted
    )
    assert all(one.signature == ready.signature(one.path) for one in found)
    below = scan(Choice(root, "b/*"), os.fsencode(tmp_path / "b")).files
    assert len(below) == 4


def test_a_scan_follows_no_link_and_opens_nothing(tmp_path, file):
    """A link to a folder above would never end; a pipe would wait for ever."""
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "link.apk").symlink_to(file)
    os.mkfifo(tmp_path / "pipe.apk")
    (tmp_path / "folder.apk").mkdir()
    root = os.fsencode(tmp_path)
    assert [one.path for one in scan(Choice(root), root).files] == [os.fsencode(file)]


@linux
def test_a_name_of_any_bytes_is_found(tmp_path):
    path = os.fsencode(tmp_path) + b"/caf\xe9.apk"
    Path(os.fsdecode(path)).write_bytes(b"x")
    root = os.fsencode(tmp_path)
    assert [one.path for one in scan(Choice(root, "*.apk"), root).files] == [path]


def test_a_folder_that_is_missing_is_an_error(tmp_path):
    """Whether it is the root or below; one that goes while it is walked is none."""
    root = os.fsencode(tmp_path)
    for choice in (Choice(root), Choice(root + b"/gone")):
        with pytest.raises(FileNotFoundError):
            scan(choice, root + b"/gone")
