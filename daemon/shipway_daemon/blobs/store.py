"""The store of blobs: `blobs/ab/abcdef...`, each file named by the SHA-256 of its bytes."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from shipway_daemon.blobs.copying import Copies
from shipway_daemon.blobs.durable import sync_directory
from shipway_daemon.blobs.staging import Staged


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

    async def stage(self, source: Path, report: Callable[[int, int], None]) -> Staged:
        """Copy a file into staging and hash it, in threads; the copy is on the disk afterwards.

        Raises what `staging.stage` raises, and SourceStalled where the file gives no bytes. A
        cancelled caller leaves nothing behind.
        """
        target = self._staging / f"{uuid.uuid4().hex}.part"
        return await self._copies.copy(source, target, report)

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

    def unlink(self, sha256: str) -> None:
        """Remove a blob. Call it inside the write transaction that proves that none names it."""
        self.path(sha256).unlink(missing_ok=True)


def _rename(source: Path, target: Path) -> None:
    source.replace(target)
    sync_directory(target.parent)
