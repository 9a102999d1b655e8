"""What a child may take: time for each kind of call, memory, and time of the processor.

Whoever needs one reads it here at the moment that it counts.
"""

from typing import NamedTuple

#: Deadlines in seconds, by what a lane is asked.
OPEN_SECONDS = 20.0
STATUS_SECONDS = 20.0
CHECK_SECONDS = 60.0
LIVE_SECONDS = 120.0
TARGETS_SECONDS = 60.0
PUBLISH_SECONDS = 6 * 3600.0
#: How long a publish may go on without any report.
QUIET_SECONDS = 600.0
#: What a lane that is killed has between SIGTERM and SIGKILL.
KILL_GRACE_SECONDS = 5.0
#: How long a lane waits for the last of the one before it.
START_WAIT_SECONDS = 2.0

#: The most memory that a child's group may have resident while it works, in bytes.
MEMORY = 1024 * 1024 * 1024
#: A child that has more than this when its call is done is ended; the next call starts it anew.
IDLE_MEMORY = 256 * 1024 * 1024
#: The most processor time that one question, and one publish, may take, in seconds.
QUESTION_PROCESSOR = 15.0
PUBLISH_PROCESSOR = 3600.0


class Allowance(NamedTuple):
    """What one call may take: resident memory in bytes, processor time in seconds."""

    memory: int
    processor: float


def question() -> Allowance:
    """What a call may take that only asks."""
    return Allowance(MEMORY, QUESTION_PROCESSOR)


def publish() -> Allowance:
    """What a call may take that sends."""
    return Allowance(MEMORY, PUBLISH_PROCESSOR)
