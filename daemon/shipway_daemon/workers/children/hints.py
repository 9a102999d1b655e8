"""The hints child: listens to one folder for the daemon.

watchfiles arms a tree with the interpreter stopped, follows links on its way (on Linux, where each
folder is armed by itself), and tells neither of a full queue nor of folders that it could not add.
The daemon's scans make up for what it misses.
"""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
from watchfiles._rust_notify import RustNotify, WatchfilesRustInternalError

from shipway_daemon.workers.children.service import begin, serve
from shipway_daemon.workers.frames import Call
from shipway_daemon.workers.questions import Armed, ArmQuestion, Heard, HearQuestion

#: A batch closes after so long without a further change, and after so long at the latest (ms).
_STEP, _DEBOUNCE = 50, 1600
#: More changes, or more bytes of names, than these are a flood.
_MOST, _MOST_BYTES = 4096, 512 * 1024
_DELETED = 3
_LIMIT = "OS file watch limit reached"


class Ears:
    """What listens, once it is armed."""

    def __init__(self) -> None:
        self._root = ""
        self._notify: RustNotify | None = None

    def arm(self, call: Call) -> Armed:
        """Listen to the folder of the call."""
        self._root = os.fsdecode(msgspec.msgpack.decode(call.params, type=ArmQuestion).path)
        link = next(_ways_out(self._root), None) if sys.platform == "linux" else None
        if link is not None:
            shown = os.fsencode(link).decode("utf-8", "replace")
            return Armed(reason=f"the link {shown} leads out of it")
        try:
            self._notify = _listen(self._root)
        except OSError as error:
            return Armed(reason=_reason(error))
        except UnicodeError:
            return Armed(reason="its name is no text")
        watches = _watches()
        return Armed(watches=watches, reason="it is gone" if watches == 0 else "")

    def hear(self, call: Call) -> Heard:
        """Wait for changes, or for the time of the call to pass."""
        assert self._notify is not None, "not armed"
        seconds = msgspec.msgpack.decode(call.params, type=HearQuestion).seconds
        try:
            changes = self._notify.watch(_DEBOUNCE, _STEP, int(seconds * 1000), None)
        except WatchfilesRustInternalError:  # a name that is no text: the ears are deaf from now on
            self._notify = _listen(self._root)
            return Heard(flood=True, watches=_watches())
        if isinstance(changes, str):
            return Heard(watches=_watches())
        gone = (_DELETED, self._root) in changes
        paths = [os.fsencode(path) for change, path in changes if change != _DELETED]
        flood = len(paths) > _MOST or sum(map(len, paths)) > _MOST_BYTES
        return Heard(paths=[] if flood else paths, flood=flood, gone=gone, watches=_watches())


def _listen(root: str) -> RustNotify:
    return RustNotify([root], False, False, 0, True, True)  # noqa: FBT003 - it takes no names


def _reason(error: OSError) -> str:
    if _LIMIT not in str(error):
        return error.strerror or str(error)
    limit = ""
    with contextlib.suppress(OSError):
        limit = f" of {Path('/proc/sys/fs/inotify/max_user_watches').read_text().strip()}"
    return f"the system's limit{limit} watched folders (fs.inotify.max_user_watches) is reached"


def _ways_out(root: str) -> Iterator[str]:
    """Find links to folders outside of the tree: arming would walk whatever they lead to."""
    base = os.path.realpath(root)
    folders = [root]
    while folders:
        with contextlib.suppress(OSError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                elif entry.is_symlink() and entry.is_dir() and _leads_out(entry.path, base):
                    yield entry.path


def _leads_out(link: str, base: str) -> bool:
    target = os.path.realpath(link)
    return target != base and not target.startswith(base + os.sep)


def _watches() -> int | None:
    """How many folders the kernel watches for us; this process has one list of them."""
    descriptors = Path("/proc/self/fdinfo")
    if not descriptors.is_dir():
        return None
    told = 0
    for file in descriptors.iterdir():
        with contextlib.suppress(OSError):
            told += sum(line.startswith("inotify ") for line in file.read_text().splitlines())
    return told


def main(arguments: list[str]) -> None:
    """Run as the ears of a folder until the daemon closes its end."""
    start = begin(arguments)
    ears = Ears()
    serve(start.channel, start.channel.calls(), {"arm": ears.arm, "hear": ears.hear})


if __name__ == "__main__":
    main(sys.argv[1:])
