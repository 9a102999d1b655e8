"""Walk a build folder and find every file that may be a binary. The scan is the truth."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

from shipway_daemon.blobs.staging import Signature
from shipway_daemon.watch.names import may_be_binary


@dataclass(frozen=True)
class Found:
    """A file that may be a binary, by its whole path."""

    path: bytes
    signature: Signature


def scan(root: bytes, below: bytes, glob: str | None) -> list[Found]:
    """Find what may be binaries in `below`, a folder at or under `root`. Links are not followed.

    A folder that vanishes or cannot be read while it is walked is passed over.

    Raises:
        OSError: `root` itself cannot be read.
    """
    if below == root:
        os.scandir(root).close()
    return list(_walk(root, below, glob))


def _walk(root: bytes, below: bytes, glob: str | None) -> Iterator[Found]:
    folders = [below]
    while folders:
        try:
            entries = list(os.scandir(folders.pop()))
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
            elif entry.is_file(follow_symlinks=False) and wanted(root, entry.path, glob):
                yield from _found(entry)


def wanted(root: bytes, path: bytes, glob: str | None) -> bool:
    """Tell whether a path below `root` may be a binary, by its name."""
    relative = os.fsdecode(path[len(root) :].lstrip(b"/"))
    return may_be_binary(relative, glob)


def _found(entry: "os.DirEntry[bytes]") -> Iterator[Found]:
    try:
        yield Found(entry.path, Signature.of(entry.stat(follow_symlinks=False)))
    except OSError:
        return
