"""The daemon, with less patience for a store that does not show what it took.

`SHIPWAY_TEST_PATIENCE` are the seconds that it gives a read-back; the real one gives a minute. What
it waits for before it tries again or looks again shrinks in the same way.
"""

import functools
import os

from shipway_daemon.__main__ import main
from shipway_daemon.jobs import engine
from shipway_daemon.jobs.pace import Pace
from shipway_daemon.publish import deadlines
from shipway_daemon.publish.deadlines import Deadlines


def impatient(seconds: float) -> None:
    """Give every read-back of this process so many seconds."""
    usual = Deadlines()
    deadlines.DEADLINES = Deadlines(
        verify=min(usual.verify, 2 * seconds),
        settle=min(usual.settle, 5 * seconds),
        absent=min(usual.absent, seconds),
    )
    engine.Pace = functools.partial(Pace, factor=seconds / 20)  # type: ignore[misc, assignment]


if __name__ == "__main__":
    impatient(float(os.environ["SHIPWAY_TEST_PATIENCE"]))
    main()
