"""Copy a file into the store's own file system and hash the copy, not the source.

One thread copies in large steps by copy_file_range (a kernel copy, or a free clone where the file
system can); a second hashes the copy behind it. What is hashed is therefore what was written.
"""

import errno
import hashlib
import os
import stat
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from shipway_client.errors import NotFound, Refused, Unavailable, Unreadable

from shipway_daemon.blobs.durable import sync_file
from shipway_daemon.blobs.headway import Headway

_COPY_STEP = 8 * 1024 * 1024
#: A step of a source that may be slow, and how long one step takes where it is not.
_SLOW_STEP = 256 * 1024
_FAST_SECONDS = 0.25
_HASH_STEP = 1024 * 1024
#: Why a file cannot be opened now, and says nothing of the file: it is tried again.
_PASSING = {
    *(errno.EIO, errno.ENOSPC, errno.ESTALE, errno.ETIMEDOUT, errno.EINTR),
    *(errno.ENOMEM, errno.EMFILE, errno.ENFILE),
}
_FALLBACK = {errno.EXDEV, errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM}


class SourceChanged(Unavailable):
    """The file changed while it was copied, so it is not finished; try again later."""


@dataclass(frozen=True)
class Signature:
    """What tells one state of a file from another without reading it."""

    device: int
    inode: int
    size: int
    modified_ns: int
    changed_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> "Signature":
        """Take it from a stat."""
        return cls(
            status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
        )

    def __str__(self) -> str:
        return f"{self.device}:{self.inode}:{self.size}:{self.modified_ns}:{self.changed_ns}"


@dataclass(frozen=True)
class Staged:
    """A finished copy under a temporary name, on the disk, with the digest of its bytes."""

    path: Path
    sha256: str
    size: int
    source: Signature


def open_source(path: Path) -> int:
    """Open a file to be copied, never following a link nor waiting on a pipe.

    Raises:
        NotFound: There is no such file.
        Unreadable: We have no right to read it.
        Refused: It is no regular file, or it cannot be read.
        OSError: It cannot be read now: the disk is broken, or we have too many files open.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {_shown(path)}.", "See how it is spelt.") from error
    except PermissionError as error:
        raise Unreadable(
            f"{_shown(path)} cannot be read: {error.strerror}.",
            "Give the daemon the right to read it, or upload it.",
        ) from error
    except OSError as error:
        if error.errno in _PASSING:
            raise
        reason = "it is a symbolic link" if error.errno == errno.ELOOP else error.strerror
        raise Refused(f"{_shown(path)} cannot be read: {reason}.") from error
    except ValueError as error:
        raise Refused("A path with a zero byte names no file.") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Refused(f"{_shown(path)} is no regular file.", "Only files can be ingested.")
    return descriptor


def _shown(path: Path) -> str:
    """A path as it can be printed and stored: what is no text of it is replaced."""
    return os.fsencode(path).decode("utf-8", "replace")


def stage(
    source: Path, target: Path, headway: Headway, report: Callable[[int, int], None]
) -> Staged:
    """Copy `source` to the new file `target`, put it on the disk, and return its digest.

    Runs for as long as the copy takes: call it in a thread. `report` is told the bytes that are
    hashed and the size. On any failure the copy is gone.

    Raises:
        SourceChanged: The source was not the same file before and after.
        StagingStopped: Nobody waits for it any more.
        Refused: The source is no readable regular file.
        OSError: The disk is full, or broken.
    """
    reading = open_source(source)
    try:
        return _stage(reading, source, target, headway, report)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    finally:
        os.close(reading)


def _stage(
    reading: int,
    source: Path,
    target: Path,
    headway: Headway,
    report: Callable[[int, int], None],
) -> Staged:
    before = Signature.of(os.fstat(reading))
    headway.check()  # opening may have taken for ever
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    writing = os.open(target, flags, 0o600)
    try:
        hasher = _Hasher(writing, before.size, headway, report)
        hasher.start()
        try:
            copied = _copy(reading, writing, before.size, headway, hasher)
        finally:
            headway.ours = True
            hasher.finish()
        headway.check()  # the hasher may have stopped before the end
        sync_file(writing)
    finally:
        os.close(writing)
    headway.ours = False
    if copied != before.size or _signature(reading, source) != before:
        raise SourceChanged(
            f"{_shown(Path(source.name))} changed while it was read.",
            "It is taken when it is finished.",
        )
    return Staged(target, hasher.digest(), copied, before)


def _signature(reading: int, source: Path) -> Signature | None:
    """The source as it is now; None where its name means another file by now."""
    held = Signature.of(os.fstat(reading))
    try:
        named = Signature.of(os.lstat(source))
    except OSError:
        return None
    return held if held == named else None


def _copy(reading: int, writing: int, size: int, headway: Headway, hasher: "_Hasher") -> int:
    offset, most = 0, _SLOW_STEP
    step = _kernel_step
    while offset < size:
        headway.check()
        begun = time.monotonic()
        try:
            moved = step(reading, writing, offset, min(size - offset, most))
        except OSError as error:
            if step is _buffer_step or error.errno not in _FALLBACK:
                raise
            step = _buffer_step
            continue
        if moved == 0:
            break
        offset += moved
        headway.done += moved
        hasher.copied(offset)
        most = _next_step(most, time.monotonic() - begun)
    return offset


def _next_step(most: int, seconds: float) -> int:
    """Copy in large steps from a fast source, and in small ones from a slow: each is progress."""
    return min(2 * most, _COPY_STEP) if seconds < _FAST_SECONDS else max(most // 2, _SLOW_STEP)


def _kernel_step(reading: int, writing: int, offset: int, left: int) -> int:
    if not hasattr(os, "copy_file_range"):  # macOS has none
        raise OSError(errno.ENOSYS, "no copy_file_range")
    return os.copy_file_range(reading, writing, min(left, _COPY_STEP), offset, offset)


def _buffer_step(reading: int, writing: int, offset: int, left: int) -> int:
    chunk = os.pread(reading, min(left, _HASH_STEP), offset)
    written = 0
    while written < len(chunk):
        written += os.pwrite(writing, chunk[written:], offset + written)
    return written


class _Hasher(threading.Thread):
    """Hashes the copy behind the copying thread, which tells it how far it may read."""

    def __init__(
        self, file: int, size: int, headway: Headway, report: Callable[[int, int], None]
    ) -> None:
        super().__init__(name="shipway-hash", daemon=True)
        self._file = file
        self._size = size
        self._stopping = headway.stop
        self._report = report
        self._limit = 0
        self._finished = False
        self._moved = threading.Condition()
        self._sha256 = hashlib.sha256()
        self._failure: Exception | None = None

    def copied(self, offset: int) -> None:
        """Let the hasher read up to `offset`."""
        with self._moved:
            self._limit = offset
            self._moved.notify()

    def finish(self) -> None:
        """Wait until all that was copied is hashed."""
        with self._moved:
            self._finished = True
            self._moved.notify()
        self.join()
        if self._failure is not None:
            raise self._failure

    def digest(self) -> str:
        """The digest of all that was copied; call `finish` first."""
        return self._sha256.hexdigest()

    def run(self) -> None:
        """Hash until the end, or until the copy is given up."""
        buffer = memoryview(bytearray(_HASH_STEP))
        offset = 0
        try:
            while (limit := self._wait(offset)) > offset:
                offset = self._hash(buffer, offset, limit)
        except Exception as error:  # noqa: BLE001 - raised by `finish`: half a digest is none
            self._failure = error

    def _wait(self, offset: int) -> int:
        with self._moved:
            while self._limit <= offset and not self._finished:
                self._moved.wait()
            return self._limit

    def _hash(self, buffer: memoryview, offset: int, limit: int) -> int:
        while offset < limit and not self._stopping.is_set():
            got = os.preadv(self._file, [buffer[: min(_HASH_STEP, limit - offset)]], offset)
            if got == 0:
                raise OSError(errno.EIO, "the copy is shorter than what was written")
            self._sha256.update(buffer[:got])
            offset += got
            self._report(offset, self._size)
        return limit if self._stopping.is_set() else offset
