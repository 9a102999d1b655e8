"""What hints name: looked up at once, without a scan of the whole tree."""

import os
import stat
from collections.abc import Callable

from shipway_daemon.blobs.staging import Signature
from shipway_daemon.watch.choice import Choice
from shipway_daemon.watch.scan import Found, scan


def resolve(choice: Choice, paths: list[bytes], sign: Callable[[], None]) -> list[Found]:
    """Find what is chosen among `paths`: a file is itself, a folder is all that lies in it by now.

    What lies in a folder that is named as well is walked once. Links are not followed: neither one
    that is named, nor one on the way to what is.
    """
    found: list[Found] = []
    base = os.path.realpath(choice.root)
    walked: bytes | None = None
    for path in sorted(paths):
        if walked is not None and path.startswith(walked + b"/"):
            continue
        sign()
        try:
            status = os.lstat(path)
            if _is_through_link(choice.root, base, path):
                continue
            if stat.S_ISDIR(status.st_mode):
                found += scan(choice, path, sign).files
                walked = path
            elif stat.S_ISREG(status.st_mode) and choice.wants(path):
                found.append(Found(path, Signature.of(status)))
        except OSError:  # gone again, or not to be read: the next scan tells
            continue
    return found


def _is_through_link(root: bytes, base: bytes, path: bytes) -> bool:
    """Tell whether one of the folders between `root`, which is really `base`, and `path` is a link.

    Watches may follow links, and then name files outside of the tree by a way through it.
    """
    folder = os.path.dirname(path)  # noqa: PTH120 - bytes
    return path != root and os.path.realpath(folder) != base + folder[len(root) :]
