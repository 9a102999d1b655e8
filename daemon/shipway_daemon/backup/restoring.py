"""Restore a home from a backup: check every byte of it, then let it take its place at once."""

import os
from pathlib import Path

import msgspec
from shipway_client.errors import Failed, Refused
from shipway_client.locations import Locations
from sqlalchemy.exc import DatabaseError

from shipway_daemon import locations as folders
from shipway_daemon.backup import switching
from shipway_daemon.backup.folder import ANOTHER, CATALOG, CONFIG, CONTENTS, ENVIRONMENTS, Backup
from shipway_daemon.backup.hashing import adopt, copy, digest_of
from shipway_daemon.backup.making import Progress
from shipway_daemon.backup.switching import RESTORED, Restoring
from shipway_daemon.backup.words import Entry, Manifest, Restored, RestoreReport
from shipway_daemon.blobs.durable import sync_directory, sync_file
from shipway_daemon.blobs.store import BlobStore
from shipway_daemon.catalog import offline, schema
from shipway_daemon.clock import now
from shipway_daemon.home_lock import HomeLock

#: How many damaged files a refusal names.
_NAMED = 5


def restore(
    locations: Locations, source: Path, *, force: bool, progress: Progress
) -> RestoreReport:
    """Restore a home. Until everything is checked, nothing of it is replaced.

    With `force` a home that is in use is set aside, as a home of its own, inside of the new one.

    Raises:
        NotFound: There is no backup.
        Refused: A daemon runs; the home is not empty; the backup is damaged or too new.
        Failed: The disk is full or broken; the home is as it was.
    """
    backup = Backup.find(source)
    manifest = backup.manifest()
    _check(backup, manifest)
    folders.prepare(locations)
    lock = HomeLock(locations)
    try:
        switching.finish(locations)
        if locations.database.exists() and not force:
            raise Refused(
                f"The home {locations.home} is not empty.",
                "Name another one with SHIPWAY_HOME, or set this one aside with --force.",
            )
        return _Restoring(locations, backup, manifest, progress).run()
    except (OSError, DatabaseError) as error:
        raise _failed(error, locations) from error
    finally:
        lock.release()


def _failed(error: OSError | DatabaseError, locations: Locations) -> Failed:
    reason = error.strerror or error if isinstance(error, OSError) else error
    where = f" ({error.filename})" if isinstance(error, OSError) and error.filename else ""
    return Failed(
        f"The home cannot be restored: {reason}{where}.",
        f"See that the disk of {locations.home} has room and is writable, then restore again.",
    )


def _check(backup: Backup, manifest: Manifest) -> None:
    """Refuse what cannot be restored before the home is touched."""
    if manifest.schema not in schema.KNOWN:
        raise Refused(
            f"The backup has schema {manifest.schema}, which this Shipway does not know.",
            "Install the newer Shipway that wrote it.",
        )
    wanted = {CATALOG: manifest.catalog_sha256, CONTENTS: manifest.contents_sha256}
    for name, sha256 in wanted.items():
        try:
            there = digest_of(backup.path / name)
        except OSError as error:
            reason = error.strerror or error
            raise Refused(
                f"{name} of {backup.path} cannot be read: {reason}.",
                ANOTHER,
            ) from error
        if there != sha256:
            raise Refused(
                f"{name} of {backup.path} is damaged: its digest is another one.",
                ANOTHER,
            )


class _Restoring:
    """One restore on its way; the lock of the home is held."""

    def __init__(
        self, locations: Locations, backup: Backup, manifest: Manifest, progress: Progress
    ) -> None:
        self._locations = locations
        self._backup = backup
        self._manifest = manifest
        self._progress = progress
        self._place = Restoring(locations)
        self._blobs = BlobStore(locations.blobs, self._place.parts)
        self._done = 0

    def run(self) -> RestoreReport:
        """Make everything ready, then let it take its place."""
        self._place.new.mkdir(mode=0o700, parents=True)
        (self._place.new / ENVIRONMENTS).mkdir(mode=0o700)
        self._blobs.prepare()
        last = self._keep_before()
        self._bring()
        self._bring_catalogue()
        self._leave_note(last)
        self._commit()
        before = switching.finish(self._locations)
        return RestoreReport(
            home=str(self._locations.home),
            backup=str(self._backup.path),
            manifest=self._manifest,
            before=str(before) if before else None,
        )

    def _keep_before(self) -> int:
        """Give the blobs of the home that is there a second name; returns its last event."""
        if not self._locations.database.exists():
            return 0
        kept = BlobStore(self._place.before / self._locations.blobs.name, self._place.parts)
        self._place.before.mkdir(mode=0o700)
        kept.prepare()
        for first in "0123456789abcdef":
            for sha256 in self._blobs.digests(first):
                self._second_name(self._blobs.path(sha256), kept.path(sha256))
        try:
            with offline.opened(self._locations.database) as there, there.connect() as tx:
                return offline.last_event(tx)
        except DatabaseError:
            return 0  # it is damaged, which may be why it is replaced

    def _second_name(self, path: Path, second: Path) -> None:
        try:
            second.hardlink_to(path)
        except OSError:
            staged = copy(path, self._place.parts, lambda _done, _size: None)
            if staged is not None:
                adopt(staged, second)

    def _bring(self) -> None:
        """Bring every blob and file of the backup, each checked against its digest.

        Raises:
            Refused: Some are damaged or missing.
        """
        damaged = []
        for entry in self._backup.contents():
            whole = self._bring_file(entry) if entry.path else self._bring_blob(entry)
            if not whole:
                damaged.append(entry)
            self._done += entry.size
            self._progress(self._done, self._manifest.size)
        if damaged:
            names = ", ".join(entry.path or entry.sha256[:12] for entry in damaged[:_NAMED])
            more = f" and {len(damaged) - _NAMED} more" if len(damaged) > _NAMED else ""
            raise Refused(
                f"The backup is damaged: {names}{more} cannot be read or has another digest.",
                "Restore another backup; the home is as it was.",
            )

    def _bring_blob(self, entry: Entry) -> bool:
        target = self._blobs.path(entry.sha256)
        if self._blobs.has(entry.sha256, entry.size) and digest_of(target) == entry.sha256:
            return True
        return self._bring_to(entry, target)

    def _bring_file(self, entry: Entry) -> bool:
        kind, _, name = entry.path.partition("/")
        if kind == CONFIG:
            target = self._locations.config / name
            if target.exists():
                return digest_of(self._backup.pool.path(entry.sha256)) == entry.sha256
        else:
            target = self._place.new / ENVIRONMENTS / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._bring_to(entry, target)

    def _bring_to(self, entry: Entry, target: Path) -> bool:
        """Copy bytes of the pool, check the copy, and give it its name."""
        before = self._done
        staged = copy(
            self._backup.pool.path(entry.sha256),
            self._place.parts,
            lambda done, _size: self._progress(before + done, self._manifest.size),
        )
        if staged is None:
            return False
        if staged.sha256 != entry.sha256:
            staged.path.unlink()
            return False
        if target.is_relative_to(self._locations.home):
            adopt(staged, target)
        else:
            target.write_bytes(staged.path.read_bytes())  # settings may lie on another disk
            staged.path.unlink()
        return True

    def _bring_catalogue(self) -> None:
        staged = copy(self._backup.path / CATALOG, self._place.parts, lambda _done, _size: None)
        if staged is None or staged.sha256 != self._manifest.catalog_sha256:
            raise Refused(
                "The catalogue of the backup changed while it was read.",
                "Restore again; nothing was changed.",
            )
        with offline.opened(staged.path) as copied, copied.connect() as tx:
            if wrong := offline.integrity(tx, thorough=False):
                raise Refused(f"SQLite says of the catalogue of the backup: {wrong[0]}.", ANOTHER)
        adopt(staged, self._place.new / self._locations.database.name)

    def _leave_note(self, last: int) -> None:
        note = Restored(made_at=self._manifest.made_at, restored_at=now(), seq=last)
        _write(self._place.new / RESTORED, msgspec.json.encode(note))

    def _commit(self) -> None:
        """Say that all is ready; from here on the restore has happened."""
        for folder, _, _ in os.walk(self._place.root):
            sync_directory(Path(folder))
        stamp = now().replace(":", "")
        ready = self._place.ready.with_suffix(".part")
        _write(ready, f"before-restore-{stamp}".encode())
        ready.rename(self._place.ready)
        sync_directory(self._place.root)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        sync_file(file.fileno())
