"""The files that the store holds, each under the name of its digest."""

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path

from shipway_plugins.errors import StoreRefused
from shipway_plugins.words import VersionFacts

from shipway_enterprise_store.index import sync_folder

_STEP = 1024 * 1024
_PART = ".part"
# A chosen folder may hold other things, and those are not ours to remove.
_OURS = re.compile(r"[0-9a-f]{64}(\.part)?")


class HeldFiles:
    """A folder of files that are named by their SHA-256."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def has(self, digest: str, size: int) -> bool:
        """Say whether the file is there, whole."""
        try:
            return self._path(digest).stat().st_size == size
        except (FileNotFoundError, NotADirectoryError):
            return False

    def receive(self, version: VersionFacts, progress: Callable[[int, int], None]) -> None:
        """Copy a version's file in; it is on disk under its digest when this returns.

        Raises:
            StoreRefused: What was received is not what the plan says.
        """
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self._path(version.digest + _PART)
        digest = _copy(Path(version.path), part, version.size, progress)
        if digest != version.digest:
            part.unlink()
            raise StoreRefused(
                f"The file of {version.address} arrived with the digest {digest}, "
                f"but the plan says {version.digest}.",
                "Run `shipway doctor --scrub` to look for damaged files.",
            )
        part.rename(self._path(version.digest))
        sync_folder(self._directory)

    def keep_only(self, digests: set[str]) -> None:
        """Remove every file of ours that is not named, unfinished copies included."""
        if not self._directory.is_dir():
            return
        for file in self._directory.iterdir():
            if _OURS.fullmatch(file.name) and file.name not in digests:
                file.unlink()

    def _path(self, name: str) -> Path:
        return self._directory / name


def _copy(source: Path, part: Path, size: int, progress: Callable[[int, int], None]) -> str:
    """Copy in steps, hashing what is written; answer the digest."""
    digest, done = hashlib.sha256(), 0
    with source.open("rb") as incoming, part.open("wb") as outgoing:
        while block := incoming.read(_STEP):
            outgoing.write(block)
            digest.update(block)
            done += len(block)
            progress(done, size)
        outgoing.flush()
        os.fsync(outgoing.fileno())
    return digest.hexdigest()
