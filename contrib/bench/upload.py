"""Uploads over the socket, against reading, hashing and writing the same bytes locally.

The sender is as cheap as one can be (sendfile, no hash of its own), so that what is measured is the
daemon. How late its loop is, it notes itself (`late_daemon.py`); beside it stands how late an idle
program is at the same time, for that much is the machine's.
"""

import asyncio
import hashlib
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest import MIB, big_binary
from processes import forget_peak, has_proc, peak_mib, resident_mib
from report import Row
from shipway_client.client import Client
from shipway_client.errors import ShipwayError
from shipway_client.wire import CreateUpload, Upload
from shipway_tui.demo.home import DemoHome, throw_away_home
from shipway_tui.launch import stop_daemon

ROUNDS = 3
CONCURRENT = (1, 8, 32)
START_SECONDS = 60.0
_PATCH = 64 << 20
#: What the yardstick runs: one thread, 1 MiB buffers, on the disk at the end.
_LOCAL = """
import hashlib, os, sys
source, target = open(sys.argv[1], "rb", 0), open(sys.argv[2], "wb", 0)
buffer, sha256 = memoryview(bytearray(1 << 20)), hashlib.sha256()
while count := source.readinto(buffer):
    sha256.update(buffer[:count])
    target.write(buffer[:count])
os.fsync(target.fileno())
"""


def rows() -> Iterator[Row]:
    """Measure one big upload by its wall time, and many at once by memory and lateness."""
    if not has_proc():
        print("upload: left out, for this system has no /proc to measure the daemon by")
        return
    with throw_away_home() as home, tempfile.TemporaryDirectory() as noted:
        late = Path(noted) / "late"
        with _late_daemon(home, late) as pid:
            _upload(home, big_binary(home.builds.parent, 64))  # starts threads, fills caches
            yield _wall(home)
            for count in CONCURRENT:
                yield from _at_once(home, pid, late, count)


@contextmanager
def _idle_program(late: Path) -> Iterator[int]:
    """Run a program that does nothing but note how late it is."""
    program = Path(__file__).with_name("late_daemon.py")
    ready = Path(f"{late}.ready")
    ready.unlink(missing_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-P", str(program), "idle"], env={**os.environ, "BENCH_LATE": str(late)}
    )
    try:
        _await(ready.exists)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _late_daemon(home: DemoHome, late: Path) -> Iterator[int]:
    """Run the daemon that notes its lateness in place of the one that the home came with."""
    asyncio.run(stop_daemon(home.client))
    program = Path(__file__).with_name("late_daemon.py")
    log = (home.builds.parent / "late.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-P", str(program)],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        env={**os.environ, "BENCH_LATE": str(late)},
    )
    try:
        asyncio.run(_answers(home.client))
        yield process.pid
    finally:
        process.terminate()
        process.wait()
        log.close()


async def _answers(client: Client) -> None:
    async with asyncio.timeout(START_SECONDS):
        while True:
            client.relocate()
            try:
                await client.history.health()
            except ShipwayError:
                await asyncio.sleep(0.05)
            else:
                return


def _wall(home: DemoHome) -> Row:
    ours, theirs = [], []
    for _ in range(ROUNDS):
        source = big_binary(home.builds.parent, MIB)
        copy = source.with_suffix(".copy")
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", _LOCAL, source, copy], check=True)
        theirs.append((time.perf_counter() - began) * 1000)
        copy.unlink()
        ours.append(_upload(home, source))
    figure, against = statistics.median(ours), statistics.median(theirs)
    return Row(
        f"upload {MIB} MiB, wall", figure, "ms", "local read+hash+write", against, budget=1.1
    )


def _upload(home: DemoHome, source: Path) -> float:
    """Upload a file and have it taken in; milliseconds, without the hash of the sender."""
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    began = time.perf_counter()
    asyncio.run(_sent_and_committed(home.client, source, digest))
    spent = (time.perf_counter() - began) * 1000
    source.unlink()
    return spent


async def _sent_and_committed(client: Client, source: Path, digest: str) -> None:
    upload = await _send(client, source)
    await client.uploads.commit(upload.id, digest)


def _at_once(home: DemoHome, pid: int, late: Path, count: int) -> Iterator[Row]:
    source = big_binary(home.builds.parent, max(1, MIB // count))
    idle = late.with_name("idle")
    with _idle_program(idle) as other:
        _lateness(pid, late), _lateness(other, idle)
        grown = statistics.median(_growth(home, pid, source, count) for _ in range(ROUNDS))
        (percentile, worst), (usual, _) = _lateness(pid, late), _lateness(other, idle)
    source.unlink()
    what = f"upload {count} x {max(1, MIB // count)} MiB at once"
    yield Row(f"{what}, RSS growth each", grown / count, "MiB", budget=3)
    yield Row(f"{what}, loop late p99", percentile, "ms", budget=50)
    yield Row(f"{what}, loop late at most", worst, "ms")
    yield Row(f"{what}, an idle loop late p99", usual, "ms")


def _growth(home: DemoHome, pid: int, source: Path, count: int) -> float:
    forget_peak(pid)
    before = resident_mib(pid)
    asyncio.run(_send_many(home.client, source, count))
    return peak_mib(pid) - before


async def _send_many(client: Client, source: Path, count: int) -> None:
    async with asyncio.TaskGroup() as group:
        sending = [group.create_task(_send(client, source)) for _ in range(count)]
    for task in sending:
        await client.uploads.cancel(task.result().id)


async def _send(client: Client, source: Path) -> Upload:
    size = source.stat().st_size  # noqa: ASYNC240 - one look
    upload = await client.uploads.create(CreateUpload(file_name=source.name, size=size))
    for offset in range(0, size, _PATCH):
        await _patch(client, upload.id, source, offset, min(_PATCH, size - offset))
    return upload


async def _patch(client: Client, upload: str, source: Path, offset: int, count: int) -> None:
    loop = asyncio.get_running_loop()
    head = (
        f"PATCH /v1/uploads/{upload} HTTP/1.1\r\nHost: shipway\r\nConnection: close\r\n"
        f"Upload-Offset: {offset}\r\nContent-Length: {count}\r\n\r\n"
    )
    with socket.socket(socket.AF_UNIX) as connection, source.open("rb") as file:
        connection.settimeout(0)
        await loop.sock_connect(connection, client.api.address)
        await loop.sock_sendall(connection, head.encode())
        await loop.sock_sendfile(connection, file, offset, count)
        answer = await loop.sock_recv(connection, 65536)
    if not answer.startswith(b"HTTP/1.1 204"):
        raise RuntimeError(f"the daemon answered {answer[:500]!r}")


def _lateness(pid: int, late: Path) -> tuple[float, float]:
    """Ask for the 99th percentile and the worst since the last time, in milliseconds."""
    late.unlink(missing_ok=True)
    os.kill(pid, signal.SIGUSR2)
    _await(late.exists)
    percentile, worst = late.read_text().split()
    return float(percentile), float(worst)


def _await(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError("a program does not say how late it was")
        time.sleep(0.01)
