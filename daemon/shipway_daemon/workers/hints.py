"""The hints of one folder, heard in a child.

Arming a tree stops the whole interpreter for as long as it takes: half a second for 10,000 folders,
and for ever where a mount hangs.
"""

from shipway_daemon.workers.logs import to_log
from shipway_daemon.workers.process import WorkerProcess
from shipway_daemon.workers.questions import Armed, ArmQuestion, Heard, HearQuestion

_MODULE = "shipway_daemon.workers.children.hints"
#: How long a tree may take to be armed: about 0.1 ms a folder, and far more on a cold disk.
ARM_SECONDS = 120.0
#: How long the child listens before it says that it still does.
LISTEN_SECONDS = 20.0
_LATE_SECONDS = 30.0


class HintsProcess:
    """A child that listens to one folder. Who starts it closes it."""

    def __init__(self, worker: WorkerProcess) -> None:
        self._worker = worker

    @classmethod
    async def start(cls, path: str) -> "HintsProcess":
        """Start the child; it does not listen yet.

        Raises:
            WorkerFailed: It could not be started.
        """
        return cls(await WorkerProcess.start(_MODULE, name=f"What hears {path}", on_log=to_log))

    async def arm(self, path: bytes) -> Armed:
        """Listen from now on to the folder `path` and all in it.

        Raises:
            WorkerFailed: The child broke; where it hung, it was ended.
        """
        asked = ArmQuestion(path=path)
        return await self._worker.call("arm", asked, Armed, seconds=ARM_SECONDS)

    async def hear(self) -> Heard:
        """Wait for what changes; the answer is empty where nothing does for a while.

        Raises:
            WorkerFailed: The child broke.
        """
        asked = HearQuestion(seconds=LISTEN_SECONDS)
        seconds = LISTEN_SECONDS + _LATE_SECONDS
        return await self._worker.call("hear", asked, Heard, seconds=seconds)

    async def close(self) -> None:
        """End the child."""
        await self._worker.terminate(0)
