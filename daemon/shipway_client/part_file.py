"""A file that is being downloaded: hidden beside its target until the last byte is proven."""

import errno
import fcntl
import hashlib
import os
from contextlib import suppress
from pathlib import Path

from shipway_client.errors import Busy, Refused, WrongUsage
from shipway_client.local_file import PIECE_BYTES

#: What a file system says that knows one name for a file only.
_ONE_NAME_ONLY = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EXDEV, errno.EMLINK}


class PartFile:
    """Bytes in order, and their hash; all of it blocks, so call it in a thread.

    Its name is made of the digest, so that the next try finds what this one has.
    """

    def __init__(self, target: Path, sha256: str, size: int) -> None:
        self._target = target
        self._path = target.parent / f".{sha256[:16]}.shipway-part"
        self._expected, self._size = sha256, size
        self._file = -1
        self._sha256 = hashlib.sha256()
        self._mine = False
        self.offset = 0

    def open(self) -> None:
        """Open it, and hash what is there from before.

        Raises:
            OSError: It cannot be opened.
            WrongUsage: The folder is not there.
            Busy: Another download of these bytes into this folder is at work.
        """
        flags = os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            self._file = os.open(self._path, flags, 0o666)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError as error:
            raise WrongUsage(f"There is no folder {self._target.parent}.", "Make it.") from error
        except BlockingIOError as error:
            raise self._busy() from error
        if not self._is_named():  # the other one has just come to its end
            raise self._busy()
        self._mine = True
        if os.fstat(self._file).st_size > self._size:
            os.ftruncate(self._file, 0)
        while piece := os.pread(self._file, PIECE_BYTES, self.offset):
            self._take_in(piece)

    def _is_named(self) -> bool:
        with suppress(FileNotFoundError):
            return os.path.samestat(os.fstat(self._file), self._path.lstat())
        return False

    def _busy(self) -> Busy:
        told = f"Another download of these bytes into {self._target.parent} is at work."
        return Busy(told, "Wait for its end.")

    def write(self, piece: bytes) -> None:
        """Append a piece.

        Raises:
            OSError: The disk does not take it.
        """
        rest = memoryview(piece)
        while rest:
            rest = rest[os.pwrite(self._file, rest, self.offset + len(piece) - len(rest)) :]
        self._take_in(piece)

    def _take_in(self, piece: bytes) -> None:
        self._sha256.update(piece)
        self.offset += len(piece)

    @property
    def is_right(self) -> bool:
        """Whether these are the bytes that were asked for."""
        return self._sha256.hexdigest() == self._expected

    def begin_anew(self) -> None:
        """Forget all bytes."""
        os.ftruncate(self._file, 0)
        self._sha256, self.offset = hashlib.sha256(), 0

    def finish(self, *, force: bool) -> None:
        """Give it its name, at once and whole; a file that has it stays, but for `force`.

        Raises:
            Refused: There is a file of this name.
            OSError: The disk does not take it.
        """
        os.fsync(self._file)
        if force:
            self._path.replace(self._target)
        else:
            self._name_once()
        _sync(self._target.parent)

    def _name_once(self) -> None:
        try:
            self._target.hardlink_to(self._path)
        except FileExistsError as error:
            raise there_is(self._target) from error
        except OSError as error:
            if error.errno not in _ONE_NAME_ONLY:
                raise
            self._claim()
            self._path.replace(self._target)
        else:
            self._path.unlink()

    def _claim(self) -> None:
        """Take the name with an empty file, where no second name can be given."""
        try:
            os.close(os.open(self._target, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC))
        except FileExistsError as error:
            raise there_is(self._target) from error

    def close(self) -> None:
        """Close it; one without a byte goes."""
        if self._file < 0:
            return
        if self._mine and self.offset == 0 and self._is_named():
            self._path.unlink()
        os.close(self._file)
        self._file = -1


def there_is(target: Path) -> Refused:
    """What is said where a file would be overwritten."""
    return Refused(f"There is a file {target} already.", "Choose another name, or force it.")


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
