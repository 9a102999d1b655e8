"""Stores that behave in every way that a real one might, on cue.

Each keeps what it holds in files of its environment's folder: `store.json` is what is live, and
`journal.jsonl` has one line for every time that something was applied to it. None of them knows
an attempt again by its key: who sends a plan twice has it applied twice, and the journal shows it.

A store waits at a point for as long as the file `hold-POINT` is there, and says so in the file
`waiting`. Its points are `connect`, `upload`, `applied` (applied, but not yet answered) and `live`.
"""

import hashlib
import json
import os
import random
import signal
import time
from pathlib import Path
from typing import Any, ClassVar

import msgspec
from shipway_plugins import Adapter, Reporter, hook
from shipway_plugins.errors import NotSupported, StoreBusy, StoreRefused, StoreUnreachable
from shipway_plugins.words import (
    Capabilities,
    EnvironmentStatus,
    ItemAction,
    LiveEntry,
    LiveState,
    Plan,
    PlanItem,
    Receipt,
    ReceiptItem,
    StatusReport,
    Target,
)

_CHUNK = 1024
_ABLE = Capabilities(states=True, targets=True, unpublish=True)


class Store(Adapter):
    """A store without tricks; the others change one thing about it."""

    kind = "obliging"
    title = "Obliging Store"
    capabilities: ClassVar[Capabilities] = _ABLE

    def status(self) -> StatusReport:
        """Say Available."""
        self._tell("calls.jsonl", method="status")
        return StatusReport(status=EnvironmentStatus.AVAILABLE, reason="It answers.")

    def publish(self, plan: Plan, report: Reporter) -> Receipt:
        """Connect, upload, apply."""
        self._tell("calls.jsonl", method="publish", key=plan.key)
        report.stage("Connect")
        self._wait("connect")
        items = [self._upload(item, report) for item in plan.items if item.version is not None]
        report.stage("Apply")
        self._apply(plan)
        self._wait("applied")
        return Receipt(key=plan.key, items=items, message="The store took it.")

    def unpublish(self, app: str, key: str, report: Reporter) -> Receipt:
        """Take all of `app` out."""
        self._tell("calls.jsonl", method="unpublish", key=key)
        report.stage("Connect")
        self._wait("connect")
        report.stage("Apply")
        self._hold(app, [])
        self._tell("journal.jsonl", action="unpublish", key=key, app=app)
        self._wait("applied")
        return Receipt(key=key, items=[], message="The store let go of it.")

    def live(self, app: str) -> LiveState:
        """Read the store's file afresh."""
        self._tell("calls.jsonl", method="live")
        self._wait("live")
        return LiveState(app=app, entries=self._held(app))

    def targets(self, query: str) -> list[Target]:
        """Offer one group."""
        return [Target(address="group:testers", title=f"Testers {query}")]

    # ---------------------------------------------------------------------- parts

    def _upload(self, item: PlanItem, report: Reporter) -> ReceiptItem:
        """Read the whole file, and vouch for the digest of what was read, not of what was said."""
        assert item.version is not None
        report.stage(f"Upload {item.channel}", item.version.address)
        taken = hashlib.sha256()
        done = 0
        with Path(item.version.path).open("rb") as file:
            while chunk := file.read(_CHUNK):
                taken.update(chunk)
                done += len(chunk)
                report.progress(done, item.version.size)
                if done >= item.version.size // 2:
                    self._wait("upload")
        return ReceiptItem(channel=item.channel, digest=taken.hexdigest())

    def _apply(self, plan: Plan) -> None:
        changed = {item.channel for item in plan.items if item.action is not ItemAction.KEEP}
        kept = [
            entry
            for entry in self._held(plan.app)
            if entry.channel not in changed or entry.copy is not plan.copy
        ]
        fresh = [_entry(item, plan) for item in plan.items if item.version is not None]
        self._hold(plan.app, [*kept, *fresh])
        digests = {entry.channel: entry.digest for entry in fresh}
        self._tell("journal.jsonl", action="publish", key=plan.key, app=plan.app, digests=digests)

    def _held(self, app: str) -> list[LiveEntry]:
        path = self.context.data_dir / "store.json"
        if not path.exists():
            return []
        return msgspec.json.decode(path.read_bytes(), type=dict[str, list[LiveEntry]]).get(app, [])

    def _hold(self, app: str, entries: list[LiveEntry]) -> None:
        path = self.context.data_dir / "store.json"
        temporary = path.with_suffix(".part")
        temporary.write_bytes(msgspec.json.encode({app: entries}))
        temporary.replace(path)

    def _tell(self, name: str, **what: Any) -> None:
        with (self.context.data_dir / name).open("a") as file:
            file.write(json.dumps({**what, "pid": os.getpid()}) + "\n")

    def _wait(self, point: str) -> None:
        hold = self.context.data_dir / f"hold-{point}"
        waiting = self.context.data_dir / "waiting"
        while hold.exists():
            waiting.write_text(point)
            time.sleep(0.01)
        waiting.unlink(missing_ok=True)


def _entry(item: PlanItem, plan: Plan) -> LiveEntry:
    assert item.version is not None
    return LiveEntry(
        channel=item.channel,
        digest=item.version.digest,
        copy=plan.copy,
        state=plan.state,
        identifier=item.version.identifier,
        version=item.version.version,
        build=item.version.build,
        targets=plan.targets,
    )


class Losing(Store):
    """Does what it is asked, and dies before it says so."""

    kind = "losing"
    title = "Losing Store"

    def publish(self, plan: Plan, report: Reporter) -> Receipt:
        """Publish, then vanish."""
        super().publish(plan, report)
        os._exit(9)


class Refusing(Store):
    """Says no. It has no power beyond publishing."""

    kind = "refusing"
    title = "Refusing Store"
    capabilities: ClassVar[Capabilities] = Capabilities()

    def publish(self, plan: Plan, report: Reporter) -> Receipt:
        """Refuse."""
        self._tell("calls.jsonl", method="publish", key=plan.key)
        report.stage("Connect")
        raise StoreRefused("The icon is ugly.", "Draw a better one.")

    def unpublish(self, app: str, key: str, report: Reporter) -> Receipt:
        """Cannot."""
        raise NotSupported(f"{self.title} cannot unpublish.")


class Raising(Store):
    """Has a bug."""

    kind = "raising"
    title = "Raising Store"

    def publish(self, plan: Plan, report: Reporter) -> Receipt:
        """Break."""
        self._tell("calls.jsonl", method="publish", key=plan.key)
        raise ValueError("an index out of thin air")


class Silent(Store):
    """Takes it, and cannot be read back from then on."""

    kind = "silent"
    title = "Silent Store"

    def live(self, app: str) -> LiveState:
        """Never answer once something was applied."""
        self._tell("calls.jsonl", method="live")
        if self._held(app):
            raise StoreUnreachable("The store does not answer.")
        return LiveState(app=app, entries=[])


class EventualOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many looks it takes until what was applied is seen."""

    reads: int = 3


class Eventual(Store):
    """Shows what was applied only after a number of looks."""

    kind = "eventual"
    title = "Eventual Store"
    options_type: ClassVar[type[msgspec.Struct]] = EventualOptions

    def live(self, app: str) -> LiveState:
        """Show nothing for the first looks."""
        self._tell("calls.jsonl", method="live")
        looks = (self.context.data_dir / "calls.jsonl").read_text().count('"live"')
        assert isinstance(self.options, EventualOptions)
        return LiveState(app=app, entries=self._held(app) if looks >= self.options.reads else [])


class UnknownOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether it cannot be read back either."""

    mute: bool = False


class Unknown(Store):
    """Cannot say how it is; some of it works all the same."""

    kind = "unknown"
    title = "Unknown Store"
    options_type: ClassVar[type[msgspec.Struct]] = UnknownOptions

    def status(self) -> StatusReport:
        """Never know."""
        raise StoreUnreachable("Nobody picks up.", "Call again.")

    def live(self, app: str) -> LiveState:
        """Answer, unless mute."""
        assert isinstance(self.options, UnknownOptions)
        if self.options.mute:
            raise StoreUnreachable("Nobody picks up.", "Call again.")
        return super().live(app)


class BusyStore(Store):
    """Is at work for somebody else."""

    kind = "busy_store"
    title = "Busy Store"

    def status(self) -> StatusReport:
        """Say Busy."""
        return StatusReport(status=EnvironmentStatus.BUSY, reason="Another desk is publishing.")


class Holding(Store):
    """The obliging one, under the name that says why it is used: it waits at its points."""

    kind = "holding"
    title = "Holding Store"


class Lenient(Store):
    """Takes older builds over newer ones."""

    kind = "lenient"
    title = "Lenient Store"
    capabilities: ClassVar[Capabilities] = msgspec.structs.replace(_ABLE, downgrade=True)


class CounterOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many times the counter is closed, and what it says of when it opens."""

    closed: int = 2
    retry_after: float | None = None


class Counter(Store):
    """Its counter is closed at first: it takes nothing, and says so."""

    kind = "counter"
    title = "Counter Store"
    options_type: ClassVar[type[msgspec.Struct]] = CounterOptions

    def publish(self, plan: Plan, report: Reporter) -> Receipt:
        """Be busy for the first times, then publish."""
        assert isinstance(self.options, CounterOptions)
        if len(calls_of(self.context.data_dir, plan.key)) < self.options.closed:
            self._tell("calls.jsonl", method="publish", key=plan.key)
            raise StoreBusy(
                "The counter is closed.", "Come again.", retry_after=self.options.retry_after
            )
        return super().publish(plan, report)


class Reviewing(Store):
    """Works on what it took for as long as the file `hold-review` is there, and says so."""

    kind = "reviewing"
    title = "Reviewing Store"
    capabilities: ClassVar[Capabilities] = msgspec.structs.replace(_ABLE, downgrade=True)

    def live(self, app: str) -> LiveState:
        """Show nothing yet, but that something is being processed."""
        self._tell("calls.jsonl", method="live")
        held = self._held(app)
        if held and (self.context.data_dir / "hold-review").exists():
            return LiveState(app=app, entries=[], processing=True)
        return LiveState(app=app, entries=held)


class Forgetful(Store):
    """Loses the first try of each attempt on its way in; it knows attempts again by their key."""

    kind = "forgetful"
    title = "Forgetful Store"
    capabilities: ClassVar[Capabilities] = msgspec.structs.replace(_ABLE, idempotent=True)

    def publish(self, plan: Plan, report: Reporter) -> Receipt:
        """Lose the first try, take the second."""
        if not calls_of(self.context.data_dir, plan.key):
            self._tell("calls.jsonl", method="publish", key=plan.key)
            raise StoreUnreachable("The letter was lost.")
        return super().publish(plan, report)


class FlakyOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which dice are thrown: one seed is one sequence of accidents."""

    seed: int = 0


class Flaky(Store):
    """Has an accident in about half of its publishes: before it takes them, in them, or after."""

    kind = "flaky"
    title = "Flaky Store"
    options_type: ClassVar[type[msgspec.Struct]] = FlakyOptions
    capabilities: ClassVar[Capabilities] = msgspec.structs.replace(_ABLE, downgrade=True)

    def publish(self, plan: Plan, report: Reporter) -> Receipt:
        """Throw the dice of this attempt, then publish or not."""
        assert isinstance(self.options, FlakyOptions)
        tries = len(calls_of(self.context.data_dir, plan.key))
        dice = random.Random(f"{self.options.seed} {plan.key} {tries}")
        time.sleep(dice.uniform(0.0, 0.05))
        accident = dice.choice(["none"] * 4 + ["crash", "raise", "busy", "lost"])
        if accident == "busy":
            self._tell("calls.jsonl", method="publish", key=plan.key)
            raise StoreBusy("The counter is closed.", retry_after=0.1)
        if accident in ("crash", "raise"):
            self._tell("calls.jsonl", method="publish", key=plan.key)
            report.stage("Connect")
            if accident == "crash":
                os.kill(os.getpid(), signal.SIGSEGV)
            raise ValueError("a loose wire")
        receipt = super().publish(plan, report)
        if accident == "lost":
            os._exit(9)
        return receipt


def calls_of(folder: Path, key: str) -> list[str]:
    """The times that an attempt was sent to the store of this folder."""
    path = folder / "calls.jsonl"
    lines = path.read_text().splitlines() if path.exists() else []
    return [line for line in lines if key in line]


@hook
def shipway_adapters(register: Any) -> None:
    """Register every store."""
    for kind in (
        Holding,
        Losing,
        Refusing,
        Raising,
        Silent,
        Eventual,
        Unknown,
        BusyStore,
        Lenient,
        Flaky,
        Counter,
        Reviewing,
        Forgetful,
    ):
        register(kind)
