"""Read a small file that lies beside a binary. It may be anything, so it is read with limits."""

import errno
import os
import stat
from pathlib import Path


class Unusable(Exception):
    """It is there and cannot be used; says why, as the end of a sentence."""


def read_beside(path: Path, most: int) -> bytes | None:
    """Read a regular file of at most `most` bytes; None if there is none of that name.

    No link is followed and no pipe waited for. Blocks, so call it in a thread.

    Raises:
        Unusable: It is no regular file, is too large, or cannot be read.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG):
            return None
        linked = error.errno == errno.ELOOP
        why = "is a symbolic link" if linked else f"cannot be read: {error.strerror}"
        raise Unusable(why) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unusable("is no regular file")
    try:
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise Unusable(f"cannot be read: {error.strerror}") from error
    if len(data) > most:
        raise Unusable(f"is larger than {most // 1024} KiB")
    return data
