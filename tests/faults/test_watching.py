"""What the system's hints lose, the scan finds: no finished file is missed after one scan period.

Each scenario is one in which watchfiles alone was seen to lose files, or to say nothing of it.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from shipway_client.wire import FolderState
from support.binaries import SAMPLE_APK, ipa
from support.builds import PROGRAM, SCAN, fill, put, scanned, state, taken, versions, watch
from support.daemon import running_daemon
from support.mounts import mounted
from support.processes import children_of
from support.waiting import wait_for

FILES = int(os.environ.get("SHIPWAY_FILES", "10000"))
BINARIES = 30

pytestmark = pytest.mark.e2e
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has it")


@pytest.fixture
async def prepared(tmp_path):
    """A folder as large as a large build."""
    made = tmp_path.resolve() / "prepared"
    await asyncio.to_thread(fill, made, FILES, BINARIES, "big")
    return made


def room_for_events() -> int:
    """How many events the kernel keeps for one that does not listen."""
    return int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())


async def copy(source: Path, target: Path) -> None:
    """Copy a folder as `cp` does, by another process."""
    process = await asyncio.create_subprocess_exec("cp", "-r", f"{source}/.", str(target))
    assert await process.wait() == 0


async def test_very_many_files_copied_flat(daemon, root, prepared):
    await watch(daemon, root)
    await copy(prepared, root)
    await taken(daemon, BINARIES)


async def test_a_new_folder_with_very_many_files(daemon, root, prepared):
    await watch(daemon, root)
    (root / "new").mkdir()
    await copy(prepared, root / "new")
    await taken(daemon, BINARIES)


async def test_a_folder_with_very_many_files_renamed_in(daemon, root, prepared):
    """The system names the folder and nothing in it."""
    await watch(daemon, root)
    prepared.rename(root / "renamed")
    await taken(daemon, BINARIES)


async def test_deep_folders_made_together_with_their_files(daemon, root):
    """The file is there before its folder is listened to."""
    await watch(daemon, root)

    def make() -> None:
        for number in range(500):
            folder = root / f"{number}" / "build" / "outputs" / "apk" / "release"
            folder.mkdir(parents=True)
            if number % 5 == 0:
                put(folder / "app.ipa", f"deep.{number}")
            else:
                (folder / "app.txt").write_bytes(b"x")

    await asyncio.to_thread(make)
    await taken(daemon, 100)


async def test_a_loop_that_is_blocked_meanwhile(daemon, root, prepared):
    await watch(daemon, root)
    os.kill(daemon.pid, signal.SIGUSR1)
    await copy(prepared, root)
    await taken(daemon, BINARIES)


@linux
async def test_a_stopped_process_whose_queue_overflows(daemon, root, prepared, tell):
    """The kernel drops what does not fit, and nobody says so."""
    folder = await watch(daemon, root)
    pids = [daemon.pid, *children_of(daemon.pid)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        await copy(prepared, root)
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    await scanned(daemon, folder.id)
    await taken(daemon, BINARIES)
    tell(
        f"stopped: {FILES} files came, {room_for_events()} events fit, none of {BINARIES} is missed"
    )


@pytest.mark.parametrize("how", ["deleted", "renamed away"])
async def test_a_root_that_is_made_anew(daemon, root, how):
    """The old folder's watch stays silent for ever."""
    folder = await watch(daemon, root)
    if how == "deleted":
        shutil.rmtree(root)
    else:
        root.rename(root.with_name("old"))
    root.mkdir()
    put(root / "a.ipa", "1")
    await taken(daemon, 1)
    await state(daemon, folder.id, FolderState.WATCHING)
    put(root / "b.ipa", "2")
    await taken(daemon, 2)


async def test_a_root_that_is_away_for_a_while(daemon, root):
    """It is shown as missing, and what it holds when it returns is taken."""
    folder = await watch(daemon, root)
    put(root / "a.ipa", "1")
    await taken(daemon, 1)
    away = root.with_name("away")
    root.rename(away)
    await state(daemon, folder.id, FolderState.MISSING)
    put(away / "b.ipa", "2")
    away.rename(root)
    await state(daemon, folder.id, FolderState.WATCHING)
    await taken(daemon, 2)


@linux
async def test_file_systems_that_come_and_go(daemon, root):
    """Inside of the tree, and over the root; all of it is silent."""
    folder = await watch(daemon, root)
    put(root / "before.ipa", "1")
    await taken(daemon, 1)
    inside = root / "inside"
    inside.mkdir()
    with mounted(inside):
        put(inside / "a.ipa", "2")
        await taken(daemon, 2)
    with mounted(root):
        put(root / "b.ipa", "3")
        await taken(daemon, 3)
        await state(daemon, folder.id, FolderState.WATCHING)
    put(root / "after.ipa", "4")
    await taken(daemon, 4)
    await scanned(daemon, folder.id)
    assert (await daemon.client.folders.show(folder.id)).ingested == 4


@linux
@pytest.mark.parametrize("when", ["at the start", "later"])
async def test_the_watch_limit(root, when):
    """It is shown with what to do; nothing is missed, and hints come again once the tree fits."""
    environment = {"SHIPWAY_TEST_SCAN": str(SCAN), "SHIPWAY_TEST_WATCHES": "100"}
    async with running_daemon(environment=environment, start=False) as daemon:
        await daemon.start(PROGRAM)
        many = root / "many"
        if when == "at the start":
            await asyncio.to_thread(folders_with_files, many)
        folder = await watch(daemon, root)
        if when == "later":
            assert folder.state is FolderState.WATCHING
            await asyncio.to_thread(folders_with_files, many)
        shown = await state(daemon, folder.id, FolderState.SCANNING)
        await taken(daemon, 30)

        async def reason() -> bool:
            found = await daemon.client.folders.show(folder.id)
            return "limit" in found.reason and "max_user_watches" in found.reason

        await wait_for(reason, 60, f"the limit is not named: {shown.reason}")
        put(many / "299" / "late.ipa", "late")
        await taken(daemon, 31)
        shutil.rmtree(many)
        await state(daemon, folder.id, FolderState.WATCHING)
        put(root / "last.ipa", "last")
        await taken(daemon, 32)


def folders_with_files(many: Path) -> None:
    """300 folders; a binary in every tenth."""
    for number in range(300):
        (many / f"{number}").mkdir(parents=True)
        if number % 10 == 0:
            put(many / f"{number}" / "app.ipa", f"many.{number}")


async def test_links_are_not_followed(daemon, root, tmp_path):
    """A loop, a link out of the tree that was there, and one that comes later: all harmless."""
    outside = tmp_path / "outside"
    outside.mkdir()
    put(outside / "theirs.ipa", "theirs")
    (root / "loop").symlink_to(root)
    (root / "dir").mkdir()
    (root / "dir" / "up").symlink_to(root)
    folder = await watch(daemon, root)
    assert folder.state is FolderState.WATCHING
    (root / "out").symlink_to(outside)
    (root / "link.ipa").symlink_to(outside / "theirs.ipa")
    put(outside / "also-theirs.ipa", "also theirs")
    put(root / "dir" / "ours.ipa", "ours")
    (version,) = await taken(daemon, 1)
    assert version.file_name == "ours.ipa"
    await daemon.stop()
    await daemon.start(PROGRAM)
    shown = await state(daemon, folder.id, FolderState.SCANNING)
    assert "leads out of it" in shown.reason
    put(outside / "more-of-theirs.ipa", "more")
    put(root / "dir" / "more.ipa", "more of ours")
    found = await taken(daemon, 2)
    assert [version.file_name for version in found] == ["more.ipa", "ours.ipa"]


@contextlib.contextmanager
def odd_things(root: Path) -> Iterator[None]:
    """A pipe, a socket and (for root) a device, all named as binaries."""
    os.mkfifo(root / "pipe.apk")
    if os.getuid() == 0:
        os.mknod(root / "device.apk", 0o20600, os.makedev(1, 5))
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(os.path.relpath(root / "socket.apk"))
        yield


@linux
async def test_what_is_no_file_and_what_has_an_odd_name(daemon, root):
    """Nothing waits for a pipe, a socket or a device; every name is taken and shown."""
    await watch(daemon, root)
    names = [b"caf\xe9.ipa", b"new\nline.ipa", b"x" * 251 + b".ipa", "漢字.ipa".encode()]
    with odd_things(root):
        for number, name in enumerate(names):
            put(root / os.fsdecode(name), f"{number}")
        found = await taken(daemon, len(names))
    shown = {name.decode("utf-8", "replace") for name in names}
    assert {version.file_name for version in found} == shown


@linux
@pytest.mark.skipif(os.getuid() != 0 or shutil.which("setpriv") is None, reason="needs root")
async def test_what_may_not_be_read_is_shown_and_taken_once_it_may(root):
    environment = {"SHIPWAY_TEST_SCAN": str(SCAN), "SHIPWAY_TEST_MODES": "1"}
    async with running_daemon(environment=environment, start=False) as daemon:
        await daemon.start(PROGRAM)
        folder = await watch(daemon, root)
        closed, secret = root / "closed", root / "secret.ipa"
        closed.mkdir()
        put(closed / "inside.ipa", "1")
        closed.chmod(0)
        put(secret, "2")
        secret.chmod(0)

        async def unreadable() -> bool:
            return (await daemon.client.folders.show(folder.id)).unreadable == 2

        await wait_for(unreadable, 60, "what cannot be read is not counted")
        waiting = await daemon.client.folders.waiting(folder.id)
        whys = {Path(file.path).name: file.why for file in waiting}
        assert whys == dict.fromkeys(
            ("closed", "secret.ipa"), "It cannot be read: Permission denied."
        )
        assert (await daemon.client.folders.show(folder.id)).state is FolderState.WATCHING
        put(root / "open.ipa", "3")
        await taken(daemon, 1)
        closed.chmod(0o700)
        secret.chmod(0o600)
        await taken(daemon, 3)


async def test_garbage_that_is_never_finished_waits_and_says_why(daemon, root):
    folder = await watch(daemon, root)
    (root / "torn.apk").write_bytes(SAMPLE_APK.read_bytes()[:-100])
    with (root / "open.ipa").open("wb") as held:
        held.write(ipa(build="1"))
        held.flush()

        async def whys() -> bool:
            waiting = await daemon.client.folders.waiting(folder.id)
            told = {Path(file.path).name: file.why for file in waiting}
            return told == {
                "torn.apk": "It is not whole: its end is missing.",
                "open.ipa": "A program has it open and may write to it.",
            }

        if sys.platform.startswith("linux"):
            await wait_for(whys, 60, "nothing says why they wait")
    await taken(daemon, 1)
    assert len(await daemon.client.folders.waiting(folder.id)) == 1


async def test_a_tree_that_is_never_at_rest_puts_nothing_off(daemon, root):
    """Files and folders come and go faster than they can be scanned."""
    await watch(daemon, root)
    stop = asyncio.Event()

    def churn(number: int) -> None:
        folder = root / f"busy-{number % 7}" / "deep" / "deeper"
        folder.mkdir(parents=True, exist_ok=True)
        for file in range(100):
            (folder / f"{file}.o").write_bytes(b"x")
        shutil.rmtree(root / f"busy-{number % 7}")

    async def be_busy() -> None:
        number = 0
        while not stop.is_set():
            await asyncio.to_thread(churn, number)
            number += 1

    busy = asyncio.create_task(be_busy())
    try:
        for number in range(5):
            put(root / f"{number}.ipa", f"{number}")
            await taken(daemon, number + 1)
    finally:
        stop.set()
        await busy
    assert len(await versions(daemon)) == 5
