"""Prune: delete the versions that retention lets go, and sweep what nothing names."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime

import msgspec
from shipway_client.errors import Unavailable
from shipway_client.wire import PrunedVersion, PruneReport
from sqlalchemy import Connection

from shipway_daemon.blobs.store import BlobStore
from shipway_daemon.catalog import retention, versions
from shipway_daemon.catalog.retention import Aging, Scope
from shipway_daemon.clock import Clock
from shipway_daemon.database.engine import Database
from shipway_daemon.events import history
from shipway_daemon.filing.collecting import Collected, collect, count_orphans, sweep
from shipway_daemon.filing.judging import Judge

_log = logging.getLogger(__name__)

#: How often the daemon prunes by itself, in seconds.
PRUNE_SECONDS = 3600.0
#: How many versions are judged in one read, and deleted in one write.
_PAGE = 200
_BATCH = 50
#: How many versions a report names; it counts them all.
_NAMED = 10_000


class Going(msgspec.Struct, frozen=True):
    """A version that goes, and why."""

    version: Aging
    reason: str


class Pruning:
    """Deletes what retention lets go, one prune at a time."""

    def __init__(self, database: Database, blobs: BlobStore, clock: Clock | None = None) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock or Clock()
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Sweep what a crash of the daemon before left behind, once."""
        try:
            swept = await sweep(self._database, self._blobs)
        except Unavailable as error:
            _log.warning("orphan blobs were not swept: %s", error)
            return
        if swept.count:
            _log.info("swept %s orphan blobs of %s bytes", swept.count, swept.size)

    async def by_itself(self) -> None:
        """Prune because it is time to."""
        await self.prune(history.DAEMON)

    async def plan(self) -> PruneReport:
        """Tell what a prune would delete now, and change nothing."""
        named, count, lost = list[PrunedVersion](), 0, _Lost()
        async with aclosing(self._going()) as pages:
            async for page in pages:
                count += len(page)
                named += [_pruned(going) for going in page[: _NAMED - len(named)]]
                lost.add(page)
        freed = await self._database.read(lost.freed)
        orphans = await count_orphans(self._database, self._blobs)
        return PruneReport(
            dry_run=True,
            versions=named,
            count=count,
            freed=freed + orphans.size,
            orphans=orphans.count,
        )

    async def prune(self, actor: str) -> PruneReport:
        """Delete what retention lets go; a prune that breaks off has deleted whole batches.

        Raises:
            Unavailable: The disk is full or broken.
        """
        async with self._turn:
            named, count, freed = list[PrunedVersion](), 0, Collected()
            async with aclosing(self._going()) as pages:
                async for page in pages:
                    for start in range(0, len(page), _BATCH):
                        gone = await self._delete(page[start : start + _BATCH], actor)
                        count += len(gone)
                        named += [_pruned(going) for going in gone[: _NAMED - len(named)]]
                        digests = [going.version.sha256 for going in gone]
                        freed += await collect(self._database, self._blobs, digests)
            swept = await sweep(self._database, self._blobs)
            report = PruneReport(
                dry_run=False,
                versions=named,
                count=count,
                freed=freed.size + swept.size,
                orphans=swept.count,
            )
            await self._tell(report, actor)
            return report

    async def _going(self) -> AsyncGenerator[list[Going], None]:
        """Page by page what goes, as things stand now."""
        wall = self._clock.wall()
        for scope in await self._database.read(_scopes):
            before: int | None = None
            while True:
                rows = await self._page(scope, wall, before)
                yield await self._judged(rows, wall)
                if len(rows) < _PAGE:
                    break
                before = rows[-1].id

    async def _page(self, scope: Scope, wall: datetime, before: int | None) -> list[Aging]:
        return await self._database.read(
            lambda tx: retention.beyond(tx, scope, wall, before, _PAGE)
        )

    async def _judged(self, rows: list[Aging], wall: datetime) -> list[Going]:
        return await self._database.read(lambda tx: _judge(Judge(tx, wall), rows))

    async def _delete(self, planned: list[Going], actor: str) -> list[Going]:
        """Judge them again, and delete those that still go, in one transaction."""
        wall = self._clock.wall()

        def delete(tx: Connection) -> list[Going]:
            there = retention.aging(tx, (going.version.id for going in planned))
            going = _judge(Judge(tx, wall), there)
            for one in going:
                _delete(tx, one, actor)
            return going

        return await self._database.write(delete) if planned else []

    async def _tell(self, report: PruneReport, actor: str) -> None:
        """Tell of it, unless the daemon looked by itself and found nothing."""
        if actor == history.DAEMON and not report.count and not report.orphans:
            return
        told = {"versions": report.count, "freed": report.freed, "orphans": report.orphans}
        await self._database.write(lambda tx: history.append(tx, "prune.done", "", actor, **told))


def _scopes(tx: Connection) -> list[Scope]:
    """The rules that may let something go; where a profile has one, it covers its folders'."""
    profiles = retention.of_profiles(tx)
    covered = {scope.profile_id for scope in profiles}
    folders = retention.of_folders(tx)
    return profiles + [scope for scope in folders if scope.profile_id not in covered]


def _judge(judge: Judge, rows: list[Aging]) -> list[Going]:
    judged = ((version, judge.reason_to_go(version)) for version in rows)
    return [Going(version, reason) for version, reason in judged if reason is not None]


def _delete(tx: Connection, going: Going, actor: str) -> None:
    version = going.version
    versions.drop(tx, version.id)
    history.append(
        tx,
        "version.deleted",
        version.address,
        actor,
        profile=version.profile,
        sha256=version.sha256,
        size=version.size,
        reason=going.reason,
    )


class _Lost:
    """How often each digest loses a name in a plan."""

    def __init__(self) -> None:
        self._names = Counter[str]()
        self._sizes: dict[str, int] = {}

    def add(self, page: list[Going]) -> None:
        """Count those that go."""
        self._names.update(going.version.sha256 for going in page)
        self._sizes.update({going.version.sha256: going.version.size for going in page})

    def freed(self, tx: Connection) -> int:
        """The bytes of the blobs that nothing would name any more."""
        freed, digests = 0, list(self._names)
        for start in range(0, len(digests), _PAGE):
            some = digests[start : start + _PAGE]
            named = retention.named_times(tx, some)
            freed += sum(self._sizes[one] for one in some if named[one] == self._names[one])
        return freed


def _pruned(going: Going) -> PrunedVersion:
    version = going.version
    return PrunedVersion(
        address=version.address,
        version=version.version,
        build=version.build,
        size=version.size,
        created_at=version.created_at,
        reason=going.reason,
    )
