"""The store: bytes under the name of their digest, for good, and nothing else."""

import asyncio
import errno
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from shipway_daemon.blobs import copying, staging
from shipway_daemon.blobs.copying import SourceStalled
from shipway_daemon.blobs.headway import StagingStopped
from shipway_daemon.blobs.store import BlobStore
from support.disks import small_disk
from support.waiting import wait_for

LINUX = sys.platform.startswith("linux")
CONTENT = os.urandom(300_000)
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def nothing(_done, _total):
    """Report to nobody."""


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "app.apk"
    path.write_bytes(CONTENT)
    return path


async def put(blobs, source):
    staged = await blobs.stage(source, nothing)
    async with blobs.hold(staged.sha256):
        return await blobs.adopt(staged)


async def test_a_blob_lies_under_its_digest(blobs, locations, source):
    path = await put(blobs, source)
    assert path == blobs.path(DIGEST) == locations.blobs / DIGEST[:2] / DIGEST
    assert path.read_bytes() == CONTENT
    assert list(locations.staging.iterdir()) == []


async def test_every_step_is_put_on_the_disk_in_order(blobs, source, monkeypatch):
    """The copy is synced, then the source looked at, then the rename, then its folder synced."""
    order = []

    def recorded(module, name, what):
        real = getattr(module, name)

        def call(*arguments, **named):
            order.append(what(*arguments))
            return real(*arguments, **named)

        monkeypatch.setattr(module, name, call)

    def opened(file):
        return str(Path(f"/proc/self/fd/{file}").readlink()) if LINUX else "?"

    recorded(os, "fsync", lambda file: ("sync", opened(file)))
    recorded(staging, "_signature", lambda *_: ("look again", ""))
    path_type = type(source)
    recorded(path_type, "replace", lambda old, new: ("rename", str(new)))
    path = await put(blobs, source)

    assert [what for what, _ in order] == ["sync", "look again", "rename", "sync"]
    assert order[2][1] == str(path)
    if LINUX:
        assert order[0][1].endswith(".part")
        assert order[3][1] == str(path.parent)


@pytest.mark.e2e
def test_the_kernel_sees_the_same_order(tmp_path, source):
    """As a system call trace tells it: no library in between had its own idea."""
    if (
        shutil.which("strace") is None
        or subprocess.run(["strace", "-qqo", "/dev/null", "true"], check=False).returncode
    ):
        pytest.skip("no process can be traced here: strace is missing, or not allowed")
    program = f"""
import asyncio
from pathlib import Path
from shipway_daemon.blobs.store import BlobStore
async def main():
    store = BlobStore(Path({str(tmp_path / "blobs")!r}), Path({str(tmp_path / "staging")!r}))
    store.prepare()
    staged = await store.stage(Path({str(source)!r}), lambda *_: None)
    await store.adopt(staged)
asyncio.run(main())
"""
    trace = tmp_path / "trace"
    calls = "trace=fsync,fdatasync,rename,renameat,renameat2"
    subprocess.run(
        ["strace", "-f", "-y", "-e", calls, "-o", trace, sys.executable, "-c", program], check=True
    )
    folder = f"{tmp_path}/blobs/{DIGEST[:2]}>"
    last = [line for line in trace.read_text().splitlines() if ".part" in line or folder in line]
    kinds = [
        "rename" if "rename" in line else "folder" if folder in line else "file"
        for line in last
        if "resumed" not in line
    ]
    assert kinds == ["file", "rename", "folder"], last


async def test_bit_rot_is_healed_by_adding_the_file_again(blobs, source):
    """The rename is always made, also where a blob is there."""
    path = await put(blobs, source)
    rotten = bytearray(CONTENT)
    rotten[1000] ^= 1
    path.write_bytes(rotten)
    assert (await put(blobs, source)).read_bytes() == CONTENT


async def test_what_a_killed_daemon_left_is_swept_at_the_start(blobs, locations, source):
    path = await put(blobs, source)
    for name in ("a.part", "b.part"):
        (locations.staging / name).write_bytes(b"half")
    again = BlobStore(locations.blobs, locations.staging)
    assert again.prepare() == 2
    assert again.prepare() == 0
    assert list(locations.staging.iterdir()) == []
    assert path.read_bytes() == CONTENT


def test_all_folders_are_made_at_once_and_for_their_owner_alone(blobs, locations):
    """A folder made later would need a sync of its own."""
    folders = list(locations.blobs.iterdir())
    assert len(folders) == 256
    assert {folder.stat().st_mode & 0o777 for folder in [*folders, locations.staging]} == {0o700}


async def test_a_cancelled_copy_leaves_nothing(blobs, locations, source, monkeypatch):
    """Its thread has ended when the cancellation comes back."""
    stuck, go_on = threading.Event(), threading.Event()
    kernel = staging._kernel_step

    def step(*arguments):
        stuck.set()
        go_on.wait(20)
        return kernel(*arguments)

    monkeypatch.setattr(staging, "_kernel_step", step)
    copying = asyncio.create_task(blobs.stage(source, nothing))
    await wait_for(stuck.is_set)
    copying.cancel()
    await asyncio.sleep(0.02)
    assert not copying.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await copying
    assert list(locations.staging.iterdir()) == []


async def test_a_copy_that_was_stopped_says_so_to_its_caller_only(blobs, source, monkeypatch):
    def stopped(*_):
        raise StagingStopped

    monkeypatch.setattr("shipway_daemon.blobs.copying.stage", stopped)
    with pytest.raises(StagingStopped):
        await blobs.stage(source, nothing)


async def test_a_source_that_gives_no_bytes_is_left_and_none_piles_up_behind_it(
    blobs, source, locations, monkeypatch
):
    """A mount whose server is gone; nothing of the copy stays, and later it is made."""
    monkeypatch.setattr(copying, "STALLED_SECONDS", 0.05)
    monkeypatch.setattr(copying, "_LEAVE_SECONDS", 0.05)
    go_on = threading.Event()
    kernel = staging._kernel_step
    steps = []

    def hung(*step):
        steps.append(step)
        go_on.wait(60)
        return kernel(*step)

    monkeypatch.setattr(staging, "_kernel_step", hung)
    for _ in range(3):
        with pytest.raises(SourceStalled, match="gives no bytes"):
            await blobs.stage(source, nothing)
        assert list(locations.staging.iterdir()) == []
    assert len(steps) == 1
    go_on.set()
    await wait_for(lambda: "shipway-copy" not in {thread.name for thread in threading.enumerate()})
    assert list(locations.staging.iterdir()) == []
    assert (await put(blobs, source)).read_bytes() == CONTENT


async def test_a_copy_that_gets_on_is_never_given_up_however_slow(blobs, source, monkeypatch):
    """Nor one that waits for our own disk."""
    monkeypatch.setattr(copying, "STALLED_SECONDS", 0.2)
    monkeypatch.setattr(staging, "_COPY_STEP", max(1, len(CONTENT) // 8))
    kernel, sync = staging._kernel_step, staging.sync_file

    def slow(*step):
        time.sleep(0.1)
        return kernel(*step)

    def slower(descriptor):
        time.sleep(0.5)
        sync(descriptor)

    monkeypatch.setattr(staging, "_kernel_step", slow)
    monkeypatch.setattr(staging, "sync_file", slower)
    staged = await blobs.stage(source, nothing)
    assert staged.path.read_bytes() == CONTENT


async def test_a_digest_is_held_by_one_at_a_time(blobs):
    inside = []

    async def work(number):
        async with blobs.hold(DIGEST):
            inside.append(number)
            assert len(inside) == 1
            await asyncio.sleep(0.001)
            inside.remove(number)

    await asyncio.gather(*(work(number) for number in range(20)))
    assert blobs._held == {}


async def test_different_digests_do_not_wait_for_each_other(blobs):
    async with asyncio.timeout(5), blobs.hold("aa"), blobs.hold("bb"):
        assert set(blobs._held) == {"aa", "bb"}
    assert blobs._held == {}


async def test_who_gives_up_waiting_for_a_digest_leaves_no_lock(blobs):
    async with blobs.hold(DIGEST):

        async def wait():
            async with blobs.hold(DIGEST):
                raise AssertionError("it is held")

        waiting = [asyncio.create_task(wait()) for _ in range(3)]
        await asyncio.sleep(0.01)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert all(task.cancelled() for task in waiting)
    assert blobs._held == {}


async def test_a_full_disk_leaves_nothing_and_recovers(tmp_path, source):
    with small_disk(tmp_path / "disk", "1m") as disk:
        store = BlobStore(disk / "blobs", disk / "staging")
        store.prepare()
        big = tmp_path / "big.apk"
        big.write_bytes(bytes(3_000_000))
        with pytest.raises(OSError, match="No space") as refused:
            await store.stage(big, nothing)
        assert refused.value.errno == errno.ENOSPC
        assert list((disk / "staging").iterdir()) == []
        assert (await put(store, source)).read_bytes() == CONTENT
