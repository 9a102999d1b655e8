"""What can go wrong with a child process.

Failed
└── WorkerFailed        the child broke, or answered nonsense
    ├── WorkerBroke     its code raised what no plugin should
    ├── WorkerDied      it ended before it answered
    ├── WorkerTimeout   it did not answer in time, and was killed
    └── LaneHeld        an environment's lane is still running somewhere
WrongUsage
└── BadCredential       a credential is no reference, or cannot be read where it points to
"""

from collections.abc import Mapping

from shipway_client.errors import Failed, WrongUsage


class WorkerFailed(Failed):
    """A child process broke; the call is lost, the daemon is not harmed."""


class WorkerBroke(WorkerFailed):
    """Code in a child process raised something that explains nothing; the child itself lives."""


class WorkerDied(WorkerFailed):
    """A child process ended before it answered."""


class WorkerTimeout(WorkerFailed):
    """A child process did not answer in time; its group has been killed."""


class LaneHeld(WorkerFailed):
    """The lane of an environment, or something that it started, is still running."""


class BadCredential(WrongUsage):
    """Credentials that cannot be had; `fields` has a sentence for each, and none has a value."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        told = " ".join(f"{name}: {sentence}" for name, sentence in fields.items())
        super().__init__(f"A credential cannot be used. {told}", fields=fields)
