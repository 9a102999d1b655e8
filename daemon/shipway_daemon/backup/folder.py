"""A folder of backups: one pool of bytes, and beside it one folder a backup.

blobs/ab/abcdef...            bytes of all backups, each once, named by their SHA-256
2026-11-21T213000.123Z/       one backup: catalog.sqlite3, contents.jsonl, manifest.json
.making-.../                  what is not finished; the next backup removes it
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from shipway_client.errors import Busy, NotFound, Refused

from shipway_daemon.backup.words import FORMAT, Entry, Manifest
from shipway_daemon.blobs.store import BlobStore, is_digest

CATALOG = "catalog.sqlite3"
CONTENTS = "contents.jsonl"
MANIFEST = "manifest.json"
#: How files are told apart in the contents: those of adapters, and the settings of the home.
ENVIRONMENTS, CONFIG = "environments", "config"
#: Settings that belong to the home, though they may lie elsewhere.
SETTINGS = ("config.toml", "views.json")
#: What to do about a backup that cannot be restored.
ANOTHER = "Restore another backup; nothing was changed."
_MAKING = ".making-"
_POOL = "blobs"
_LOCK = ".lock"


class BackupFolder:
    """Where the backups of a home lie."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def prepare(self) -> None:
        """Make the folder, or see that it is one of backups.

        Raises:
            Refused: Something else is in it.
            OSError: It cannot be made.
        """
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        there = {path.name for path in self.root.iterdir()}
        if there and not there & {_POOL, _LOCK}:
            raise Refused(
                f"{self.root} is not empty, and no folder of backups.",
                "Name a new or an empty folder.",
            )

    @contextmanager
    def making(self) -> Iterator[tuple[Path, BlobStore]]:
        """Hold the folder for one backup: a place for what is not finished, and the pool.

        What is left in the place afterwards is removed.

        Raises:
            Busy: Another backup is being made here.
        """
        lock = os.open(self.root / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Busy(
                    f"Another backup is being made in {self.root}.", "Wait for its end."
                ) from error
            for left in self.root.glob(f"{_MAKING}*"):
                shutil.rmtree(left)
            place = Path(tempfile.mkdtemp(prefix=_MAKING, dir=self.root))
            try:
                pool = BlobStore(self.root / _POOL, place / "parts")
                pool.prepare()
                yield place, pool
            finally:
                shutil.rmtree(place, ignore_errors=True)
        finally:
            os.close(lock)

    def newest(self) -> Path:
        """The newest finished backup.

        Raises:
            NotFound: There is none.
        """
        made = sorted(path.parent for path in self.root.glob(f"[0-9]*/{MANIFEST}"))
        if not made:
            raise NotFound(
                f"There is no backup in {self.root}.",
                "Name a folder that `shipway backup` wrote to, or one backup in it.",
            )
        return made[-1]


class Backup:
    """One finished backup."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.pool = BlobStore(path.parent / _POOL, path.parent / _POOL)

    @classmethod
    def find(cls, source: Path) -> "Backup":
        """Find a backup: itself, or the newest one of a folder of backups.

        Raises:
            NotFound: There is none.
        """
        path = source.resolve()
        return cls(path if (path / MANIFEST).is_file() else BackupFolder(path).newest())

    def manifest(self) -> Manifest:
        """Read what the backup says of itself.

        Raises:
            Refused: It cannot be read, or is of a newer format.
        """
        try:
            told = msgspec.json.decode((self.path / MANIFEST).read_bytes(), type=Manifest)
        except (OSError, msgspec.DecodeError) as error:
            raise Refused(
                f"The manifest of {self.path} cannot be read: {error}.",
                ANOTHER,
            ) from error
        if told.format != FORMAT:
            raise Refused(
                f"{self.path} is a backup of format {told.format}, which this Shipway does not "
                "know.",
                "Install the newer Shipway that wrote it.",
            )
        return told

    def contents(self) -> Iterator[Entry]:
        """Read what the backup holds, line by line.

        Raises:
            Refused: A line is damaged, or names a place outside of the home.
        """
        decoder = msgspec.json.Decoder(Entry)
        with (self.path / CONTENTS).open("rb") as file:
            for line in file:
                try:
                    entry = decoder.decode(line)
                except msgspec.DecodeError as error:
                    raise Refused(
                        f"The contents of {self.path} are damaged: {error}.", ANOTHER
                    ) from error
                if not _is_ours(entry):
                    raise Refused(
                        f"The contents of {self.path} name what no backup holds.", ANOTHER
                    )
                yield entry


def _is_ours(entry: Entry) -> bool:
    """Whether a line names a digest, and a place inside of what is restored."""
    if not is_digest(entry.sha256):
        return False
    parts = Path(entry.path).parts
    inside = ".." not in parts and parts[:1] == (ENVIRONMENTS,) and len(parts) > 1
    return not entry.path or inside or entry.path in {f"{CONFIG}/{name}" for name in SETTINGS}
