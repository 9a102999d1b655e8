"""Uploads that outlive a lost connection and a restart of either side.

An upload is a row and a file. The file knows how many bytes there are, the row all else. It ends as
a version, by being cancelled, or a day after its last byte. Nothing here knows by which door the
bytes come.
"""

import asyncio
import secrets
from collections.abc import Callable
from datetime import timedelta

import msgspec
from shipway_client.errors import Gone, Refused
from shipway_client.wire import CreateUpload, Ingested, IngestProgress, Page, Upload
from shipway_plugins.words import Progress
from sqlalchemy import Connection

from shipway_daemon.catalog import pages, uploads
from shipway_daemon.catalog.uploads import UploadRow
from shipway_daemon.clock import Clock, stamp
from shipway_daemon.database.engine import Database
from shipway_daemon.events import history
from shipway_daemon.events.feed import ProgressBoard
from shipway_daemon.intake.by_hand import arrival_of
from shipway_daemon.intake.receiving import Hands, Receiving, Source
from shipway_daemon.intake.record import Arrival
from shipway_daemon.intake.service import Intake, unavailable
from shipway_daemon.intake.sessions import Session, Sessions
from shipway_daemon.intake.upload_rows import begin, check, check_place, same, values_of, view
from shipway_daemon.queries.asked import Asked
from shipway_daemon.rules.uploads import check_digest

#: How long after its last byte an upload is kept, and after its end what became of it.
KEPT = timedelta(hours=24)
#: How often is looked for what is to be forgotten, in seconds.
SWEEP_SECONDS = 3600.0


class Uploads:
    """The service behind every door that takes files piece by piece."""

    def __init__(
        self,
        database: Database,
        intake: Intake,
        sessions: Sessions,
        hands: Hands,
        progress: ProgressBoard,
        clock: Clock | None = None,
    ) -> None:
        self._database = database
        self._intake = intake
        self._sessions = sessions
        self._hands = hands
        self._progress = progress
        self._clock = clock or Clock()

    async def recover(self) -> None:
        """Take up what an earlier daemon left; call it before anybody asks."""
        rows = await self._database.read(uploads.every_open)
        for row in await self._sessions.prepare(rows):
            await self._forget(row, "upload.expired", history.DAEMON, "Its bytes are gone.")
        await self.expire()

    async def create(self, request: CreateUpload, actor: str) -> tuple[Upload, bool]:
        """Begin an upload; true where it is a new one, false where one of the same key is open.

        Raises:
            WrongUsage: A name, a size, a digest or a number cannot be so.
            NotFound: The named profile is not there.
            Unavailable: The disk has no room for it.
        """
        check(request)
        there = await self._database.read(lambda tx: same(tx, request, actor))
        if there is not None:
            return await self.show(there.id), False
        upload = secrets.token_hex(8)
        arrival = arrival_of(request, request.file_name, f"upload:{upload}", actor)
        wanted = request.size + self._sessions.coming()
        await asyncio.to_thread(self._sessions.check_room, wanted)
        values = values_of(request, arrival, upload, self._later())
        await self._begin(upload, request.size, lambda tx: begin(tx, values, arrival))
        return await self.show(upload), True

    async def _begin(
        self, upload: str, size: int, record: Callable[[Connection], UploadRow]
    ) -> None:
        """Make the file, then the row: a file without a row is swept, never the other way round."""
        try:
            await self._sessions.create(upload, size)
            await self._database.write(record)
        except BaseException as error:
            if not await self._database.read(lambda tx: uploads.exists(tx, upload)):
                await self._sessions.remove(upload)
            if isinstance(error, OSError):
                raise unavailable(error) from error
            raise

    async def show(self, upload: str) -> Upload:
        """Tell where an upload is.

        Raises:
            NotFound: There is none, or it was forgotten.
        """
        return await self._database.read(lambda tx: self._view(tx, uploads.read(tx, upload)))

    async def page(self, ask: Asked) -> Page[Upload]:
        """Read one page of uploads, those that are done among them."""

        def read(tx: Connection) -> Page[Upload]:
            rows = uploads.page(tx, ask, self._sessions.ingesting())
            numbered = pages.page(tx, rows, ask.limit, uploads.SORTS.cursor(ask.order))
            shown = [self._view(tx, row) for row in numbered.items]
            return Page(items=shown, after=numbered.after, seq=numbered.seq)

        return await self._database.read(read)

    async def receive(self, upload: str, offset: int, count: int | None, source: Source) -> int:
        """Append what `source` has, `count` bytes where that is known; answers the new offset.

        What came is on the disk afterwards, also where the source broke off.

        Raises:
            NotFound: There is no such upload.
            Busy: Somebody else is sending it.
            Refused: It is done, it is at another byte, or more comes than it was to have.
            Stalled: The source said nothing for too long.
            Unavailable: The disk is full or broken.
        """
        row = await self._database.read(lambda tx: uploads.read(tx, upload))
        session = self._sessions.of(row)
        async with session.alone():
            check_place(row, session.part.offset, offset, count)
            try:
                await self._hands.read(session.part.open)
                await self._receive(row, session, source)
            except OSError as error:
                raise unavailable(error) from error
            finally:
                session.part.close()
                self._progress.clear_ingest(f"upload:{upload}")
                later = self._later()
                await self._database.write(lambda tx: uploads.keep_until(tx, upload, later))
        return session.part.durable

    async def _receive(self, row: UploadRow, session: Session, source: Source) -> None:
        def moved() -> None:
            done = Progress(stage="Upload", done=session.part.offset, total=row.size)
            told = IngestProgress(file_name=row.file_name, source=f"upload:{row.id}", progress=done)
            self._progress.set_ingest(told)

        room = self._sessions.check_room
        await Receiving(session.part, self._hands, session.left, moved, room).take(source)

    async def commit(self, upload: str, sha256: str) -> Ingested:
        """Take in what was sent; asked again, it answers the same.

        Raises:
            NotFound: There is no such upload.
            Gone: What became of it was deleted.
            Busy: Bytes are still coming.
            Refused: Bytes are missing, they are others than were sent (then it begins anew), it is
                no binary, or a rule stands against it.
            Unavailable: The disk is full or broken; the upload is as it was.
        """
        check_digest(sha256)
        row = await self._database.read(lambda tx: uploads.read(tx, upload))
        if not row.open:
            return await self._result(row)
        session = self._sessions.of(row)
        async with session.taking_in():
            row = await self._database.read(lambda tx: uploads.read(tx, upload))
            if not row.open:  # another commit was here before us
                return await self._result(row)
            try:
                ingested = await self._take_in(row, session, sha256)
            except OSError as error:
                raise unavailable(error) from error
            await self._sessions.remove(upload)
            return ingested

    async def _take_in(self, row: UploadRow, session: Session, sha256: str) -> Ingested:
        if session.part.offset < row.size:
            missing = row.size - session.part.offset
            raise Refused(f"{missing:,} bytes of {row.file_name} are missing.", "Send them first.")
        await self._check_digest(row, session, sha256)
        later = self._later()

        def done(tx: Connection, ingested: Ingested) -> None:
            uploads.finish(tx, row.id, ingested.version.id, later, created=ingested.created)

        arrival = msgspec.convert(row.arrival, Arrival)
        return await self._intake.take(session.part.path, sha256, arrival, done)

    async def _check_digest(self, row: UploadRow, session: Session, sha256: str) -> None:
        """See that the bytes are those that were sent; where they are not, begin anew."""
        if row.sha256 is not None and row.sha256 != sha256:
            raise Refused(
                f"{row.file_name} was to have the digest {row.sha256}, and now it is {sha256}.",
                "Begin another upload for another file.",
            )
        found = await self._hands.read(session.part.digest)
        if found != sha256:
            await self._hands.work(session.part.reset)
            raise Refused(
                f"The bytes of {row.file_name} are not those that were sent: "
                f"they have the digest {found}, not {sha256}.",
                "They were thrown away: send the file again from its first byte.",
            )

    async def _result(self, row: UploadRow) -> Ingested:
        shown = await self._database.read(lambda tx: self._view(tx, row))
        if shown.result is None:
            raise Gone(f"The version that came of {row.file_name} was deleted.")
        return shown.result

    async def cancel(self, upload: str, actor: str) -> None:
        """Forget an upload and its bytes; what became of one that is done stays.

        Raises:
            NotFound: There is no such upload.
            Busy: Somebody is sending it, or takes it in.
        """
        row = await self._database.read(lambda tx: uploads.read(tx, upload))
        await self._forget(row, "upload.cancelled", actor, "")

    async def expire(self) -> None:
        """Forget all whose time is over, but for those that somebody is at work on."""
        at = stamp(self._clock.wall())
        for row in await self._database.read(lambda tx: uploads.expired(tx, at)):
            session = self._sessions.get(row.id)
            if session is None or not session.at_work:
                await self._forget(row, "upload.expired", history.DAEMON, "Its time was over.")

    async def _forget(self, row: UploadRow, kind: str, actor: str, reason: str) -> None:
        """Drop the row, then the file: a crash in between leaves a file, and that is swept."""

        def forget(tx: Connection) -> None:
            uploads.drop(tx, row.id)
            if row.open:
                told = {"file_name": row.file_name, "reason": reason}
                history.append(tx, kind, f"upload:{row.id}", actor, **told)

        session = self._sessions.get(row.id)
        if session is None:
            await self._database.write(forget)
            await self._sessions.remove(row.id)
            return
        async with session.alone():
            await self._database.write(forget)
            await self._sessions.remove(row.id)

    def _view(self, tx: Connection, row: UploadRow) -> Upload:
        return view(tx, row, self._sessions.get(row.id))

    def _later(self) -> str:
        return stamp(self._clock.wall() + KEPT)
