"""One attempt to make a store take something: sent, settled where the answer is lost, tried again.

Every try is two steps: `intent` is recorded before anything is sent, `send` when it is known what
became of it. A run that finds an intent without its `send` was ended in the middle of sending: it
asks the store before it sends anything. Nothing is ever sent again on the strength of a guess.
"""

import itertools
from collections.abc import Awaitable, Callable

import msgspec
from shipway_client.errors import Failed, ShipwayError
from shipway_plugins.errors import (
    BadSettings,
    NotSupported,
    PluginError,
    StoreBusy,
    StoreRefused,
)
from shipway_plugins.words import LiveState, Receipt

from shipway_daemon.catalog.environments import EnvironmentRow
from shipway_daemon.clock import now
from shipway_daemon.jobs.running import RunningJob
from shipway_daemon.publish.deadlines import Deadlines
from shipway_daemon.publish.environments import Environments
from shipway_daemon.publish.sending import Sending
from shipway_daemon.publish.verification import read_back
from shipway_daemon.workers.errors import BadCredential

#: What is raised before anything is sent, or instead: the answer is no, and it is an answer.
_NOTHING_SENT = (StoreRefused, NotSupported, BadSettings, BadCredential)


class Silent(Failed):
    """The store was silent when it had to say what it holds; what it holds is unknown."""


class NotTaken(Failed):
    """The store holds nothing of it; `live` is what it does hold, None where that was not read."""

    def __init__(self, message: str, hint: str, live: LiveState | None) -> None:
        super().__init__(message, hint)
        self.live = live


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one try: a receipt, or why the store took nothing and may be tried again."""

    receipt: Receipt | None = None
    why: str = ""
    hint: str = ""
    retry_after: float | None = None


class Attempt:
    """The sending side of a store job."""

    def __init__(
        self,
        job: RunningJob,
        row: EnvironmentRow,
        sending: Sending,
        environments: Environments,
        deadlines: Deadlines,
    ) -> None:
        self._job = job
        self._row = row
        self._sending = sending
        self._environments = environments
        self._deadlines = deadlines

    async def send(self) -> Receipt:
        """Try until the store has taken it, with pauses that keep the lock.

        Raises:
            Silent: Something was sent, and the store does not say what became of it.
            NotTaken: The store refused it, was busy too often, or never got it.
        """
        for number in itertools.count(1):
            sent = await self._try(number)
            if sent.receipt is not None:
                return sent.receipt
            if number >= self._job.row.tries:
                # It returns only where there are to be no more tries.
                await self._job.again(_intent(number + 1), sent.why, sent.retry_after)
                raise NotTaken(f"Tried {number} times: {sent.why}", sent.hint, None)
        raise AssertionError("counting has no end")

    async def live(self) -> LiveState:
        """Read back what the store holds; a job without the lock asks only while nobody has it.

        Raises:
            Busy: The job gave its lock back, and another one is at work.
        """
        app = self._sending.app
        if self._job.holds_lock:
            return await self._environments.lane(self._row).live(app)
        return await self._environments.ask(self._row, lambda lane: lane.live(app))

    async def _try(self, number: int) -> Sent:
        job, intent, send = self._job, _intent(number), _send(number)
        begun = job.was_done(intent) and not job.was_done(send)
        await job.step(intent, str, _now)
        if begun and (receipt := await self._arrived()) is not None:
            return await job.step(send, Sent, _given(Sent(receipt=receipt)))
        try:
            return await job.step(send, Sent, self._send)
        except _NOTHING_SENT as error:
            raise await self._refused(error) from error
        except (PluginError, ShipwayError) as error:
            settled = await self._lost(error)
            return await job.step(send, Sent, _given(settled))

    async def _send(self) -> Sent:
        lane = self._environments.lane(self._row)
        try:
            return Sent(receipt=await self._sending.send(lane, self._job))
        except StoreBusy as busy:
            return Sent(why=busy.message, hint=busy.hint, retry_after=busy.retry_after)

    async def _arrived(self) -> Receipt | None:
        """After a crash in the middle of sending, ask the store what became of it.

        None means that the store does not hold it: then it is safe to send.

        Raises:
            Silent: The store does not answer, so nothing may be sent again.
        """
        why = "Shipway stopped while this was being sent"
        await self._job.stage("Ask the store", why, broken=True)
        live = await self._settled()
        if live is None:
            raise Silent(
                f"{why}, and the store does not answer.",
                "See what the store holds, then publish again.",
            )
        return self._sending.receipt if self._sending.held(live) else None

    async def _refused(self, error: PluginError | ShipwayError) -> NotTaken:
        """Nothing was sent; what the store holds is read all the same, for people to see."""
        await self._job.log(f"{type(error).__name__}: {error.message}")
        await self._job.stage("Read back", "nothing was taken", broken=True)
        live = await read_back(self.live, lambda _: True, self._deadlines.settle)
        return NotTaken(error.message, error.hint, live)

    async def _lost(self, error: PluginError | ShipwayError) -> Sent:
        """The answer was lost, or there was none: only the store knows what became of it.

        Raises:
            Silent: The store does not say.
            NotTaken: It holds nothing of it.
        """
        await self._environments.mark_unknown(self._row, error.message)
        await self._job.log(f"{type(error).__name__}: {error.message}")
        await self._job.stage("Ask the store", "the answer was not a success", broken=True)
        live = await self._settled()
        if live is None:
            raise Silent(
                f"{error.message} The store does not answer, so what it holds is unknown.",
                error.hint or "See `shipway env check`, then publish again.",
            )
        if self._sending.held(live):
            message = f"The answer was lost ({error.message}), but the store has it."
            return Sent(receipt=msgspec.structs.replace(self._sending.receipt, message=message))
        if self._sending.idempotent:
            return Sent(why=error.message, hint=error.hint)
        raise NotTaken(error.message, error.hint, live)

    async def _settled(self) -> LiveState | None:
        """Read what the store holds, and do not believe at once that it holds nothing."""
        first = await read_back(self.live, lambda _: True, self._deadlines.settle)
        if first is None or self._sending.held(first):
            return first
        return await read_back(self.live, self._sending.held, self._deadlines.absent) or first


def _intent(number: int) -> str:
    return "intent" if number == 1 else f"intent {number}"


def _send(number: int) -> str:
    return "send" if number == 1 else f"send {number}"


async def _now() -> str:
    return now()


def _given(sent: Sent) -> Callable[[], Awaitable[Sent]]:
    async def give() -> Sent:
        return sent

    return give
