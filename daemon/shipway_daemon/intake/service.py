"""Take a file in: stage, hash, name, identify, record, in the one order that loses nothing."""

import asyncio
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from shipway_client.errors import Failed, Refused, ShipwayError, Unavailable
from shipway_client.wire import Ingested, IngestProgress
from shipway_plugins.errors import NotABinary, PluginError
from shipway_plugins.words import Inspection, Progress
from sqlalchemy import Connection

from shipway_daemon.blobs.staging import SourceChanged, Staged
from shipway_daemon.blobs.store import BlobStore
from shipway_daemon.database.engine import Database
from shipway_daemon.events import history
from shipway_daemon.events.feed import ProgressBoard
from shipway_daemon.filing.collecting import collect
from shipway_daemon.filing.match import Unmatched
from shipway_daemon.intake.facts.gather import gather
from shipway_daemon.intake.record import Arrival, Contents, record, set_seen
from shipway_daemon.intake.unmatched import hold
from shipway_daemon.measures import Durations

_log = logging.getLogger(__name__)

#: What else is recorded in the transaction that records a version.
Also = Callable[[Connection, Ingested], None]


class Identifies(Protocol):
    """What reads a binary; the worker does."""

    async def identify(self, path: Path, name: str) -> Inspection:
        """Read what the file at `path` says of itself; it was called `name`."""


class Intake:
    """The service that every way in shares: the watcher, `add`, and the doors."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        inspector: Identifies,
        progress: ProgressBoard,
    ) -> None:
        self._database = database
        self._progress = progress
        self._blobs = blobs
        self._inspector = inspector
        self._slots = asyncio.Semaphore(max(1, os.cpu_count() or 1))
        #: How long files took that were taken in, without their wait for a turn.
        self.durations = Durations()

    async def ingest(self, source: Path, arrival: Arrival) -> Ingested:
        """Take one file in; when this returns, the version survives a power cut.

        The source is never changed. At most one file a core is taken at a time.

        Raises:
            Refused: It is no binary, or a rule stands against it.
            Unmatched: No profile has its identifier; it is held, as its folder says.
            Failed: What was to read it broke.
            SourceChanged: It was written to meanwhile; it is not finished.
            Unavailable: The disk is full or broken; nothing was kept.
        """
        async with self._slots:
            with self.durations.measured():
                staged = await self._stage(source, arrival)
                return await self._take(staged, arrival, _nothing_more, source)

    async def take(self, file: Path, sha256: str, arrival: Arrival, also: Also) -> Ingested:
        """Take in a finished file of the store's own file system without a copy of it.

        `sha256` is that of its bytes. The file keeps its name and is never written to again; the
        caller removes it. `also` runs in the transaction that records the version.

        Raises what `ingest` raises, but for SourceChanged.
        """
        async with self._slots:
            try:
                staged = await self._blobs.lend(file, sha256)
            except OSError as error:
                raise unavailable(error) from error
            with self.durations.measured():
                return await self._take(staged, arrival, also)

    async def _take(
        self, staged: Staged, arrival: Arrival, also: Also, source: Path | None = None
    ) -> Ingested:
        """Go on from staging; `source` is the file that was copied, where others lie around it."""
        try:
            if source is not None:
                arrival = await gather(arrival, source, staged.source)
            async with self._blobs.hold(staged.sha256):
                blob = await self._blobs.adopt(staged)
                return await self._file(blob, staged, arrival, also)
        except BaseException as error:  # whatever it was, its bytes must not stay behind
            await self._collect(staged.sha256)
            if isinstance(error, OSError):
                raise unavailable(error) from error
            raise
        finally:
            _discard(staged.path)

    async def _collect(self, sha256: str) -> None:
        """Remove the bytes of a file that was not taken; why it was not, is what is told."""
        try:
            await collect(self._database, self._blobs, [sha256])
        except (OSError, Unavailable) as error:
            _log.warning("the bytes of %s stay until they are swept: %s", sha256, error)

    async def _stage(self, source: Path, arrival: Arrival) -> Staged:
        loop = asyncio.get_running_loop()

        def report(done: int, total: int) -> None:
            """Called in the thread that hashes."""
            loop.call_soon_threadsafe(self._progress.set_ingest, _progress(arrival, done, total))

        try:
            return await self._blobs.stage(source, report)
        except OSError as error:
            raise unavailable(error) from error
        finally:
            loop.call_soon(self._progress.clear_ingest, arrival.source)

    async def _file(self, blob: Path, staged: Staged, arrival: Arrival, also: Also) -> Ingested:
        try:
            inspection = await self._inspector.identify(blob, arrival.file_name)
        except NotABinary as error:
            raise Refused(f"{arrival.file_name}: {error.message}", error.hint) from error
        except PluginError as error:
            sentence = f"{arrival.file_name} cannot be read: {error.message}"
            raise Failed(sentence, error.hint) from error
        contents = Contents(sha256=staged.sha256, size=staged.size, inspection=inspection)

        def file_or_hold(tx: Connection) -> Ingested | Unmatched:
            try:
                ingested = record(tx, arrival, contents)
            except Unmatched as error:
                hold(tx, arrival, contents, error)
                return error
            also(tx, ingested)
            return ingested

        filed = await self._database.write(file_or_hold)
        if isinstance(filed, Unmatched):
            raise filed
        return filed

    async def refuse(self, arrival: Arrival, error: Refused) -> None:
        """Remember that a watched file was not taken, so that it is asked about once only."""

        def refuse(tx: Connection) -> None:
            if arrival.seen is not None:
                set_seen(tx, arrival.seen, "refused", error.message)
            history.append(
                tx,
                "file.refused",
                arrival.file_name,
                arrival.wanted.actor,
                reason=error.message,
                hint=error.hint,
                source=arrival.source,
            )

        await self._database.write(refuse)


def _progress(arrival: Arrival, done: int, total: int) -> IngestProgress:
    return IngestProgress(
        file_name=arrival.file_name,
        source=arrival.source,
        progress=Progress(stage="Copy", done=done, total=total),
    )


def _discard(copy: Path) -> None:
    """Remove what may be left of a name in staging; what cannot be removed is swept at a start."""
    try:
        copy.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("%s stays in staging: %s", copy.name, error)


def _nothing_more(_tx: Connection, _ingested: Ingested) -> None:
    """What most ways in have to say beside the version itself."""


def unavailable(error: OSError) -> ShipwayError:
    """Say that the disk did not take a file."""
    return Unavailable(
        f"The file could not be stored: {error.strerror or error}.",
        "See that the disk of the home has room and is writable; nothing was lost.",
    )


__all__ = ["Also", "Identifies", "Intake", "SourceChanged", "unavailable"]
