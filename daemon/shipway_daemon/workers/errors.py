"""What can go wrong with a child process.

Failed
└── WorkerFailed        the child broke, or answered nonsense
    ├── WorkerDied      it ended before it answered
    ├── WorkerTimeout   it did not answer in time, and was killed
    └── LaneHeld        an environment's lane is still running somewhere
"""

from shipway_client.errors import Failed


class WorkerFailed(Failed):
    """A child process broke; the call is lost, the daemon is not harmed."""


class WorkerDied(WorkerFailed):
    """A child process ended before it answered."""


class WorkerTimeout(WorkerFailed):
    """A child process did not answer in time; its group has been killed."""


class LaneHeld(WorkerFailed):
    """The lane of an environment, or something that it started, is still running."""
