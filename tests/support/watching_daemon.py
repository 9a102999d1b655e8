"""The daemon, which scans often, loses patience soon, and can be put at a disadvantage.

`SHIPWAY_TEST_SCAN` are the seconds between two scans; what waits for a root that hangs waits about
as long. `SHIPWAY_TEST_WATCHES` is how many folders the kernel watches for it, in a user namespace
of its own: the limit of the machine is never touched. With `SHIPWAY_TEST_MODES` root's daemon minds
the modes of files as anybody else's does. SIGUSR1 blocks its loop for some seconds.
"""

import ctypes
import os
import signal
import sys
import time
from pathlib import Path

from shipway_daemon.__main__ import main
from shipway_daemon.blobs import copying
from shipway_daemon.watch import coverage, hints, pace, root_thread

BLOCKED_SECONDS = 4.0
_NEW_USER = 0x10000000
_LIMIT = Path("/proc/sys/user/max_inotify_watches")


def often(seconds: float) -> None:
    """Scan so often, and wait hardly longer for what hangs."""
    pace.SCAN_SECONDS = seconds
    pace.HINTLESS_SECONDS = pace.MISSING_SECONDS = seconds / 3
    pace._DOUBTFUL_SECONDS = seconds / 3
    coverage.SETTLE_SECONDS = seconds / 3
    hints.REFUSED_SECONDS = 2 * seconds
    root_thread.SILENT_SECONDS = seconds
    copying.STALLED_SECONDS = 2 * seconds
    copying._LEAVE_SECONDS = 0.5


def few_watches(number: int) -> None:
    """Enter a user namespace in which only so many folders are watched."""
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_USER):
        raise OSError(ctypes.get_errno(), "no user namespace")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    _LIMIT.write_text(str(number))


def minding_modes() -> None:
    """Begin again without the right to read what modes forbid."""
    if os.environ.pop("SHIPWAY_TEST_MODES", ""):
        without = ("--bounding-set", "-dac_override,-dac_read_search")
        os.execvp("setpriv", ["setpriv", *without, sys.executable, "-P", *sys.argv])


def _block(_number: int, _frame: object) -> None:
    time.sleep(BLOCKED_SECONDS)


if __name__ == "__main__":
    minding_modes()
    if watches := os.environ.get("SHIPWAY_TEST_WATCHES"):
        few_watches(int(watches))
    often(float(os.environ["SHIPWAY_TEST_SCAN"]))
    signal.signal(signal.SIGUSR1, _block)
    main()
