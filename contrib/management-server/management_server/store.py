"""The store: takes one publication at a time, each key once, and says what it shows."""

import asyncio
import contextlib
import hashlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec

from management_server.binaries import Binaries
from management_server.bodies import Refusal
from management_server.index import Applied, AppRecord, Index, read_index, write_index
from management_server.switches import Switches
from management_server.words import (
    Action,
    App,
    Binary,
    LiveEntry,
    Publication,
    PublicationItem,
    Receipt,
    ReceiptItem,
    State,
)


class Store:
    """What the server holds; every change is on disk before it is answered."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.binaries = Binaries(folder)
        self.index: Index = read_index(folder)
        self._turn = asyncio.Lock()
        #: The key and the app that are worked on now.
        self._at_work: tuple[str, str] | None = None
        #: How often each app was read since it was last changed.
        self._reads: dict[str, int] = {}

    @property
    def at_work(self) -> str | None:
        """The app that is worked on now."""
        return self._at_work[1] if self._at_work else None

    # ------------------------------------------------------------------- changing

    async def publish(self, asked: Publication, switches: Switches) -> tuple[Receipt, bool]:
        """Take a publication whole; answer its receipt, and whether it was taken just now.

        Raises:
            Refusal: The store is busy, or a rule of it says no; nothing was taken.
        """
        plain = msgspec.structs.replace(asked, valid_until=None)
        plan = hashlib.sha256(msgspec.json.encode(plain)).hexdigest()
        async with self._turn_of(asked.key, asked.app, plan, switches) as known:
            if known is not None:
                return known, False
            _refuse_late(asked.valid_until)
            await asyncio.sleep(switches.slow_seconds)
            await asyncio.to_thread(self._check, asked, switches)
            taken = [*self.index.app(asked.app).taken]
            for item in asked.items:
                taken = _apply(item, asked, taken)
            receipt = _receipt(asked)
            change = Applied(key=asked.key, app=asked.app, plan=plan, receipt=receipt)
            await self._change(change, taken, switches)
            return receipt, True

    async def unpublish(
        self, app: str, key: str, until: float | None, switches: Switches
    ) -> Receipt:
        """Let go of everything of an app.

        Raises:
            Refusal: The store is busy, or knows the key from something else.
        """
        plan = f"unpublish {app}"
        async with self._turn_of(key, app, plan, switches) as known:
            if known is not None:
                return known
            _refuse_late(until)
            await asyncio.sleep(switches.slow_seconds)
            receipt = Receipt(key=key, app=app, items=[], message=f"{app} is no longer offered.")
            change = Applied(key=key, app=app, plan=plan, receipt=receipt)
            await self._change(change, [], switches)
            return receipt

    def receipt(self, app: str, key: str) -> Receipt:
        """Find what was answered to an attempt.

        Raises:
            Refusal: It was not taken, or is worked on now.
        """
        if self._at_work == (key, app):
            raise Refusal(409, "The server is at work on it.", name="busy")
        known = self.index.applied(key)
        if known is None or known.app != app:
            raise Refusal(404, f"Nothing was taken of the attempt {key}.")
        return known.receipt

    @contextlib.asynccontextmanager
    async def _turn_of(
        self, key: str, app: str, plan: str, switches: Switches
    ) -> AsyncIterator[Receipt | None]:
        """Take the turn, or give the receipt of an attempt that was taken before.

        The same attempt again waits for the first one's end; others are told that it is busy.
        """
        if (known := self._known(key, plan)) is not None:
            yield known
            return
        self._refuse_busy(key, app, switches)
        async with self._turn:
            self._at_work = (key, app)
            try:
                yield self._known(key, plan)
            finally:
                self._at_work = None

    def _refuse_busy(self, key: str, app: str, switches: Switches) -> None:
        other = self._at_work is not None and self._at_work != (key, app)
        if other or switches.busy:
            why = f"The server is at work on {self.at_work}." if other else "The server is busy."
            raise Refusal(409, why, name="busy", retry_after=switches.retry_after)

    def _known(self, key: str, plan: str) -> Receipt | None:
        known = self.index.applied(key)
        if known is not None and known.plan != plan:
            raise Refusal(422, f"The attempt {key} was taken, and asked for something else.")
        return known.receipt if known else None

    def _check(self, asked: Publication, switches: Switches) -> None:
        binaries = _published(asked)
        if asked.state is State.ACTIVE and binaries and not asked.targets:
            raise Refusal(422, "An active publication needs a target.", hint="Name one.")
        if unknown := [one for one in asked.targets if one not in (switches.targets or [one])]:
            raise Refusal(422, f"There is no {unknown[0]} here.", hint="Ask for the targets.")
        for binary in binaries:
            if not self.binaries.has(binary.digest, binary.size):
                raise Refusal(422, f"The binary {binary.digest} was not uploaded.")

    async def _change(self, change: Applied, taken: list[LiveEntry], switches: Switches) -> None:
        shown = self._shown(change.app, switches)
        record = AppRecord(taken=taken, before=shown, at=time.time())
        index = self.index.followed_by(change, record)
        await asyncio.to_thread(write_index, self._folder, index)
        self.index = index
        self._reads[change.app] = 0
        await asyncio.to_thread(self.binaries.keep_only, index.digests(), switches.keep_seconds)

    # -------------------------------------------------------------------- showing

    def show(self, app: str, switches: Switches) -> App:
        """Show what is live of an app; each time counts as a read."""
        shown = self._shown(app, switches)
        late = self._is_late(app, switches)
        self._reads[app] = self._reads.get(app, 0) + 1
        return App(app=app, entries=shown, processing=late or self.at_work == app)

    def _shown(self, app: str, switches: Switches) -> list[LiveEntry]:
        record = self.index.app(app)
        return record.before if self._is_late(app, switches) else record.taken

    def _is_late(self, app: str, switches: Switches) -> bool:
        if app not in self.index.apps:
            return False
        age = time.time() - self.index.app(app).at
        reads = self._reads.get(app, 0)
        return age < switches.shown_after_seconds or reads < switches.shown_after_reads


def _refuse_late(until: float | None) -> None:
    """Begin nothing that its sender has given up by now."""
    if until is not None and time.time() > until:
        raise Refusal(409, "It came later than it was valid; nothing was taken.", name="late")


def _published(asked: Publication) -> list[Binary]:
    return [one.binary for one in asked.items if one.binary and one.action is Action.PUBLISH]


def _apply(item: PublicationItem, asked: Publication, taken: list[LiveEntry]) -> list[LiveEntry]:
    if item.action is Action.KEEP:
        return taken
    place = (item.channel, asked.copy)
    rest = [one for one in taken if (one.channel, one.copy) != place]
    if item.action is Action.REMOVE:
        return rest
    if item.binary is None:
        raise Refusal(422, f"The plan names no binary for {item.channel}.")
    return [*rest, _entry(item.channel, asked, item.binary)]


def _entry(channel: str, asked: Publication, binary: Binary) -> LiveEntry:
    return LiveEntry(
        channel=channel,
        digest=binary.digest,
        copy=asked.copy,
        state=asked.state,
        identifier=binary.identifier,
        version=binary.version,
        build=binary.build,
        targets=asked.targets,
    )


def _receipt(asked: Publication) -> Receipt:
    items = [
        ReceiptItem(channel=one.channel, digest=one.binary.digest, store_id=one.binary.digest[:12])
        for one in asked.items
        if one.binary and one.action is Action.PUBLISH
    ]
    return Receipt(key=asked.key, app=asked.app, items=items, message="The server took it.")
