"""The shelf: a folder with a file for each digest, and an index of what is where."""

import fcntl
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import msgspec
from shipway_plugins.words import LiveEntry, LiveState


class Shelf(Protocol):
    """What the adapter needs of a shelf; what goes wrong is an `OSError`."""

    def send(
        self, key: str, app: str, entries: Sequence[LiveEntry], files: Mapping[str, Path]
    ) -> None:
        """Hold `entries` of `app` and nothing else, once for each `key`."""

    def read(self, app: str) -> LiveState:
        """Say what is held of `app`."""


class Index(msgspec.Struct):
    """What is on the shelf, by app, and the attempts that were taken."""

    apps: dict[str, list[LiveEntry]] = {}
    keys: list[str] = []


class FolderShelf:
    """A shelf that is a folder, which has to be there."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def send(
        self, key: str, app: str, entries: Sequence[LiveEntry], files: Mapping[str, Path]
    ) -> None:
        """Hold `entries` of `app` and nothing else, once for each `key`."""
        with self._alone():
            index = self._index()
            if key in index.keys:
                return
            for digest, path in files.items():
                shutil.copyfile(path, self._directory / f"{digest}.new")
                (self._directory / f"{digest}.new").rename(self._directory / digest)
            index.apps[app] = list(entries)
            index.keys.append(key)
            fresh = self._directory / "index.new"
            fresh.write_bytes(msgspec.json.encode(index))
            fresh.rename(self._directory / "index.json")

    def read(self, app: str) -> LiveState:
        """Say what is held of `app`."""
        held = self._index().apps.get(app, [])
        there = [entry for entry in held if (self._directory / entry.digest).exists()]
        return LiveState(app=app, entries=there)

    def _index(self) -> Index:
        if not (self._directory / "index.json").exists():
            next(self._directory.iterdir(), None)  # a shelf that is not there is not empty
            return Index()
        return msgspec.json.decode((self._directory / "index.json").read_bytes(), type=Index)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self._directory / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
