"""Runs the daemon as systemd does: the listening socket of the argument is its descriptor 3."""

import os
import sys

if __name__ == "__main__":
    os.dup2(int(sys.argv[1]), 3, inheritable=True)
    os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
    os.execv(sys.executable, [sys.executable, "-P", "-m", "shipway_daemon"])
