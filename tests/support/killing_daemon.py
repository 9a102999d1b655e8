"""The daemon, which ends itself by SIGKILL at one named point of its code.

`SHIPWAY_TEST_KILL_AT` names the point. Nothing runs after it: no `finally`, no rollback, no flush.
A point is reached between two statements of the daemon, so a test of it is no race.
"""

import asyncio
import inspect
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from shipway_daemon import server
from shipway_daemon.__main__ import main
from shipway_daemon.blobs import staging, store
from shipway_daemon.blobs.store import BlobStore
from shipway_daemon.catalog import uploads
from shipway_daemon.filing import pruning
from shipway_daemon.intake import service as intake
from shipway_daemon.intake.sessions import Sessions
from shipway_daemon.intake.uploads import Uploads
from shipway_daemon.jobs import checkpoints, ending, rows
from shipway_daemon.jobs.engine import Engine
from shipway_daemon.jobs.execution import Execution
from shipway_daemon.jobs.running import RunningJob
from shipway_daemon.publish.admission import Admission
from shipway_daemon.publish.attempt import Attempt
from shipway_daemon.publish.work import StoreJobs
from shipway_daemon.workers.inspection import Inspector
from shipway_daemon.workers.lane import Lane
from shipway_daemon.workers.lanes import Lanes

#: Arms one point: from then on, who gets there dies.
Arm = Callable[[], None]
#: Whether this is the call that is meant; is given the call's arguments.
When = Callable[..., bool]


def die() -> NoReturn:
    """`kill -9` of ourselves; the signal is there before the call returns."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("SIGKILL was survived")


def _always(*_arguments: Any, **_named: Any) -> bool:
    return True


def before(owner: Any, name: str, when: When = _always) -> Arm:
    """Die when `owner.name` is called."""

    def dying(original: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        if when(*arguments, **named):
            die()
        return original(*arguments, **named)

    return _replacing(owner, name, dying)


def after(owner: Any, name: str, when: When = _always) -> Arm:
    """Die when `owner.name` has done its work and is about to return."""

    async def awaited(result: Any, *, meant: bool) -> Any:
        value = await result
        if meant:
            die()
        return value

    def dying(original: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        meant = when(*arguments, **named)
        result = original(*arguments, **named)
        if inspect.isawaitable(result):
            return awaited(result, meant=meant)
        if meant:
            die()
        return result

    return _replacing(owner, name, dying)


def during(owner: Any, name: str, seconds: float = 0.005) -> Arm:
    """Die when `owner.name`, which awaits, has been at work for a moment."""

    def dying(original: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        asyncio.get_running_loop().call_later(seconds, die)
        return original(*arguments, **named)

    return _replacing(owner, name, dying)


def _replacing(owner: Any, name: str, by: Callable[..., Any]) -> Arm:
    """Look the name up at once: a point that is no more is found out by every test run."""
    original = getattr(owner, name)
    return lambda: setattr(
        owner, name, lambda *arguments, **named: by(original, *arguments, **named)
    )


def half_copied() -> None:
    """Die in the thread that copies, when half of the file is there and the rest is not."""
    staging._COPY_STEP = 512
    original = staging._Hasher.copied

    def copied(self: staging._Hasher, offset: int) -> None:
        if offset >= self._size // 2:
            die()
        original(self, offset)

    staging._Hasher.copied = copied  # type: ignore[method-assign]


def worked(step: str, kind: str) -> Arm:
    """Die when the work of a step is done and its result is not recorded yet."""

    def arm() -> None:
        original = RunningJob.step

        async def watched(self: RunningJob, name: str, result: Any, work: Any) -> Any:
            async def then_dying() -> Any:
                value = await work()
                if (name, self.row.kind) == (step, kind):
                    die()
                return value

            return await original(self, name, result, then_dying)

        RunningJob.step = watched  # type: ignore[method-assign, assignment]

    return arm


def _step(step: str, kind: str = "publish") -> When:
    return lambda job, name, *_rest: (name, job.row.kind) == (step, kind)


def _saved(step: str) -> When:
    return lambda _tx, _job, _position, name, _result: name == step


def _stage(name: str) -> When:
    return lambda _job, told, *_rest, **_named: told.startswith(name)


INGEST: dict[str, Arm] = {
    "half of it copied": half_copied,
    "the copy synced": before(staging, "_signature"),
    "the copy staged": after(BlobStore, "stage"),
    "renamed": before(store, "sync_directory", lambda folder: len(folder.name) == 2),
    "adopted": after(BlobStore, "adopt"),
    "being identified": during(Inspector, "identify"),
    "identified": after(Inspector, "identify"),
    "recorded, not committed": after(intake, "record"),
    "committed": after(intake.Intake, "_file"),
    "about to answer": after(intake.Intake, "ingest"),
}

UPLOAD: dict[str, Arm] = {
    "upload: lent": after(BlobStore, "lend"),
    "upload: adopted": after(BlobStore, "adopt"),
    "upload: recorded, not marked": before(uploads, "finish"),
    "upload: marked, not committed": after(uploads, "finish"),
    "upload: committed": before(Sessions, "remove"),
    "upload: about to answer": after(Uploads, "commit"),
}

#: Before these, a publish that was asked for was never promised.
UNPROMISED: dict[str, Arm] = {
    "submitted, not committed": after(rows, "submit"),
}

PUBLISH: dict[str, Arm] = {
    "submitted, not answered": after(Admission, "publish"),
    "claimed, not committed": after(rows, "claim", lambda tx, _epoch: _any_ready(tx)),
    "claimed": before(Engine, "_run"),
    "before prepare": before(RunningJob, "step", _step("prepare")),
    "prepared": after(RunningJob, "step", _step("prepare")),
    "before the intent": before(RunningJob, "step", _step("intent")),
    "the intent not committed": after(checkpoints, "save_step", _saved("intent")),
    "the intent recorded": after(RunningJob, "step", _step("intent")),
    "the lane asked": during(Lane, "publish"),
    "connecting": after(RunningJob, "stage", _stage("Connect")),
    "uploading": after(RunningJob, "stage", _stage("Upload")),
    "applying": after(RunningJob, "stage", _stage("Apply")),
    "sent, no receipt recorded": worked("send", "publish"),
    "the receipt not committed": after(checkpoints, "save_step", _saved("send")),
    "the receipt recorded": after(RunningJob, "step", _step("send")),
    "about to read back": before(Lane, "live"),
    "read back": after(Lane, "live"),
    "the end not committed": after(ending, "end"),
    "the end recorded": after(Execution, "_end"),
    "the status not read": before(StoreJobs, "_refresh"),
}

UNPUBLISH: dict[str, Arm] = {
    "unpublish: the intent recorded": after(RunningJob, "step", _step("intent", "unpublish")),
    "unpublish: no receipt recorded": worked("send", "unpublish"),
    "unpublish: the receipt recorded": after(RunningJob, "step", _step("send", "unpublish")),
}

CANCEL: dict[str, Arm] = {
    "the cancellation recorded": after(ending, "request_cancel"),
    "the cancellation committed": after(Engine, "cancel"),
    "the lane not killed": before(Lanes, "kill"),
    "the lane killed": after(Lanes, "kill"),
    "about to look what it holds": before(Lane, "live"),
    "the cancelled end not committed": after(ending, "end"),
}

#: A daemon that takes up what another one left, and dies of it too.
TAKEOVER: dict[str, Arm] = {
    "the epoch taken, not committed": after(server, "_begin"),
    "lanes recovered": after(Lanes, "recover"),
    "taken over, not committed": after(Engine, "_take_over"),
    "about to ask the store": before(Attempt, "_arrived"),
    "the store asked": after(Attempt, "_arrived"),
    "sent again, no receipt recorded": worked("send", "publish"),
}

HOLD: dict[str, Arm] = {
    "held, not committed": after(intake, "hold"),
    "held, not told": before(intake, "collect"),
}

PRUNE: dict[str, Arm] = {
    "a version deleted, not committed": after(pruning, "_delete"),
    "deleted, nothing collected": before(pruning, "collect"),
    "a blob forgotten, its file there": before(BlobStore, "unlink"),
    "a blob's file removed": after(BlobStore, "unlink"),
    "collected, not swept": after(pruning, "collect"),
    "swept, not told": before(pruning.Pruning, "_tell"),
}


def _any_ready(tx: Any) -> bool:
    query = rows.select(rows.jobs.c.id).where(rows.jobs.c.state == "ready")
    return tx.execute(query).first() is not None


#: The points at which `make test` kills as well: one before and one after each thing that counts.
#: `make e2e` kills at all of them.
CHOSEN = frozenset(
    {
        "deleted, nothing collected",
        "renamed",
        "committed",
        "submitted, not committed",
        "sent, no receipt recorded",
        "the end not committed",
        "unpublish: no receipt recorded",
    }
)

POINTS = {
    **INGEST,
    **UPLOAD,
    **UNPROMISED,
    **PUBLISH,
    **UNPUBLISH,
    **CANCEL,
    **TAKEOVER,
    **HOLD,
    **PRUNE,
}

if __name__ == "__main__":
    if seconds := os.environ.get("SHIPWAY_TEST_PATIENCE"):
        sys.path.insert(0, str(Path(__file__).parent))
        from impatient_daemon import impatient

        impatient(float(seconds))
    POINTS[os.environ["SHIPWAY_TEST_KILL_AT"]]()
    main()
