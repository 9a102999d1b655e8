"""The receipts of what was taken, by attempt, so that no attempt is sent twice."""

import hashlib
import os
from pathlib import Path

import msgspec
from shipway_plugins.errors import StoreUnreachable
from shipway_plugins.words import Receipt

#: How many receipts are kept.
KEPT = 1000


class Taken:
    """A folder with a file for each receipt, named by the digest of its key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def receipt(self, key: str) -> Receipt | None:
        """Find what was answered to the attempt `key`.

        Raises:
            StoreUnreachable: There is a receipt, and it cannot be read.
        """
        path = self._path(key)
        try:
            return msgspec.json.decode(path.read_bytes(), type=Receipt)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as broken:
            raise StoreUnreachable(f"The receipt {path} cannot be read: {broken}.") from broken

    def keep(self, receipt: Receipt) -> Receipt:
        """Write a receipt down; it is on disk when this returns.

        Raises:
            StoreUnreachable: It cannot be written; the program has done its work all the same.
        """
        path = self._path(receipt.key)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(path, msgspec.json.encode(receipt))
            self._forget_the_oldest()
        except OSError as problem:
            raise StoreUnreachable(
                f"It was taken, but the receipt cannot be written to {path}: {problem.strerror}."
            ) from problem
        return receipt

    def _write(self, path: Path, content: bytes) -> None:
        fresh = path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _forget_the_oldest(self) -> None:
        files = sorted(self._folder.glob("*.json"), key=lambda file: file.stat().st_mtime_ns)
        for file in files[:-KEPT]:
            file.unlink()

    def _path(self, key: str) -> Path:
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()}.json"
