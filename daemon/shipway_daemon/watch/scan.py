"""Walk a build folder and find every file that may be a binary. The scan is the truth."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from shipway_daemon.blobs.staging import Signature
from shipway_daemon.watch.choice import Choice


@dataclass(frozen=True)
class Found:
    """A file that may be a binary, by its whole path."""

    path: bytes
    signature: Signature


@dataclass
class Walk:
    """What a walk saw: files, how many folders on which devices.

    `unreadable` has the folders that may not be read, with what the system says of each.
    """

    files: list[Found] = field(default_factory=list)
    folders: int = 0
    devices: set[int] = field(default_factory=set)
    unreadable: dict[bytes, str] = field(default_factory=dict)

    def covers(self, path: bytes) -> bool:
        """Tell whether no folder above `path` was unreadable."""
        return not any(path.startswith(folder + b"/") for folder in self.unreadable)


def _mute() -> None:
    """Tell nobody."""


def scan(choice: Choice, below: bytes, sign: Callable[[], None] = _mute) -> Walk:
    """Find what is chosen in `below`, a folder at or under the root. Links are not followed.

    A folder that vanishes while it is walked is passed over. `sign` is called at each folder, so
    that somebody can tell a long walk from one that hangs.

    Raises:
        OSError: `below` itself cannot be read.
    """
    walk = Walk()
    folders = [below] if choice.reaches(below) else []
    while folders:
        folder = folders.pop()
        sign()
        try:
            entries = _entries(folder, walk)
        except OSError as error:
            if folder == below:
                raise
            if not isinstance(error, FileNotFoundError | NotADirectoryError):
                walk.unreadable[folder] = error.strerror or str(error)
            continue
        folders += _sort_out(choice, entries, walk)
    return walk


def _entries(folder: bytes, walk: Walk) -> "list[os.DirEntry[bytes]]":
    with os.scandir(folder) as entries:
        found = list(entries)
    walk.devices.add(os.stat(folder).st_dev)  # noqa: PTH116 - bytes
    walk.folders += 1
    return found


def _sort_out(
    choice: Choice, entries: "Iterable[os.DirEntry[bytes]]", walk: Walk
) -> Iterator[bytes]:
    """Take note of the files of one folder, and yield the folders in it that are walked."""
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if choice.enters(entry.path):
                yield entry.path
        elif entry.is_file(follow_symlinks=False) and choice.takes(entry.path):
            walk.files += _found(entry)


def _found(entry: "os.DirEntry[bytes]") -> Iterator[Found]:
    try:
        yield Found(entry.path, Signature.of(entry.stat(follow_symlinks=False)))
    except OSError:
        return
