"""The index: one JSON file that says what was taken and what is shown, replaced whole each time."""

import os
from pathlib import Path

import msgspec

from management_server.words import LiveEntry, Receipt

_NAME = "index.json"


class AppRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One app: what was taken, what was shown before that, and when it was taken (Unix time)."""

    taken: list[LiveEntry] = []
    before: list[LiveEntry] = []
    at: float = 0.0


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt that changed the store; `plan` is the SHA-256 of what it asked for."""

    key: str
    app: str
    plan: str
    receipt: Receipt


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """All that the server knows. Every change adds one line to `history`, and nothing else does."""

    apps: dict[str, AppRecord] = {}
    history: list[Applied] = []

    def applied(self, key: str) -> Applied | None:
        """Find the attempt of this key, if it was taken."""
        return next((one for one in self.history if one.key == key), None)

    def app(self, name: str) -> AppRecord:
        """Find what is known of an app; one that is not known holds nothing."""
        return self.apps.get(name, AppRecord())

    def digests(self) -> set[str]:
        """Name every binary that is taken or shown."""
        entries = [one for app in self.apps.values() for one in (*app.taken, *app.before)]
        return {entry.digest for entry in entries}

    def followed_by(self, change: Applied, record: AppRecord) -> "Index":
        """Make the index that follows this one."""
        return Index(apps={**self.apps, change.app: record}, history=[*self.history, change])


def read_index(folder: Path) -> Index:
    """Read the index; without the file it is a new store."""
    try:
        return msgspec.json.decode((folder / _NAME).read_bytes(), type=Index)
    except FileNotFoundError:
        return Index()


def write_index(folder: Path, index: Index) -> None:
    """Replace the index; it is on disk when this returns, and whole at any moment before."""
    write_whole(folder / _NAME, msgspec.json.encode(index))


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file by one that is on disk."""
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
