"""File system calls of an upload that fail or kill, one in each case, as strace injects them.

The client goes on by itself over the death of the daemon; where the daemon says that its disk is
broken, the same command is given once more, without a fault. Then the file is a version, once, of
its very bytes; what the daemon said to have on the disk it had; and nothing is left of the upload.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from shipway_client import sending
from shipway_client.errors import NotFound, ShipwayError
from shipway_client.sending import send_file
from shipway_client.wire import AddFile, Ingested, UploadState, Version
from support.binaries import ipa
from support.counting_daemon import COPIES, PROGRAM, counted
from support.daemon import RunningDaemon, running_daemon
from support.desk import assert_whole
from support.tracing import (
    CASES,
    KILL,
    SEED,
    TRACED,
    Case,
    Strace,
    calls_in,
    database_files,
    revived,
    seeded,
    struck,
)
from support.waiting import wait_for

#: Four requests of four pieces each.
REQUEST, PIECE = 64 * 1024, 16 * 1024
PATIENCE = 120.0

pytestmark = TRACED


class Sender:
    """Uploads binaries to a daemon, and keeps what it was told."""

    def __init__(self, daemon: RunningDaemon, folder: Path) -> None:
        self.daemon = daemon
        self.acknowledged: dict[str, Version] = {}
        #: How many bytes of each upload the daemon said to have on the disk.
        self.told: dict[str, int] = {}
        self._folder = folder
        self._made = 0
        self._send = daemon.client.uploads.send
        daemon.client.uploads.send = self._recorded  # type: ignore[method-assign]

    async def _recorded(self, upload: str, *arguments: object) -> int:
        reached = await self._send(upload, *arguments)  # type: ignore[arg-type]
        self.told[upload] = reached
        return reached

    def build(self) -> Path:
        """Make the next binary."""
        self._made += 1
        path = self._folder / f"build-{self._made}.ipa"
        path.write_bytes(ipa(build=str(self._made), salt=bytes(4 * REQUEST - 2_000)))
        return path

    async def send(self, built: Path) -> Ingested:
        """Upload one, as `shipway add` does with a file that the daemon cannot read."""
        request = AddFile(path=str(built))
        ingested = await send_file(self.daemon.client, built, request, lambda _done, _total: None)
        self.acknowledged[ingested.version.address] = ingested.version
        return ingested

    def paths(self, digest: str) -> list[Path]:
        """All that an upload touches, by name; it may have to be begun more than once."""
        places = self.daemon.locations
        first = counted(self.daemon.home) + 1
        parts = [places.uploads / f"{number:016x}.part" for number in range(first, first + 5)]
        staged = [places.staging / f"{number}.part" for number in range(1, COPIES + 1)]
        blob = places.blobs / digest[:2] / digest
        return [*database_files(self.daemon), places.uploads, *parts, *staged, blob, blob.parent]


async def test_a_fault_in_any_call_of_an_upload_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tell
) -> None:
    monkeypatch.setattr(sending, "REQUEST_BYTES", REQUEST)
    monkeypatch.setattr(sending, "PIECE_BYTES", PIECE)
    async with running_daemon(start=False) as daemon:
        await daemon.start(PROGRAM)
        sender = Sender(daemon, tmp_path)
        made = await recorded(sender)
        told: Counter[str] = Counter()
        for case in seeded(made):
            told[f"{case.fault}: {await one(sender, case)}"] += 1
        await daemon.restart()
        assert_whole(daemon, list(sender.acknowledged.values()))
        assert list(daemon.locations.uploads.iterdir()) == []
    counts = ", ".join(f"{what} {times}" for what, times in sorted(told.items()))
    tell(f"upload, seed {SEED}, {CASES} cases: {counts}")
    assert sum(times for what, times in told.items() if "missed" not in what) >= CASES / 3


async def recorded(sender: Sender) -> Counter[str]:
    """How often each call is made in one upload; the one before it warms up."""
    await sender.send(sender.build())
    built = sender.build()
    output = sender.daemon.home / "recorded.strace"
    strace = Strace(sender.daemon, sender.paths(digest_of(built)), output)
    await strace.attach()
    try:
        await sender.send(built)
    finally:
        await strace.detach()
    made = calls_in(output)
    assert made["fdatasync"], "what was sent was not made durable"
    assert made.keys() & {"link", "linkat"}, "what was sent was not taken in"
    return made


async def one(sender: Sender, case: Case) -> str:
    """Run one case, check all that was promised, and say how it went."""
    daemon, built = sender.daemon, sender.build()
    output = daemon.home / "case.strace"
    content, digest = built.read_bytes(), digest_of(built)
    sender.told.clear()
    strace = Strace(daemon, sender.paths(digest), output, *case.inject)
    await strace.attach()
    async with sent(sender, built) as client:
        try:
            await wait_for(lambda: client.done() or dead(daemon), PATIENCE, f"{case}: it hangs")
        finally:
            await strace.detach()
        said = "struck" if struck(output) else "missed the call"
        died = await revived(daemon, *PROGRAM)
        assert not died or case.fault == KILL, (case, "the daemon died of an error")
        await assert_kept(sender, case)
        async with asyncio.timeout(PATIENCE):
            said += await ended(sender, client, built)
    (there,) = [version for version in sender.acknowledged.values() if version.sha256 == digest]
    assert (await daemon.client.versions.show(there.address)).sha256 == digest
    assert (await daemon.client.history.health()).pid == daemon.pid
    assert built.read_bytes() == content, (case, "the source was touched")
    if case.call.startswith("unlink"):  # what could not be removed is swept at the next start
        await daemon.stop()
        await daemon.start(PROGRAM)
    assert_whole(daemon, list(sender.acknowledged.values()))
    assert bytes_of_uploads(daemon) == 0, (case, "bytes are left of it")
    return said


@asynccontextmanager
async def sent(sender: Sender, built: Path) -> AsyncIterator["asyncio.Task[Ingested]"]:
    """A client that sends a file for as long as the block lasts."""
    client = asyncio.create_task(sender.send(built))
    try:
        yield client
    finally:
        client.cancel()
        await asyncio.gather(client, return_exceptions=True)


async def ended(sender: Sender, client: "asyncio.Task[Ingested]", built: Path) -> str:
    """Wait for the client, and give the command again where it had to give up."""
    with suppress(ShipwayError):
        await client
        return ", sent by one command"
    await sender.send(built)
    return ", sent by two commands"


async def assert_kept(sender: Sender, case: Case) -> None:
    """Every byte that the daemon has said to have on the disk is there still."""
    for upload, offset in sender.told.items():
        with suppress(NotFound):  # it is done, and its file is not needed any more
            seen = await sender.daemon.client.uploads.show(upload)
            assert seen.state is UploadState.DONE or seen.offset >= offset, (case, "bytes are lost")


def bytes_of_uploads(daemon: RunningDaemon) -> int:
    """What lies in the folder of uploads; an empty file that no row names is swept at a start."""
    return sum(path.stat().st_size for path in daemon.locations.uploads.iterdir())


def dead(daemon: RunningDaemon) -> bool:
    return daemon.process is not None and daemon.process.returncode is not None


def digest_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
