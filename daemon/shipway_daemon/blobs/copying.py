"""Copies into staging, each in a thread of its own; one whose source hangs is left behind.

The threads of a pool are few, and the interpreter waits at its end for every one of them.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from shipway_client.errors import Unavailable

from shipway_daemon.blobs.headway import Headway
from shipway_daemon.blobs.staging import Staged, stage
from shipway_daemon.patience import finish

#: How long a source may give no byte before its copy is given up.
STALLED_SECONDS = 30.0
#: How long a copy that nobody waits for any more has to end in order.
_LEAVE_SECONDS = 5.0


class SourceStalled(Unavailable):
    """The file gives no bytes, as on a mount whose server is gone; try again later."""


class Copies:
    """All copies under way, and those that were left behind and have not returned yet."""

    def __init__(self) -> None:
        self._left: dict[Path, threading.Thread] = {}

    async def copy(self, source: Path, target: Path, report: Callable[[int, int], None]) -> Staged:
        """Stage `source` as `target`; see `staging.stage` for what it does and raises.

        A cancelled caller leaves no file behind.

        Raises:
            SourceStalled: The source gave no byte for `STALLED_SECONDS`, or an earlier copy of it
                still hangs.
        """
        self._left = {path: thread for path, thread in self._left.items() if thread.is_alive()}
        if source in self._left:
            raise _stalled(source)
        headway, answer = Headway(), Future[Staged]()
        thread = _begin(answer, source, target, headway, report)
        done = asyncio.wrap_future(answer)
        try:
            await _follow(source, done, headway)
        except BaseException:
            headway.stop.set()
            await finish(asyncio.create_task(self._leave(source, target, thread, done)))
            raise
        return done.result()

    async def _leave(
        self, source: Path, target: Path, thread: threading.Thread, done: "asyncio.Future[Staged]"
    ) -> None:
        """Wait a little for a copy that is given up; nothing of it stays."""
        await asyncio.wait({done}, timeout=_LEAVE_SECONDS)
        if done.done():
            done.exception()  # whatever it was, nobody asks any more
        else:
            done.add_done_callback(lambda late: late.cancelled() or late.exception())
            self._left[source] = thread
        await asyncio.to_thread(target.unlink, missing_ok=True)


def _begin(
    answer: Future[Staged],
    source: Path,
    target: Path,
    headway: Headway,
    report: Callable[[int, int], None],
) -> threading.Thread:
    def run() -> None:
        try:
            answer.set_result(stage(source, target, headway, report))
        except Exception as problem:  # noqa: BLE001 - raised again where it is awaited
            answer.set_exception(problem)

    answer.set_running_or_notify_cancel()
    thread = threading.Thread(target=run, name="shipway-copy", daemon=True)
    thread.start()
    return thread


async def _follow(source: Path, done: "asyncio.Future[Staged]", headway: Headway) -> None:
    """Wait for a copy for as long as it gets on."""
    while not done.done():
        before = headway.done
        await asyncio.wait({done}, timeout=STALLED_SECONDS)
        if not done.done() and headway.done == before and not headway.ours:
            raise _stalled(source)


def _stalled(source: Path) -> SourceStalled:
    name = source.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    hint = "See whether its drive or its server is there; it is tried again."
    return SourceStalled(f"{name} gives no bytes.", hint)
