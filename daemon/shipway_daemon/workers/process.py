"""One child process: start it, call it, end it together with all that it started."""

import asyncio
import contextlib
import itertools
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from typing import TypeVar

import msgspec

from shipway_daemon.workers.census import Usage, outgrown, usage_of
from shipway_daemon.workers.errors import WorkerDied, WorkerFailed, WorkerTimeout
from shipway_daemon.workers.faults import error_of
from shipway_daemon.workers.frames import (
    Answer,
    Call,
    ChildFrame,
    Fault,
    FrameTooLong,
    LineTold,
    OnReport,
    ProgressTold,
    Ready,
    Report,
    StageTold,
    encode,
    read_frame,
)
from shipway_daemon.workers.life import AFTER_DEATH_SECONDS, Life
from shipway_daemon.workers.limits import Allowance
from shipway_daemon.workers.logs import OnLine
from shipway_daemon.workers.masking import Mask
from shipway_daemon.workers.spawn import Spawned, spawn

T = TypeVar("T")

#: How long a child may take to start; a loaded machine takes seconds to import a few modules.
START_SECONDS = 20.0
#: How long a group has between SIGTERM and SIGKILL, unless the caller says otherwise.
GRACE_SECONDS = 2.0

_log = logging.getLogger("shipway.workers")
_numbers = itertools.count(1)


class WorkerProcess:
    """A running child. It takes one call at a time; who owns it sees to that.

    A call that fails in any other way than by the child's own answer ends the child.
    """

    def __init__(self, name: str, spawned: Spawned, mask: Mask, mark: str) -> None:
        self._name = name
        self._mask = mask
        _, self._reader, self._writer, self._printed = spawned
        self._life = Life(name, spawned, mark)
        self._calls = 0
        self._usage = Usage()

    @property
    def pid(self) -> int:
        """The process, its session and its group: all three have this number."""
        return self._life.pid

    @property
    def alive(self) -> bool:
        """Whether it can take a call."""
        return self._life.alive

    @classmethod
    async def start(
        cls,
        module: str,
        arguments: Sequence[str] = (),
        *,
        name: str,
        on_log: OnLine,
        extra_fds: Sequence[int] = (),
        environment: Mapping[str, str] | None = None,
        mask: Mask | None = None,
        mark: str = "",
    ) -> "WorkerProcess":
        """Start `module` and wait until it says that it is ready; `name` is for sentences.

        `mask` knows the secrets that the child is going to be told; nothing that it says or prints
        gets past it. `mark` is what a later daemon finds by it what it left behind.

        Must be called in the thread of the main loop: where the kernel ends a child with its
        parent, the parent is that thread.

        Raises:
            WorkerFailed: It did not start, died on the way or did not say so in time.
        """
        mask = mask or Mask()
        mark = mark or f"{os.getpid()}/{next(_numbers)}"
        try:
            spawned = await spawn(
                module,
                arguments,
                on_log=on_log,
                extra_fds=extra_fds,
                environment=environment or {},
                mask=mask,
                mark=mark,
            )
        except OSError as problem:
            raise WorkerFailed(f"{name} cannot be started: {problem}.") from problem
        worker = cls(name, spawned, mask, mark)
        latest = asyncio.get_running_loop().time() + START_SECONDS
        first = await worker._ended_by_trouble(worker._next(latest))
        if not isinstance(first, Ready):
            await worker.terminate(0)
            raise WorkerFailed(f"{name} did not start as expected.")
        return worker

    async def call(
        self,
        method: str,
        params: object,
        answer_type: type[T],
        *,
        seconds: float,
        quiet: float | None = None,
        on_report: OnReport | None = None,
        allowed: Allowance | None = None,
    ) -> T:
        """Ask the child to do `method` and return its answer.

        `seconds` is the deadline of the call, `quiet` that between two reports; a child that takes
        more than is `allowed` is ended. When this is cancelled, the child's group is dead before
        the cancellation goes on.

        Raises:
            PluginError: What the plugin raised, as the same class.
            WorkerBroke: The plugin raised anything else; the child can still be asked.
            WorkerFailed: The child answered nonsense.
            WorkerDied: The child ended, or was ended, before it answered.
            WorkerTimeout: A deadline passed; the child's group is dead.
        """
        self._calls += 1
        self._printed.refill()
        request = self._encode(method, params, seconds)
        talk = self._exchange(request, seconds, quiet, on_report)
        async with self._watched(allowed):
            frame = await self._ended_by_trouble(talk)
        return self._decode(frame, method, answer_type)

    async def look(self) -> Usage:
        """See what the child's group takes now; what a call takes is counted from here on."""
        self._usage = await usage_of(self.pid)
        return self._usage

    async def terminate(self, grace: float = GRACE_SECONDS) -> None:
        """End the child and its group: SIGTERM, `grace` seconds, SIGKILL; then wait for it.

        Raises:
            WorkerFailed: Even SIGKILL did not end it.
        """
        await self._life.end(grace)

    @contextlib.asynccontextmanager
    async def _watched(self, allowed: Allowance | None) -> AsyncIterator[None]:
        """Watch what the child takes, for as long as the block lasts."""
        if allowed is None:
            yield
            return
        watch = asyncio.create_task(self._watch(allowed), name=f"watch of {self._name}")
        try:
            yield
        finally:
            watch.cancel()
            (problem,) = await asyncio.gather(watch, return_exceptions=True)
            if isinstance(problem, Exception):
                _log.error("%s was not watched", self._name, exc_info=problem)

    async def _watch(self, allowed: Allowance) -> None:
        await self._life.condemn(await outgrown(self.pid, self._usage, allowed))

    # -------------------------------------------------------------- talking to it

    async def _exchange(
        self, request: bytes, seconds: float, quiet: float | None, on_report: OnReport | None
    ) -> ChildFrame:
        """Send a call and pass its reports on, until its answer or fault comes."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        self._writer.write(request)
        while True:
            frame = await self._next(min(deadline, loop.time() + (quiet or seconds)))
            # A thread that outlives its call may still talk; nobody listens to it any more.
            if frame.call != self._calls:
                continue
            report = _report(frame)
            if report is None:
                return frame
            if on_report is not None:
                await on_report(report)

    async def _next(self, deadline: float) -> ChildFrame:
        """Read one frame; where none comes, end the child and say why."""
        try:
            async with asyncio.timeout_at(deadline):
                return self._mask.whole(await read_frame(self._reader))
        except TimeoutError as late:
            await self.terminate()
            sentence = f"{self._name} did not answer in time and was ended."
            raise WorkerTimeout(sentence, self._last_words()) from late
        except (EOFError, ConnectionError) as gone:
            # Its sockets close a moment before it can be waited for.
            await self._life.dead_within(AFTER_DEATH_SECONDS)
            await self.terminate(0)
            raise WorkerDied(f"{self._name} {self._life.fate}.", self._last_words()) from gone
        except (FrameTooLong, msgspec.DecodeError) as garbled:
            await self.terminate(0)
            said = self._mask.text(str(garbled))
            raise WorkerFailed(f"{self._name} sent what is no message: {said}") from None

    async def _ended_by_trouble(self, talk: Awaitable[ChildFrame]) -> ChildFrame:
        """Await `talk`; a cancel, or a report that nobody could take, ends the child first."""
        try:
            return await talk
        except BaseException:
            await self.terminate()
            raise

    def _encode(self, method: str, params: object, seconds: float) -> bytes:
        try:
            raw = msgspec.Raw(msgspec.msgpack.encode(params))
            return encode(Call(number=self._calls, method=method, params=raw, seconds=seconds))
        except (FrameTooLong, ValueError, TypeError, OverflowError) as wrong:
            raise WorkerFailed(f"{self._name} cannot be asked this: {wrong}") from wrong

    def _decode(self, frame: ChildFrame, method: str, answer_type: type[T]) -> T:
        if isinstance(frame, Fault):
            raise error_of(frame, self._name)
        if not isinstance(frame, Answer):
            raise WorkerFailed(f"{self._name} did not answer {method}.")
        try:
            return self._mask.whole(msgspec.msgpack.decode(frame.value, type=answer_type))
        except msgspec.DecodeError as wrong:
            said = self._mask.text(str(wrong))
            raise WorkerFailed(
                f"{self._name} answered {method} with something else: {said}"
            ) from None

    def _last_words(self) -> str:
        tail = self._printed.tail
        return f"Its last line: {tail[-1]}" if tail else ""


def _report(frame: ChildFrame) -> Report | None:
    match frame:
        case StageTold():
            return frame.stage
        case ProgressTold():
            return frame.progress
        case LineTold():
            return frame.line
    return None
