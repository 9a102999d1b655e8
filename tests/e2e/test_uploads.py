"""Uploads by the command line, over the deaths of both sides, on full disks, and many at once."""

import asyncio
import hashlib
import os
import shlex
import shutil
import signal
import statistics
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from shipway_client.errors import ShipwayError, Unavailable
from shipway_client.sending import send_file
from shipway_client.wire import Arriving, CreateUpload, Upload
from support.binaries import SAMPLE_APK, big_apk
from support.daemon import RunningDaemon, running_daemon, short_folder
from support.disks import filled, small_disk
from support.waiting import wait_for

pytestmark = pytest.mark.e2e

MIB = 1 << 20
BIG = 160
PATIENT = 120.0


@pytest.fixture
async def daemon():
    async with running_daemon() as made:
        yield made
        assert list(made.locations.uploads.iterdir()) == [], "part files are left"


@pytest.fixture
def big(tmp_path: Path) -> Path:
    return big_apk(tmp_path / "big.apk", BIG)


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


async def the_one(daemon: RunningDaemon) -> Upload | None:
    """The upload that there is, as far as it can be asked now."""
    with suppress(ShipwayError):
        listed = (await daemon.client.uploads.list()).items
        return listed[0] if listed else None
    return None


async def under_way(daemon: RunningDaemon, beyond: int) -> Upload:
    """Wait until more than `beyond` bytes are told to be safe, and not all."""

    async def look() -> Upload | None:
        upload = await the_one(daemon)
        return upload if upload is not None and upload.offset > beyond else None

    upload = await wait_for(look, PATIENT, "the upload does not get on")
    assert upload is not None
    return upload


async def added(daemon: RunningDaemon, command: asyncio.subprocess.Process, file: Path) -> None:
    """Wait for the end of `add`: the file is there, once, whole, by one upload."""
    async with asyncio.timeout(PATIENT):
        out, err = await command.communicate()
    assert command.returncode == 0, (out, err, daemon.log)
    (version,) = (await daemon.client.versions.list()).items
    stored = daemon.locations.blobs / version.sha256[:2] / version.sha256
    assert version.sha256 == digest(file) == digest(stored)
    created = await daemon.client.history.events(kind="upload.created")
    assert len(created.items) == 1


async def test_a_daemon_that_dies_in_the_middle_costs_nothing(daemon, big) -> None:
    """By `kill -9`, by a stop in order, and again; the command waits for the next one."""
    command = await daemon.command("add", "--upload", str(big))
    safe = 0
    for end in (daemon.kill, daemon.stop, daemon.kill):
        upload = await under_way(daemon, safe)
        await end()
        await daemon.start()
        again = await the_one(daemon)
        assert again is not None
        assert again.id == upload.id
        assert again.offset >= upload.offset, "what was told to be safe is gone"
        safe = min(again.offset, (BIG - 20) * MIB)
    await added(daemon, command, big)


async def test_a_command_that_dies_in_the_middle_goes_on_when_it_is_given_again(
    daemon, big
) -> None:
    """By ctrl+c, which says so, and by `kill -9`; then both sides at once."""
    command = await daemon.command("add", "--upload", str(big))
    upload = await under_way(daemon, 0)
    command.send_signal(signal.SIGINT)
    _, err = await command.communicate()
    assert (command.returncode, "goes on where it was" in err.decode()) == (130, True)
    command = await daemon.command("add", "--upload", str(big))
    upload = await under_way(daemon, upload.offset)
    command.kill()
    await command.wait()
    command = await daemon.command("add", "--upload", str(big))
    await under_way(daemon, upload.offset)
    await daemon.kill()
    command.kill()
    await command.wait()
    await daemon.start()
    await added(daemon, await daemon.command("add", "--upload", str(big)), big)


async def test_a_file_that_only_the_client_sees_is_uploaded(daemon) -> None:
    """As in another container: a file system that is mounted for the command alone."""
    if os.getuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("no file system can be mounted for one process here")
    mine = daemon.home.parent / "mine"
    mine.mkdir()
    add = shlex.join([sys.executable, "-P", "-m", "shipway_tui", "add", str(mine / "a.apk")])
    script = f"mount -t tmpfs tmpfs {mine} && cp {SAMPLE_APK} {mine / 'a.apk'} && {add} --json"
    command = await asyncio.create_subprocess_exec(
        *("unshare", "--mount", "sh", "-c", script),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=daemon.environment(),
    )
    assert not (mine / "a.apk").exists()
    await added(daemon, command, SAMPLE_APK)
    (version,) = (await daemon.client.versions.list()).items
    assert version.file_name == "a.apk"


async def test_a_small_disk_is_never_filled(tmp_path: Path) -> None:
    """Refused before it begins, and while it goes on; with room again, it goes on where it was."""
    with short_folder() as folder, small_disk(folder / "disk", "96m") as disk:
        async with running_daemon(disk / "home") as daemon:
            large, fits = big_apk(tmp_path / "large.apk", 95), big_apk(tmp_path / "fits.apk", 40)
            refused = await daemon.shipway("add", "--upload", str(large), seconds=PATIENT)
            assert (refused.code, "would leave less than" in refused.err) == (1, True)
            assert await the_one(daemon) is None
            request = CreateUpload(file_name="fits.apk", size=fits.stat().st_size)
            upload = await daemon.client.uploads.create(request)
            with filled(disk / "ballast"):
                with pytest.raises(Unavailable):
                    await daemon.client.uploads.send(upload.id, 0, request.size, pieces(fits))
                assert (await daemon.client.history.health(PATIENT)).pid == daemon.pid
            at = (await daemon.client.uploads.show(upload.id)).offset
            left = request.size - at
            await daemon.client.uploads.send(upload.id, at, left, pieces(fits, at))
            made = await daemon.client.uploads.commit(upload.id, digest(fits))
            assert made.created
            assert list(daemon.locations.uploads.iterdir()) == []


async def pieces(path: Path, offset: int = 0):
    """A file as a body."""
    with path.open("rb") as file:
        file.seek(offset)
        while piece := file.read(MIB):
            yield piece


async def test_many_at_once_take_little_and_hold_nobody_up(daemon, tmp_path, tell) -> None:
    """32 files; the memory of the daemon and how fast it answers meanwhile are printed."""
    files = [big_apk(tmp_path / f"{number}.apk", 8) for number in range(32)]
    before = resident(daemon.pid)
    answers: list[float] = []
    peak = 0.0

    async def watch() -> None:
        nonlocal peak
        while True:
            began = time.perf_counter()
            await daemon.client.history.health(PATIENT)
            answers.append((time.perf_counter() - began) * 1000)
            peak = max(peak, resident(daemon.pid))
            await asyncio.sleep(0.02)

    watching = asyncio.create_task(watch())
    async with asyncio.TaskGroup() as group:
        sending = [
            group.create_task(send_file(daemon.client, file, Arriving(), lambda *_: None))
            for file in files
        ]
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    assert {task.result().version.sha256 for task in sending} == {digest(file) for file in files}
    assert all(task.result().created for task in sending)
    late = statistics.quantiles(answers, n=100)[98] if len(answers) > 1 else answers[0]
    tell(
        f"32 uploads of 8 MiB at once: {(peak - before) / 32:.1f} MiB each, health answered in "
        f"{statistics.median(answers):.0f} ms p50, {late:.0f} ms p99, {max(answers):.0f} ms at most"
    )


def resident(pid: int) -> float:
    """The memory that a process holds, in MiB."""
    import psutil

    return float(psutil.Process(pid).memory_info().rss) / MIB
