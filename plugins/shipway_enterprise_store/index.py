"""The index of the store: one JSON file that says what is live, replaced whole each time."""

import os
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from shipway_plugins.errors import StoreRefused
from shipway_plugins.words import LiveEntry, Receipt

#: How many applied attempts are remembered, so that a repeated one is not applied twice.
HISTORY = 10_000
_NAME = "enterprise-store.json"


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One version that the store holds for an app; its file is named by the digest."""

    app: str
    entry: LiveEntry
    size: int
    file_name: str
    at: str


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt that was applied, with what was answered."""

    key: str
    at: str
    receipt: Receipt


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """All that the store knows. `layout` is the version of this file's shape."""

    layout: int = 1
    held: list[Held] = []
    history: list[Applied] = []

    def receipt_of(self, key: str) -> Receipt | None:
        """Find what was answered to the attempt `key`, if it was applied."""
        return next((one.receipt for one in self.history if one.key == key), None)

    def of(self, app: str) -> list[Held]:
        """List what is held of `app`."""
        return [one for one in self.held if one.app == app]

    def applied(self, held: list[Held], receipt: Receipt) -> "Index":
        """Make the index that follows this one."""
        done = Applied(key=receipt.key, at=now(), receipt=receipt)
        return Index(held=held, history=[*self.history, done][-HISTORY:])


def now() -> str:
    """Say what time it is, as RFC 3339 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def read_index(directory: Path) -> Index | None:
    """Read the index from disk; None where there is none.

    Raises:
        StoreRefused: There is one, and it cannot be read.
    """
    path = directory / _NAME
    try:
        index = msgspec.json.decode(path.read_bytes(), type=Index)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (msgspec.DecodeError, OSError) as broken:
        raise StoreRefused(
            f"The store's index {path} cannot be read: {broken}.",
            "Restore it from a backup, or move it away to start with an empty store.",
        ) from broken
    if index.layout != Index().layout:
        raise StoreRefused(f"The store's index {path} was written by a newer Shipway.")
    return index


def write_index(directory: Path, index: Index) -> None:
    """Replace the index; it is on disk when this returns, and whole at any moment before."""
    path, fresh = directory / _NAME, directory / f"{_NAME}.new"
    with fresh.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(index), indent=1))
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    sync_folder(directory)


def sync_folder(directory: Path) -> None:
    """Bring the names in a folder to disk."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
