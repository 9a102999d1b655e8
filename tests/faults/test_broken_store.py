"""A store that takes nothing for a while: full, read-only, too large a file, no descriptor left.

While it lasts, a file comes into a watched folder, another is added, and half of a third was sent
before: each says why it is not taken, the daemon answers, and nothing that was there is lost. As
soon as it is over, all are versions, and nobody has started anything anew.
"""

import contextlib
import hashlib
import itertools
import json
import re
import resource
from collections.abc import AsyncGenerator, Callable, Iterator
from pathlib import Path

import pytest
from shipway_client.errors import ShipwayError
from shipway_client.wire import AddFile, AddFolder, CreateUpload, FolderState
from support.binaries import SAMPLE_APK, ipa
from support.daemon import RunningDaemon, running_daemon, short_folder
from support.desk import assert_whole
from support.disks import filled, limited, read_only, small_disk
from support.waiting import wait_for

pytestmark = pytest.mark.e2e

QUIET = 0.2
#: Two tries of a watched file lie at most a minute apart; a busy machine needs longer.
PATIENCE = 150.0
Fault = Callable[[RunningDaemon], contextlib.AbstractContextManager[None]]


def full(daemon: RunningDaemon) -> contextlib.AbstractContextManager[None]:
    return filled(daemon.home.parent / "ballast")


def unwritable(daemon: RunningDaemon) -> contextlib.AbstractContextManager[None]:
    return read_only(daemon.home)


def no_large_files(daemon: RunningDaemon) -> contextlib.AbstractContextManager[None]:
    return limited(daemon.pid, resource.RLIMIT_FSIZE, 100_000)


def no_descriptors(daemon: RunningDaemon) -> contextlib.AbstractContextManager[None]:
    """One is left: it is enough to be asked by, and not to copy a file."""
    taken = {int(link.name) for link in Path(f"/proc/{daemon.pid}/fd").iterdir()}
    free = next(number for number in itertools.count() if number not in taken)
    return limited(daemon.pid, resource.RLIMIT_NOFILE, free + 1)


@pytest.fixture
def disk() -> Iterator[Path]:
    """A small file system for the home, and the builds beside it on another."""
    with short_folder() as folder, small_disk(folder / "disk", "24m") as small:
        yield small


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (full, "No space left|full"),
        (unwritable, "Read-only|readonly"),
        (no_large_files, "File too large|disk I/O error"),
        (no_descriptors, "Too many open files"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
async def test_what_is_not_taken_says_why_and_is_taken_when_it_can_be(
    disk: Path, tmp_path: Path, fault: Fault, words: str
) -> None:
    builds = tmp_path / "builds"
    builds.mkdir()
    async with running_daemon(disk / "home") as daemon:
        await daemon.client.folders.add(AddFolder(path=str(builds), quiet=QUIET))
        before = (await daemon.client.versions.add(AddFile(path=str(SAMPLE_APK)))).version
        coming, added = write(tmp_path, "coming.ipa", 1), write(tmp_path, "added.ipa", 2)
        sending = await Sending.half(daemon, write(tmp_path, "sent.ipa", 3))
        content, digest = (added.read_bytes(), coming.read_bytes()), digest_of(coming)
        watched = builds / "taken.ipa"
        with fault(daemon):
            coming.rename(watched)
            await wait_for(lambda: complains(daemon, words), PATIENCE, "no reason is given")
            refused = await daemon.shipway("add", str(added), "--json")
            assert refused.code == 1, refused
            assert re.search(words, refused.err), refused
            assert json.loads(refused.err)["error"]["hint"]
            with pytest.raises(ShipwayError, match=words):
                await sending.go_on()
            assert await versions(daemon) == {before.sha256}
            assert_whole(daemon, [before])
        done = await daemon.shipway("add", str(added), "--json")
        assert done.code == 0, done.err
        await sending.go_on()
        await sending.commit()
        await wait_for(lambda: taken(daemon, digest), PATIENCE, "the watched file is missed")
        await wait_for(lambda: content_with(daemon), PATIENCE, "the folder still complains")
        assert len(await versions(daemon)) == 4
        assert_whole(daemon, (await daemon.client.versions.list()).items)
        assert (added.read_bytes(), watched.read_bytes()) == content
        assert len(daemon.pids) == 1, "it was started anew"
        told = (await daemon.client.history.events(kind="folder.changed", limit=200)).items
        assert told[0].data["reason"] == "", "what is told last is that all is well"
        if fault in (unwritable, no_descriptors):  # the database could be written to
            assert any(re.search(words, event.data["reason"]) for event in told)


class Sending:
    """An upload that goes on wherever the daemon says that it is."""

    def __init__(self, daemon: RunningDaemon, upload: str, content: bytes) -> None:
        self._uploads = daemon.client.uploads
        self._upload = upload
        self._content = content

    @classmethod
    async def half(cls, daemon: RunningDaemon, file: Path) -> "Sending":
        """Begin one, and send half of it."""
        content = file.read_bytes()  # noqa: ASYNC240 - the daemon is another process
        request = CreateUpload(file_name=file.name, size=len(content))
        made = cls(daemon, (await daemon.client.uploads.create(request)).id, content)
        await made._send(0, len(content) // 2)
        return made

    async def go_on(self) -> None:
        """Send the rest; what was there before is there still."""
        offset = (await self._uploads.show(self._upload)).offset
        assert offset >= len(self._content) // 2
        await self._send(offset, len(self._content))

    async def _send(self, start: int, end: int) -> None:
        async def pieces() -> AsyncGenerator[bytes, None]:
            yield self._content[start:end]

        await self._uploads.send(self._upload, start, end - start, pieces())

    async def commit(self) -> None:
        """Have it taken in."""
        await self._uploads.commit(self._upload, hashlib.sha256(self._content).hexdigest())


def write(folder: Path, name: str, number: int) -> Path:
    path = folder / name
    path.write_bytes(ipa(build=str(number), salt=bytes(2_000_000)))
    return path


async def versions(daemon: RunningDaemon) -> set[str]:
    return {version.sha256 for version in (await daemon.client.versions.list()).items}


def digest_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


async def taken(daemon: RunningDaemon, digest: str) -> bool:
    return digest in await versions(daemon)


async def complains(daemon: RunningDaemon, words: str) -> bool:
    (seen,) = (await daemon.client.folders.list()).items
    return re.search(words, seen.reason) is not None


async def content_with(daemon: RunningDaemon) -> bool:
    (seen,) = (await daemon.client.folders.list()).items
    return (seen.state, seen.reason) == (FolderState.WATCHING, "")
