"""One child process: start it, call it, end it together with all that it started."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Mapping, Sequence
from typing import TypeVar

import msgspec
from shipway_plugins import errors as plugin_errors

from shipway_daemon.patience import finish
from shipway_daemon.workers.errors import WorkerDied, WorkerFailed, WorkerTimeout
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
from shipway_daemon.workers.logs import OnLine
from shipway_daemon.workers.masking import Mask
from shipway_daemon.workers.spawn import Spawned, spawn

T = TypeVar("T")

#: How long a child may take to start; a loaded machine takes seconds to import a few modules.
START_SECONDS = 20.0
#: How long a group has between SIGTERM and SIGKILL, unless the caller says otherwise.
GRACE_SECONDS = 2.0
#: How long a killed process may take to disappear.
KILL_SECONDS = 10.0
#: How long the ends of a dead child's pipes may stay open in processes that left its group.
AFTER_DEATH_SECONDS = 1.0

_TYPED = {
    kind.__name__: kind
    for kind in (
        plugin_errors.NotSupported,
        plugin_errors.BadSettings,
        plugin_errors.StoreRefused,
        plugin_errors.StoreUnreachable,
        plugin_errors.NotABinary,
        plugin_errors.PluginError,
    )
}


class WorkerProcess:
    """A running child. It takes one call at a time; who owns it sees to that.

    A call that fails in any other way than by the child's own answer ends the child.
    """

    def __init__(self, name: str, spawned: Spawned, mask: Mask) -> None:
        self._name = name
        self._mask = mask
        self._process, self._reader, self._writer, self._log = spawned
        self._calls = 0
        self._reaper = asyncio.create_task(self._reap(), name=f"reaper of {name}")
        self._ending: asyncio.Task[None] | None = None
        self._cut: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int:
        """The process, its session and its group: all three have this number."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can take a call."""
        return self._process.returncode is None and self._ending is None

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
    ) -> "WorkerProcess":
        """Start `module` and wait until it says that it is ready; `name` is for sentences.

        `mask` knows the secrets that the child is going to be told; nothing that it says or prints
        gets past it.

        Must be called in the thread of the main loop: where the kernel ends a child with its
        parent, the parent is that thread.

        Raises:
            WorkerFailed: It did not start, died on the way or did not say so in time.
        """
        mask = mask or Mask()
        try:
            spawned = await spawn(
                module,
                arguments,
                on_log=on_log,
                extra_fds=extra_fds,
                environment=environment or {},
                mask=mask,
            )
        except OSError as problem:
            raise WorkerFailed(f"{name} cannot be started: {problem}.") from problem
        worker = cls(name, spawned, mask)
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
    ) -> T:
        """Ask the child to do `method` and return its answer.

        `seconds` is the deadline of the call, `quiet` that between two reports. When this is
        cancelled, the child's group is dead before the cancellation goes on.

        Raises:
            PluginError: What the plugin raised, as the same class.
            WorkerFailed: The plugin raised anything else, or the child answered nonsense.
            WorkerDied: The child ended before it answered.
            WorkerTimeout: A deadline passed; the child's group is dead.
        """
        self._calls += 1
        self._log.refill()
        request = self._encode(method, params, seconds)
        talk = self._exchange(request, seconds, quiet, on_report)
        return self._decode(await self._ended_by_trouble(talk), method, answer_type)

    async def terminate(self, grace: float = GRACE_SECONDS) -> None:
        """End the child and its group: SIGTERM, `grace` seconds, SIGKILL; then wait for it.

        Raises:
            WorkerFailed: Even SIGKILL did not end it.
        """
        if self._ending is None:
            self._ending = asyncio.create_task(self._end(grace), name=f"end of {self._name}")
        await finish(self._ending)

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
            await self._dead_within(AFTER_DEATH_SECONDS)
            await self.terminate(0)
            raise WorkerDied(f"{self._name} {self._fate()}.", self._last_words()) from gone
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
        except (FrameTooLong, ValueError, TypeError) as wrong:
            raise WorkerFailed(f"{self._name} cannot be asked this: {wrong}") from wrong

    def _decode(self, frame: ChildFrame, method: str, answer_type: type[T]) -> T:
        if isinstance(frame, Fault):
            if frame.kind == plugin_errors.StoreBusy.__name__:
                raise plugin_errors.StoreBusy(
                    frame.message, frame.hint, retry_after=frame.retry_after
                )
            if (kind := _TYPED.get(frame.kind)) is not None:
                raise kind(frame.message, frame.hint)
            raise WorkerFailed(f"{self._name} failed: {frame.message}", frame.hint)
        if not isinstance(frame, Answer):
            raise WorkerFailed(f"{self._name} did not answer {method}.")
        try:
            return self._mask.whole(msgspec.msgpack.decode(frame.value, type=answer_type))
        except msgspec.DecodeError as wrong:
            said = self._mask.text(str(wrong))
            raise WorkerFailed(
                f"{self._name} answered {method} with something else: {said}"
            ) from None

    # ---------------------------------------------------------------- its end

    async def _reap(self) -> int:
        code = await self._process.wait()
        # What it left behind in its group goes with it.
        _signal_group(self.pid, signal.SIGKILL)
        # Its end of the frames may live on in a process that left the group.
        loop = asyncio.get_running_loop()
        self._cut = loop.call_later(AFTER_DEATH_SECONDS, self._writer.transport.abort)
        return code

    async def _end(self, grace: float) -> None:
        if self._process.returncode is None:
            _signal_group(self.pid, signal.SIGTERM if grace else signal.SIGKILL)
        if not await self._dead_within(grace or KILL_SECONDS):
            _signal_group(self.pid, signal.SIGKILL)
            if not await self._dead_within(KILL_SECONDS):
                raise WorkerFailed(f"{self._name} (process {self.pid}) cannot be killed.")
        if self._cut is not None:
            self._cut.cancel()
        self._writer.transport.abort()
        await self._log.finish(AFTER_DEATH_SECONDS)

    async def _dead_within(self, seconds: float) -> bool:
        done, _ = await asyncio.wait({self._reaper}, timeout=seconds)
        return bool(done)

    def _fate(self) -> str:
        code = self._process.returncode
        if code is None:
            return "stopped talking"
        if code >= 0:
            return f"ended with exit code {code}"
        return f"was ended by {signal.Signals(-code).name}"

    def _last_words(self) -> str:
        return f"Its last line: {self._log.tail[-1]}" if self._log.tail else ""


def _report(frame: ChildFrame) -> Report | None:
    match frame:
        case StageTold():
            return frame.stage
        case ProgressTold():
            return frame.progress
        case LineTold():
            return frame.line
    return None


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
