"""The store of blobs: `blobs/ab/abcdef...`, each file named by the SHA-256 of its bytes."""

import asyncio
import errno
import re
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from shipway_daemon.blobs.copying import Copies
from shipway_daemon.blobs.durable import sync_directory
from shipway_daemon.blobs.staging import Signature, Staged

#: What a file system says that has no hard links, or that is another one.
_ONE_NAME_ONLY = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EXDEV, errno.EMLINK}

_DIGEST = re.compile("[0-9a-f]{64}")


def is_digest(name: str) -> bool:
    """Tell whether a file's name is that of a blob."""
    return _DIGEST.fullmatch(name) is not None


class BlobStore:
    """Holds blobs under `root`, and unfinished copies under `staging` beside it."""

    def __init__(self, root: Path, staging: Path) -> None:
        self._root = root
        self._staging = staging
        self._held: dict[str, tuple[asyncio.Lock, int]] = {}
        self._copies = Copies()

    def prepare(self) -> int:
        """Make the folders, and sweep what a killed daemon left in staging; returns how many.

        All 256 folders are made at once: a folder that is made later would need a sync of its own.
        """
        self._staging.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for first in range(256):
            (self._root / f"{first:02x}").mkdir(mode=0o700, exist_ok=True)
        sync_directory(self._root)
        sync_directory(self._root.parent)
        left = list(self._staging.iterdir())
        for file in left:
            file.unlink()
        return len(left)

    def path(self, sha256: str) -> Path:
        """Where the blob of this digest lies, if it is there."""
        return self._root / sha256[:2] / sha256

    def has(self, sha256: str, size: int) -> bool:
        """Tell whether the blob is there with all its bytes; looks at the disk, so in a thread."""
        path = self.path(sha256)
        return path.is_file() and path.stat().st_size == size

    def size(self, sha256: str) -> int | None:
        """How many bytes lie under a digest, None where there are none; looks at the disk."""
        try:
            return self.path(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def digests(self, first: str) -> set[str]:
        """List the blobs whose digest begins with one figure; reads 16 folders, so in a thread.

        What else lies there is none of ours.
        """
        return {
            path.name
            for second in "0123456789abcdef"
            for path in (self._root / (first + second)).iterdir()
            if is_digest(path.name) and path.name.startswith(first + second)
        }

    async def stage(self, source: Path, report: Callable[[int, int], None]) -> Staged:
        """Copy a file into staging and hash it, in threads; the copy is on the disk afterwards.

        Raises what `staging.stage` raises, and SourceStalled where the file gives no bytes. A
        cancelled caller leaves nothing behind.
        """
        target = self._staging / f"{uuid.uuid4().hex}.part"
        return await self._copies.copy(source, target, report)

    async def lend(self, path: Path, sha256: str) -> Staged:
        """Give a finished file of this file system a second name in staging, without a copy.

        `path` keeps its name, so that nothing is lost where the file is not taken in after all;
        whoever lends it never writes to it again. Where the file system knows one name for a file
        only, the bytes are copied and hashed again.

        Raises what `staging.stage` raises, and OSError.
        """
        target = self._staging / f"{uuid.uuid4().hex}.part"
        try:
            return await asyncio.to_thread(_lend, path, target, sha256)
        except OSError as error:
            if error.errno not in _ONE_NAME_ONLY:
                raise
            return await self.stage(path, lambda _done, _total: None)

    @asynccontextmanager
    async def hold(self, sha256: str) -> AsyncIterator[None]:
        """Keep a digest from being collected, from the rename until the commit that names it."""
        lock, holders = self._held.get(sha256, (asyncio.Lock(), 0))
        self._held[sha256] = (lock, holders + 1)
        try:
            async with lock:
                yield
        finally:
            lock, holders = self._held.pop(sha256)
            if holders > 1:
                self._held[sha256] = (lock, holders - 1)

    async def adopt(self, staged: Staged) -> Path:
        """Give a staged copy its final name, for good. Call it while holding the digest.

        The rename is always made: where the blob is there already, that heals bit rot.
        """
        target = self.path(staged.sha256)
        await asyncio.to_thread(_rename, staged.path, target)
        return target

    def unlink(self, sha256: str) -> int | None:
        """Remove a blob; returns how many bytes it had, None where there was none.

        Call it while holding the digest, in a thread, once the transaction is committed that found
        it named by nothing.
        """
        size = self.size(sha256)
        self.path(sha256).unlink(missing_ok=True)
        return size


def _lend(path: Path, target: Path, sha256: str) -> Staged:
    target.hardlink_to(path)
    status = target.lstat()
    return Staged(target, sha256, status.st_size, Signature.of(status))


def _rename(source: Path, target: Path) -> None:
    source.replace(target)
    sync_directory(target.parent)
