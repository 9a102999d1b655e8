"""The daemon, with less patience for a store that does not show what it took.

`SHIPWAY_TEST_PATIENCE` are the seconds that it gives a read-back; the real one gives a minute.
"""

import os

from shipway_daemon.__main__ import main
from shipway_daemon.publish import verification, work


def impatient(seconds: float) -> None:
    """Give every read-back of this process so many seconds."""
    verification.read_back.__defaults__ = (seconds,)
    assert seconds < work._SETTLE_SECONDS
    work._SETTLE_SECONDS = seconds


if __name__ == "__main__":
    impatient(float(os.environ["SHIPWAY_TEST_PATIENCE"]))
    main()
