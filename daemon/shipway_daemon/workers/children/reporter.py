"""How an adapter's reports travel: as frames, progress at most ten times a second."""

import threading
import time

from shipway_plugins.words import Progress, Stage, StageState

from shipway_daemon.workers.children.channel import Channel
from shipway_daemon.workers.children.text import fit
from shipway_daemon.workers.frames import LineTold, ProgressTold, StageTold

#: Seconds between two progress reports of one stage; the last one always goes out.
INTERVAL = 0.1
#: How many log lines and stages one call may send; a runaway plugin must not fill a disk.
MAX_LINES = 5000


class FrameReporter:
    """The reporter of one call; any thread of the adapter may use it."""

    def __init__(self, channel: Channel, call: int) -> None:
        self._channel = channel
        self._call = call
        self._lock = threading.RLock()
        self._stage = ""
        self._held: Progress | None = None
        self._last = 0.0
        self._left = MAX_LINES

    def stage(self, name: str, detail: str = "") -> None:
        """Begin the stage `name`; the one before it is done."""
        self._tell(Stage(name=fit(name), state=StageState.RUNNING, detail=fit(detail)))

    def skip(self, name: str, detail: str = "") -> None:
        """Say that the stage `name` has nothing to do here."""
        self._tell(Stage(name=fit(name), state=StageState.SKIPPED, detail=fit(detail)))

    def progress(self, done: int, total: int) -> None:
        """Say how far the stage is; what comes too soon after the last one is held back."""
        with self._lock:
            self._held = Progress(stage=self._stage, done=done, total=total)
            if time.monotonic() - self._last >= INTERVAL:
                self.flush()

    def log(self, line: str) -> None:
        """Add a line to the job's log."""
        with self._lock:
            if self._spend():
                self._channel.send(LineTold(call=self._call, line=fit(line)))

    def flush(self) -> None:
        """Send the progress that was held back."""
        with self._lock:
            if self._held is None:
                return
            self._channel.send(ProgressTold(call=self._call, progress=self._held))
            self._held, self._last = None, time.monotonic()

    def _tell(self, stage: Stage) -> None:
        with self._lock:
            self.flush()
            if stage.state is StageState.RUNNING:
                self._stage, self._last = stage.name, 0.0
            if self._spend():
                self._channel.send(StageTold(call=self._call, stage=stage))

    def _spend(self) -> bool:
        """Take one line from what is left; say so once when nothing is."""
        self._left -= 1
        if self._left == 0:
            line = f"(more than {MAX_LINES} lines; the rest is dropped)"
            self._channel.send(LineTold(call=self._call, line=line))
        return self._left > 0
