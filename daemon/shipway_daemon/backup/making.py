"""Make a backup, whether a daemon runs or not.

The catalogue is copied by SQLite's backup API: all of it is of one moment. Its blobs are copied
after that. A prune may delete one in between; then the catalogue does not name it any more either,
and is copied anew: only what came since is missing by then, for the pool keeps what was copied. A
blob that is missing and still named is lost, and the backup says so.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from shipway_client.errors import Failed, NotFound, Unavailable, WrongUsage
from shipway_client.locations import Locations
from shipway_client.version import VERSION
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from shipway_daemon.backup.folder import (
    CATALOG,
    CONFIG,
    CONTENTS,
    ENVIRONMENTS,
    MANIFEST,
    SETTINGS,
    BackupFolder,
)
from shipway_daemon.backup.hashing import adopt, copy, digest_of
from shipway_daemon.backup.words import FORMAT, BackupReport, Entry, Manifest
from shipway_daemon.blobs.durable import sync_directory, sync_file
from shipway_daemon.blobs.staging import Staged
from shipway_daemon.blobs.store import BlobStore
from shipway_daemon.catalog import offline
from shipway_daemon.clock import now
from shipway_daemon.locations import inside

#: Told the bytes that are there, of how many.
Progress = Callable[[int, int], None]

#: How often the catalogue is copied anew because blobs went meanwhile.
_ROUNDS = 10


def make(locations: Locations, root: Path, progress: Progress) -> BackupReport:
    """Back a home up into a folder of backups.

    Raises:
        NotFound: There is nothing to be backed up.
        WrongUsage: The folder lies in the home.
        Refused: The folder holds something else.
        Busy: Another backup is being made there.
        Failed: The disk is full or broken, or the catalogue cannot be read. Nothing half is left.
    """
    if not locations.database.is_file():
        raise NotFound(
            f"There is no catalogue in {locations.home}: nothing is to be backed up.",
            "SHIPWAY_HOME names another home.",
        )
    if inside(root, locations.home):
        raise WrongUsage("A home cannot hold its own backups.", "Name a folder outside of it.")
    folder = BackupFolder(root.absolute())
    try:
        folder.prepare()
        with folder.making() as (place, pool):
            return _Making(locations, folder, place, pool, progress).run()
    except (OSError, sqlite3.Error, DatabaseError) as error:
        raise _failed(error) from error


def _failed(error: OSError | sqlite3.Error | DatabaseError) -> Failed:
    if not isinstance(error, OSError):
        return Failed(
            f"The catalogue cannot be copied: {error}.",
            "See `shipway doctor`, and that the disk of the backup has room.",
        )
    where = f" ({error.filename})" if error.filename else ""
    return Failed(
        f"The backup cannot be written: {error.strerror or error}{where}.",
        "See that its disk has room and is writable; earlier backups are as they were.",
    )


class _Making:
    """One backup on its way."""

    def __init__(
        self,
        locations: Locations,
        folder: BackupFolder,
        place: Path,
        pool: BlobStore,
        progress: Progress,
    ) -> None:
        self._locations = locations
        self._home = BlobStore(locations.blobs, locations.staging)
        self._folder = folder
        self._place = place / "backup"
        self._parts = place / "parts"
        self._pool = pool
        self._progress = progress
        self._copied, self._copied_size = 0, 0

    def run(self) -> BackupReport:
        """Copy all, write what it is, and give it its name."""
        self._place.mkdir(mode=0o700)
        lost = self._catalogue()
        manifest = self._describe(lost)
        self._write(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
        sync_directory(self._place)
        final = self._folder.root / manifest.made_at.replace(":", "")
        self._place.rename(final)
        sync_directory(self._folder.root)
        return BackupReport(
            backup=str(final),
            manifest=manifest,
            copied=self._copied,
            copied_size=self._copied_size,
        )

    def _catalogue(self) -> set[str]:
        """Copy the catalogue with all its blobs; returns the digests that are lost."""
        missing: set[str] = set()
        for _ in range(_ROUNDS):
            offline.snapshot(self._locations.database, self._place / CATALOG)
            missing = self._blobs()
            with offline.opened(self._locations.database) as live, live.connect() as tx:
                lost = {sha256 for sha256 in missing if offline.namers(tx, sha256, 1)}
            if lost == missing:
                return lost
        raise Unavailable(
            f"The home deletes faster than it can be copied: {len(missing)} blobs went meanwhile.",
            "Make the backup again when the prune is over.",
        )

    def _blobs(self) -> set[str]:
        """Copy what the pool lacks; returns the named digests that the home has no bytes of."""
        total = sum(size for _, size in self._named())
        done, missing = 0, set()
        for sha256, size in self._named():
            if not self._pool.has(sha256, size) and not self._copy_blob(sha256, done, total):
                missing.add(sha256)
            done += size
            self._progress(done, total)
        return missing

    def _named(self) -> Iterator[tuple[str, int]]:
        """The blobs that the copied catalogue names, and not those that wait to be collected."""
        with offline.opened(self._place / CATALOG) as copied:
            after = ""
            while page := self._page(copied, after):
                yield from page
                after = page[-1][0]

    @staticmethod
    def _page(copied: Engine, after: str) -> list[tuple[str, int]]:
        with copied.connect() as tx:
            return offline.named_blob_page(tx, after, 1_000)

    def _copy_blob(self, sha256: str, before: int, total: int) -> bool:
        source = self._home.path(sha256)
        staged = copy(source, self._parts, lambda done, _size: self._progress(before + done, total))
        if staged is None:
            return False
        if staged.sha256 != sha256:
            staged.path.unlink()
            return False
        self._adopt(staged)
        return True

    def _adopt(self, staged: Staged) -> None:
        adopt(staged, self._pool.path(staged.sha256))
        self._copied += 1
        self._copied_size += staged.size

    def _describe(self, lost: set[str]) -> Manifest:
        """Write the contents, and say what they come to."""
        contents = self._place / CONTENTS
        blobs = files = size = 0
        with contents.open("wb") as out:
            for sha256, length in self._named():
                if sha256 not in lost:
                    out.write(_line(Entry(sha256=sha256, size=length)))
                    blobs, size = blobs + 1, size + length
            for entry in self._files():
                out.write(_line(entry))
                files, size = files + 1, size + entry.size
            out.flush()
            sync_file(out.fileno())
        with offline.opened(self._place / CATALOG) as copied, copied.connect() as tx:
            schema, counts = offline.revision(tx), offline.counts(tx)
        return Manifest(
            format=FORMAT,
            made_at=now(),
            shipway=VERSION,
            home=str(self._locations.home),
            schema=schema or "",
            catalog_sha256=digest_of(self._place / CATALOG),
            contents_sha256=digest_of(contents),
            profiles=counts.profiles,
            versions=counts.versions,
            blobs=blobs,
            files=files,
            size=size,
            lost=sorted(lost),
        )

    def _files(self) -> Iterator[Entry]:
        """Copy the files of the environments' adapters, and the settings; they may change."""
        root = self._locations.environments
        places = [(f"{ENVIRONMENTS}/{path.relative_to(root)}", path) for path in _walk(root)]
        config = self._locations.config
        places += [(f"{CONFIG}/{name}", config / name) for name in SETTINGS]
        for name, path in places:
            staged = copy(path, self._parts, lambda _done, _size: None)
            if staged is None:
                continue
            if self._pool.has(staged.sha256, staged.size):
                staged.path.unlink()
            else:
                self._adopt(staged)
            yield Entry(sha256=staged.sha256, size=staged.size, path=name)

    def _write(self, name: str, data: bytes) -> None:
        with (self._place / name).open("wb") as out:
            out.write(data)
            out.flush()
            sync_file(out.fileno())


def _walk(root: Path) -> Iterator[Path]:
    """The plain files below a folder, in one order; what goes away meanwhile is passed over."""
    for folder, names, files in os.walk(root):
        names.sort()
        for name in sorted(files):
            path = Path(folder, name)
            if path.is_file() and not path.is_symlink():
                yield path


def _line(entry: Entry) -> bytes:
    return msgspec.json.encode(entry) + b"\n"
