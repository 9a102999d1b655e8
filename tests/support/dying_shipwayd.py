"""`shipwayd`, which ends itself by SIGKILL at its n-th change of what lies on the disk.

`SHIPWAY_TEST_DIE_AT` names n; without it the program says at its end how many changes it made.
A change is a rename, a removal, a second name or a sync: what comes between two of them is the same
to whoever looks afterwards.
"""

import atexit
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from shipway_daemon.__main__ import main

_NAMES = ("rename", "replace", "unlink", "rmdir", "link", "fsync")
_seen = 0


def _counted(original: Callable[..., Any], at: int) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        global _seen
        _seen += 1
        if _seen == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*arguments, **named)

    return call


if __name__ == "__main__":
    at = int(os.environ.get("SHIPWAY_TEST_DIE_AT", "0"))
    for name in _NAMES:
        setattr(os, name, _counted(getattr(os, name), at))
    if not at:
        atexit.register(lambda: sys.stderr.write(f"changes: {_seen}\n"))
    main()
