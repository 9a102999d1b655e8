"""The daemon, with less patience and less to give.

`SHIPWAY_TEST_HASTE` are the seconds that it gives each call to a lane; the real one gives some of
them minutes and hours. What a child may take of the machine is less in the same manner.
"""

import os
import sys
from pathlib import Path

from shipway_daemon.__main__ import main
from shipway_daemon.workers import limits

sys.path.insert(0, str(Path(__file__).parent))
from impatient_daemon import impatient

#: In bytes, and in seconds of the processor.
MEMORY = 256 << 20
IDLE_MEMORY = 96 << 20
PROCESSOR = 2.0

_DEADLINES = ("OPEN", "STATUS", "CHECK", "LIVE", "TARGETS", "PUBLISH", "QUIET")


def hasty(seconds: float) -> None:
    """Give every call of this process so many seconds."""
    for name in _DEADLINES:
        usual = getattr(limits, f"{name}_SECONDS")
        setattr(limits, f"{name}_SECONDS", min(seconds, usual))
    limits.KILL_GRACE_SECONDS = 1.0
    limits.MEMORY, limits.IDLE_MEMORY = MEMORY, IDLE_MEMORY
    limits.QUESTION_PROCESSOR = limits.PUBLISH_PROCESSOR = PROCESSOR


if __name__ == "__main__":
    haste = float(os.environ["SHIPWAY_TEST_HASTE"])
    hasty(haste)
    impatient(min(haste * 1.5, 9.0))
    main()
