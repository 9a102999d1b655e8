"""The last step of a restore: what was made ready takes its place, whatever happens on the way.

Everything that a restore brings lies in `restoring/new` of the home, checked and on the disk,
before the file `ready` says so. From then on the restore has happened: whoever holds the lock of
the home next goes on with the renames where they were left, and each is made once. Without `ready`
nothing has happened, and `restoring` is removed.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

from shipway_client.locations import Locations

from shipway_daemon.blobs.durable import sync_directory

RESTORED = "restored.json"


class Restoring:
    """The places of a restore that is under way, inside the home."""

    def __init__(self, locations: Locations) -> None:
        self.root = locations.home / "restoring"
        self.new = self.root / "new"
        self.before = self.root / "before"
        self.parts = self.root / "parts"
        self.ready = self.root / "ready"


def finish(locations: Locations) -> Path | None:
    """End a restore that is ready, or forget one that is not; call it while holding the home.

    Returns where the home of before lies, None where there was none or nothing was restored.

    Raises:
        OSError: The disk is broken; it is tried again with the next call.
    """
    restoring = Restoring(locations)
    if not restoring.root.exists():
        return None
    before = None
    if restoring.ready.exists():
        for name, present in _items(locations):
            _take_place(restoring, name, present)
        sync_directory(locations.home)
        before = _set_aside(restoring, locations)
        restoring.ready.unlink()
        sync_directory(restoring.root)
    shutil.rmtree(restoring.root)
    return before


def _items(locations: Locations) -> Iterator[tuple[str, list[Path]]]:
    """What is replaced, and each with all that goes away with it.

    The catalogue's write-ahead log goes first: SQLite would apply it to whatever has the name.
    """
    database = locations.database
    sides = [database.with_name(database.name + end) for end in ("-wal", "-shm")]
    yield locations.environments.name, [locations.environments]
    yield RESTORED, [locations.home / RESTORED]
    yield database.name, [*sides, database]


def _take_place(restoring: Restoring, name: str, present: list[Path]) -> None:
    new = restoring.new / name
    if not new.exists():
        return  # it was done before we were killed
    for path in present:
        if path.exists():
            restoring.before.mkdir(mode=0o700, exist_ok=True)
            path.rename(restoring.before / path.name)
    sync_directory(new.parent)
    new.rename(present[-1])


def _set_aside(restoring: Restoring, locations: Locations) -> Path | None:
    """Give the home of before a name that says what it is, where anything was in it."""
    target = locations.home / restoring.ready.read_text(encoding="utf-8")
    if any(path.is_file() for path in restoring.before.rglob("*")):
        restoring.before.rename(target)
        sync_directory(locations.home)
    return target if target.exists() else None
