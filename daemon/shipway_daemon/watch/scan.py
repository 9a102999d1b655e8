"""Walk a build folder and find every file that may be a binary. The scan is the truth."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

from shipway_daemon.blobs.staging import Signature
from shipway_daemon.watch.choice import Choice


@dataclass(frozen=True)
class Found:
    """A file that may be a binary, by its whole path."""

    path: bytes
    signature: Signature


def scan(choice: Choice, below: bytes) -> list[Found]:
    """Find what is chosen in `below`, a folder at or under the root. Links are not followed.

    A folder that vanishes or cannot be read while it is walked is passed over.

    Raises:
        OSError: The root itself cannot be read.
    """
    if below == choice.root:
        os.scandir(below).close()
    return list(_walk(choice, below)) if choice.reaches(below) else []


def _walk(choice: Choice, below: bytes) -> Iterator[Found]:
    folders = [below]
    while folders:
        try:
            entries = list(os.scandir(folders.pop()))
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if choice.enters(entry.path):
                    folders.append(entry.path)
            elif entry.is_file(follow_symlinks=False) and choice.takes(entry.path):
                yield from _found(entry)


def _found(entry: "os.DirEntry[bytes]") -> Iterator[Found]:
    try:
        yield Found(entry.path, Signature.of(entry.stat(follow_symlinks=False)))
    except OSError:
        return
