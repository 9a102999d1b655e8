"""The folder of the store: whose turn it is in there, and whether it is the one that we know."""

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from shipway_plugins.errors import StoreBusy, StoreUnreachable

from shipway_enterprise_store.index import Index, read_index, write_index


class StoreFolder:
    """Where the store keeps its index and its files.

    A chosen folder may be on a drive that is not there today. So that its absence is never taken
    for an empty store, the environment's own folder remembers that it was used.
    """

    def __init__(self, directory: Path, own: Path) -> None:
        self.directory = directory
        self._memory = own / "used-folder"

    def read(self) -> Index:
        """Read the index from disk.

        Raises:
            StoreUnreachable: The folder was used before and is not there.
            StoreRefused: The index cannot be read.
        """
        index = read_index(self.directory)
        if index is None and self._remembered() == str(self.directory):
            raise StoreUnreachable(
                f"The store in {self.directory} is not there any more.",
                "If the folder is on another drive, bring the drive back.",
            )
        return index or Index()

    def write(self, index: Index) -> None:
        """Replace the index, and remember that the folder is in use."""
        write_index(self.directory, index)
        if self._remembered() != str(self.directory):
            self._memory.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._memory.write_text(str(self.directory), encoding="utf-8")

    def try_writing(self) -> None:
        """Prove that the folder can be written to.

        Raises:
            OSError: It cannot.
        """
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self.directory):
            pass

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the store's lock: two environments may share one folder.

        Raises:
            StoreBusy: Another environment is publishing into it.
            StoreUnreachable: The folder failed; what it holds now has to be read back.
        """
        try:
            with self._locked():
                yield
        except OSError as problem:
            raise StoreUnreachable(f"The store in {self.directory} failed: {problem}.") from problem

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self.directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self._take(lock)
            yield
        finally:
            os.close(lock)

    def _take(self, lock: int) -> None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise StoreBusy(
                f"Another environment is publishing into {self.directory}.",
                "Try again when it is done.",
            ) from held

    def _remembered(self) -> str | None:
        try:
            return self._memory.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
