"""Binaries: uploads that can be gone on with, and the files that they become."""

import hashlib
import os
import time
from pathlib import Path

import msgspec

from management_server.bodies import Refusal
from management_server.index import sync_folder, write_whole
from management_server.words import Upload, UploadRequest


class Binaries:
    """Two folders: `uploads`, what is on its way, and `binaries`, files named by their SHA-256.

    All methods block, and callers see to it that one upload is written by one of them at a time.
    """

    def __init__(self, folder: Path) -> None:
        self._uploads = folder / "uploads"
        self._held = folder / "binaries"
        for place in (self._uploads, self._held):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)

    def has(self, digest: str, size: int) -> bool:
        """Say whether the binary is here, whole."""
        try:
            return (self._held / digest).stat().st_size == size
        except FileNotFoundError:
            return False

    def begin(self, asked: UploadRequest) -> tuple[Upload, bool]:
        """Answer the upload of a binary, and whether it is a new one.

        It is named by what was announced, so that whoever announces it again goes on with it.
        """
        name = hashlib.sha256(f"{asked.digest}:{asked.size}".encode()).hexdigest()[:32]
        if self.has(asked.digest, asked.size):
            os.utime(self._held / asked.digest)  # begin its time to be kept anew
            return _upload(name, asked, asked.size, complete=True), False
        new = not self._note(name).exists()
        if new:
            write_whole(self._note(name), msgspec.json.encode(asked))
        return _upload(name, asked, self._offset(name)), new

    def find(self, name: str) -> Upload:
        """Say how far an upload is.

        Raises:
            Refusal: There is none of this name.
        """
        try:
            asked = msgspec.json.decode(self._note(name).read_bytes(), type=UploadRequest)
        except FileNotFoundError as gone:
            raise Refusal(404, "There is no such upload.") from gone
        return _upload(name, asked, self._offset(name))

    def append(self, name: str, offset: int, content: bytes) -> Upload:
        """Keep the next bytes; with the last ones, see that they hash to what was announced.

        Raises:
            Refusal: The bytes belong elsewhere, or are not those that were announced.
        """
        upload = self.find(name)
        if offset != upload.offset:
            why = f"The upload is at {upload.offset}, and these bytes begin at {offset}."
            raise Refusal(409, why, name="offset", offset=upload.offset)
        if offset + len(content) > upload.size:
            raise Refusal(413, f"These bytes go beyond the {upload.size} that were announced.")
        with self._part(name).open("ab") as part:
            part.write(content)
            part.flush()
            os.fdatasync(part.fileno())
        arrived = msgspec.structs.replace(upload, offset=offset + len(content))
        return self._complete(arrived) if arrived.offset == arrived.size else arrived

    def keep_only(self, digests: set[str], keep_seconds: float) -> None:
        """Remove binaries that are neither named nor young."""
        now = time.time()
        for file in self._held.iterdir():
            if file.name not in digests and now - file.stat().st_mtime >= keep_seconds:
                file.unlink()

    def _complete(self, upload: Upload) -> Upload:
        part = self._part(upload.id)
        with part.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != upload.digest:
            self._forget(upload.id)
            raise Refusal(
                422,
                f"What arrived hashes to {found}, and {upload.digest} was announced.",
                name="digest",
                hint="See that the file is whole, and send it again.",
            )
        part.rename(self._held / upload.digest)
        sync_folder(self._held)
        self._forget(upload.id)
        return msgspec.structs.replace(upload, complete=True)

    def _forget(self, name: str) -> None:
        self._part(name).unlink(missing_ok=True)
        self._note(name).unlink(missing_ok=True)

    def _offset(self, name: str) -> int:
        try:
            return self._part(name).stat().st_size
        except FileNotFoundError:
            return 0

    def _part(self, name: str) -> Path:
        return self._uploads / f"{name}.part"

    def _note(self, name: str) -> Path:
        return self._uploads / f"{name}.json"


def _upload(name: str, asked: UploadRequest, offset: int, *, complete: bool = False) -> Upload:
    return Upload(id=name, digest=asked.digest, size=asked.size, offset=offset, complete=complete)
