"""Staging: a copy is whole, on the disk and named by what was written, or there is none."""

import errno
import hashlib
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from shipway_client.errors import NotFound, Refused
from shipway_daemon.blobs import staging
from shipway_daemon.blobs.headway import Headway, StagingStopped
from shipway_daemon.blobs.staging import SourceChanged, stage

MEBIBYTE = 1024 * 1024


def nothing(_done, _total):
    """Report to nobody."""


@pytest.fixture
def target(tmp_path):
    folder = tmp_path / "staging"
    folder.mkdir()
    return folder / "one.part"


@pytest.fixture
def source(tmp_path):
    """A file of several steps and a rest."""
    path = tmp_path / "app.apk"
    path.write_bytes(os.urandom(3 * MEBIBYTE + 12_345))
    return path


@pytest.fixture
def small_steps(monkeypatch):
    """Copy in steps of 256 KiB, so that there is something in between."""
    monkeypatch.setattr(staging, "_COPY_STEP", 256 * 1024)
    monkeypatch.setattr(staging, "_HASH_STEP", 64 * 1024)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_digest_is_that_of_the_copy(source, target):
    staged = stage(source, target, Headway(), nothing)
    assert target.read_bytes() == source.read_bytes()
    assert staged.sha256 == digest(target)
    assert staged.size == source.stat().st_size
    assert target.stat().st_mode & 0o777 == 0o600
    if sys.platform.startswith("linux"):
        told = subprocess.run(["sha256sum", target], capture_output=True, text=True, check=True)
        assert told.stdout.split()[0] == staged.sha256


@pytest.mark.parametrize("size", [0, 1, 65_536, MEBIBYTE, MEBIBYTE + 1])
def test_files_of_every_size(tmp_path, target, size):
    source = tmp_path / "app.apk"
    source.write_bytes(os.urandom(size))
    staged = stage(source, target, Headway(), nothing)
    assert (staged.size, staged.sha256) == (size, digest(source))


@pytest.mark.parametrize("error", [errno.EXDEV, errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP])
@pytest.mark.parametrize("after", [0, 2])
def test_where_the_kernel_cannot_copy_the_result_is_the_same(
    source, target, monkeypatch, small_steps, error, after
):
    """Even if it finds that out in the middle of the file."""
    calls = []
    kernel = staging._kernel_step

    def gives_up(*step):
        calls.append(step)
        if len(calls) > after:
            raise OSError(error, os.strerror(error))
        return kernel(*step)

    monkeypatch.setattr(staging, "_kernel_step", gives_up)
    staged = stage(source, target, Headway(), nothing)
    assert len(calls) == after + 1
    assert target.read_bytes() == source.read_bytes()
    assert staged.sha256 == digest(source)


def test_without_copy_file_range_the_result_is_the_same(source, target, monkeypatch):
    """As on macOS."""
    monkeypatch.delattr(os, "copy_file_range", raising=False)
    assert stage(source, target, Headway(), nothing).sha256 == digest(source)


def test_short_writes_are_gone_on_with(source, target, monkeypatch, small_steps):
    """A disk may take less than it is given."""
    pwrite = os.pwrite
    monkeypatch.delattr(os, "copy_file_range", raising=False)
    monkeypatch.setattr(os, "pwrite", lambda file, data, at: pwrite(file, data[:1_000], at))
    assert stage(source, target, Headway(), nothing).sha256 == digest(source)


def append(path):
    with path.open("ab") as file:
        file.write(b"more")


def truncate(path):
    os.truncate(path, 10)


def overwrite(path):
    with path.open("r+b") as file:
        file.write(b"other")
    os.utime(path, ns=(1, 1))


def replace(path):
    path.rename(path.with_suffix(".old"))
    path.write_bytes(b"another file")


@pytest.mark.parametrize("change", [append, truncate, overwrite, replace, os.unlink])
def test_a_source_that_changes_meanwhile_is_not_taken(
    source, target, monkeypatch, small_steps, change
):
    """Nothing of it is left; it is taken when it is finished."""
    kernel, steps = staging._kernel_step, []

    def step(*arguments):
        steps.append(arguments)
        if len(steps) == 3:
            change(source)
        return kernel(*arguments)

    monkeypatch.setattr(staging, "_kernel_step", step)
    with pytest.raises(SourceChanged, match=r"app\.apk changed while it was read"):
        stage(source, target, Headway(), nothing)
    assert list(target.parent.iterdir()) == []


def test_a_change_during_the_sync_is_seen_too(source, target, monkeypatch):
    """The source is looked at again when the copy is on the disk, not before."""
    fsync = os.fsync

    def sync(file):
        append(source)
        fsync(file)

    monkeypatch.setattr(os, "fsync", sync)
    with pytest.raises(SourceChanged):
        stage(source, target, Headway(), nothing)
    assert not target.exists()


def test_a_stop_leaves_nothing(source, target, monkeypatch, small_steps):
    headway = Headway()
    told = []

    def report(done, total):
        told.append(done)
        headway.stop.set()

    with pytest.raises(StagingStopped):
        stage(source, target, headway, report)
    assert not target.exists()
    assert told[0] < source.stat().st_size


def test_a_slow_source_is_read_in_small_steps_and_a_fast_one_in_large(source, target):
    """Each step is a sign of life; each also costs a call."""
    steps = [staging._SLOW_STEP]
    for seconds in (0.0,) * 9 + (60.0,) * 9:
        steps.append(staging._next_step(steps[-1], seconds))
    assert max(steps) == staging._COPY_STEP
    assert (min(steps), steps[-1]) == (staging._SLOW_STEP, staging._SLOW_STEP)
    headway = Headway()
    stage(source, target, headway, nothing)
    assert headway.done == source.stat().st_size


def test_progress_goes_up_to_the_size(source, target, small_steps):
    told = []
    stage(source, target, Headway(), lambda done, total: told.append((done, total)))
    size = source.stat().st_size
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert told[-1] == (size, size)


@pytest.mark.parametrize("call", ["fsync", "preadv", "pwrite"])
@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC])
def test_a_broken_disk_leaves_nothing(source, target, monkeypatch, call, error):
    """A failed sync is never tried again: what was written may be lost already."""
    calls = []

    def fails(*_):
        calls.append(call)
        raise OSError(error, os.strerror(error))

    monkeypatch.delattr(os, "copy_file_range", raising=False)
    monkeypatch.setattr(os, call, fails)
    with pytest.raises(OSError, match=os.strerror(error)):
        stage(source, target, Headway(), nothing)
    assert not target.exists()
    assert calls == [call]


def test_a_report_that_breaks_never_gives_a_wrong_digest(source, target, small_steps):
    """What was not hashed to its end has no digest."""

    def report(done, total):
        raise RuntimeError("nobody listens any more")

    with pytest.raises(RuntimeError, match="nobody listens"):
        stage(source, target, Headway(), report)
    assert not target.exists()


def symlink(path):
    path.symlink_to("/etc/hostname")


def dangling(path):
    path.symlink_to("nowhere")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (symlink, "symbolic link"),
        (dangling, "symbolic link"),
        (os.mkfifo, "no regular file"),
        (os.mkdir, "no regular file"),
    ],
    ids=["link", "dangling link", "pipe", "folder"],
)
def test_what_is_no_regular_file_is_refused(tmp_path, target, make, reason):
    """At once: opening a pipe would wait for a writer for ever."""
    source = tmp_path / "odd.apk"
    make(source)
    with pytest.raises(Refused, match=reason):
        stage(source, target, Headway(), nothing)
    assert not target.exists()


def test_a_file_that_is_not_there_is_not_found(tmp_path, target):
    with pytest.raises(NotFound, match="There is no file"):
        stage(tmp_path / "absent.apk", target, Headway(), nothing)
    assert not target.exists()


def test_a_name_that_is_no_text_is_spoken_of_as_text(tmp_path, target):
    """What is said of it is stored and sent."""
    with pytest.raises(NotFound) as refused:
        stage(tmp_path / os.fsdecode(b"caf\xe9.apk"), target, Headway(), nothing)
    assert "caf\ufffd.apk" in refused.value.message
    assert refused.value.message.encode()


@pytest.fixture
def reachable():
    """A folder that everybody may enter; the others of a test are its user's alone."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def test_a_file_that_may_not_be_read_is_refused(reachable):
    """In a process that is not root, if we are."""
    source = reachable / "secret.apk"
    source.write_bytes(b"x")
    source.chmod(0)
    program = f"""
import os
from pathlib import Path
from shipway_client.errors import Refused
from shipway_daemon.blobs.staging import open_source
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    open_source(Path({str(source)!r}))
except Refused as error:
    print(error.message)
"""
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    if "Permission denied" in told.stderr:
        pytest.skip("somebody else cannot run this Python")
    assert told.stdout.strip().endswith("cannot be read: Permission denied."), told.stderr


def test_the_source_is_never_touched(source, target):
    before = source.stat()
    source.chmod(0o444)
    stage(source, target, Headway(), nothing)
    after = source.stat()
    assert (before.st_ino, before.st_mtime_ns, before.st_size) == (
        after.st_ino,
        after.st_mtime_ns,
        after.st_size,
    )
    assert after.st_nlink == 1


def test_no_descriptor_is_left_open(source, target, monkeypatch):
    def open_files():
        return sorted(path.name for path in Path("/dev/fd").iterdir())

    before = open_files()
    stage(source, target, Headway(), nothing)
    target.unlink()
    os.truncate(source, 0)
    with monkeypatch.context() as patch, pytest.raises(SourceChanged):
        patch.setattr(staging, "_signature", lambda *_: None)
        stage(source, target, Headway(), nothing)
    assert open_files() == before
    assert [thread.name for thread in threading.enumerate() if thread.name == "shipway-hash"] == []


@pytest.mark.parametrize("error", [errno.EIO, errno.EMFILE])
def test_a_source_that_cannot_be_opened_now_is_not_refused_for_good(
    source, target, monkeypatch, error
):
    """Who watches a folder never tries again what was refused."""

    def fails(*_):
        raise OSError(error, os.strerror(error))

    with monkeypatch.context() as patch, pytest.raises(OSError, match=os.strerror(error)) as said:
        patch.setattr(os, "open", fails)
        stage(source, target, Headway(), nothing)
    assert said.value.errno == error
    assert stage(source, target, Headway(), nothing).sha256 == digest(source)
