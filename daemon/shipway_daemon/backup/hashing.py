"""Digests of files, and copies of files into a store of blobs."""

import hashlib
import uuid
from collections.abc import Callable
from pathlib import Path

from shipway_client.errors import NotFound, Refused

from shipway_daemon.blobs.durable import sync_directory
from shipway_daemon.blobs.headway import Headway
from shipway_daemon.blobs.staging import SourceChanged, Staged, stage

#: Told how many bytes of a copy are done, and how many there are.
Report = Callable[[int, int], None]

_CHUNK = 1024 * 1024
#: How often a file that changes while it is copied is copied again.
_TRIES = 5


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, a piece at a time.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy(source: Path, parts: Path, report: Report) -> Staged | None:
    """Copy a file into `parts`, on the disk, with the digest of the copy; None where it is gone.

    One that keeps changing is copied as it is at last.

    Raises:
        OSError: The disk is full or broken.
    """
    for left in range(_TRIES, 0, -1):
        try:
            return stage(source, parts / uuid.uuid4().hex, Headway(), report)
        except (NotFound, FileNotFoundError):
            return None
        except SourceChanged as error:
            if left == 1:
                raise OSError(None, f"it keeps changing: {error.message}", str(source)) from error
        except Refused:
            return None  # a link, a socket: nothing that has bytes of its own
    return None


def adopt(staged: Staged, target: Path) -> None:
    """Give a copy its final name, for good."""
    staged.path.replace(target)
    sync_directory(target.parent)
