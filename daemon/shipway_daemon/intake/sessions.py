"""The uploads that are open in this daemon: the bytes of each, and who is at work on it."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from shipway_client.errors import Busy, Refused, Unavailable

from shipway_daemon.blobs.receiving import Part
from shipway_daemon.catalog.uploads import UploadRow
from shipway_daemon.intake.receiving import Hands
from shipway_daemon.rules.space import check_room

_log = logging.getLogger(__name__)


class Session:
    """One open upload. One writer at a time; a commit waits for another one."""

    def __init__(self, part: Part, size: int) -> None:
        self.part = part
        self._size = size
        self.ingesting = False
        self._turn = asyncio.Lock()

    @property
    def left(self) -> int:
        """How many bytes are to come yet."""
        return self._size - self.part.offset

    @property
    def at_work(self) -> bool:
        """Whether somebody writes to it or takes it in."""
        return self._turn.locked()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Be the one that changes it.

        Raises:
            Busy: Somebody else is.
        """
        if self._turn.locked():
            raise self._busy()
        async with self._turn:
            yield

    @asynccontextmanager
    async def taking_in(self) -> AsyncIterator[None]:
        """Be the one that takes it in, after whoever does so already.

        Raises:
            Busy: Bytes are still coming.
        """
        if self._turn.locked() and not self.ingesting:
            raise self._busy()
        async with self._turn:
            self.ingesting = True
            try:
                yield
            finally:
                self.ingesting = False

    def _busy(self) -> Busy:
        return Busy(
            "Somebody else is sending this upload or takes it in.",
            "Wait for the end of that, then ask where the upload is.",
        )


class Sessions:
    """All open uploads, their files in one folder on the store's own file system."""

    def __init__(self, folder: Path, hands: Hands) -> None:
        self._folder = folder
        self._hands = hands
        self._open: dict[str, Session] = {}

    def path(self, upload: str) -> Path:
        """Where the bytes of an upload lie."""
        return self._folder / f"{upload}.part"

    async def prepare(self, rows: list[UploadRow]) -> list[UploadRow]:
        """Take up the uploads that are open, and sweep every other file.

        Returns those that have no bytes any more.
        """
        await self._hands.work(partial(self._sweep, {self.path(row.id).name for row in rows}))
        return [row for row in rows if not await self._found(row)]

    def _sweep(self, wanted: set[str]) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        files = [entry for entry in self._folder.iterdir() if not entry.is_dir()]
        nobodys = [file for file in files if file.name not in wanted]
        for file in nobodys:
            file.unlink()
        if nobodys:
            _log.info("swept %s files of uploads that nobody goes on with", len(nobodys))

    async def _found(self, row: UploadRow) -> bool:
        part = Part(self.path(row.id))
        try:
            await self._hands.work(part.find)
            if part.offset > row.size:
                await self._hands.work(part.reset)
        except FileNotFoundError:
            return False
        except OSError as error:
            _log.warning("the upload %s cannot be read: %s", row.id, error)
            return True
        self._open[row.id] = Session(part, row.size)
        return True

    def ingesting(self) -> list[str]:
        """Which uploads are being taken in at this moment."""
        return [upload for upload, session in self._open.items() if session.ingesting]

    async def create(self, upload: str, size: int) -> None:
        """Make the file of a new upload, and let bytes come.

        Raises:
            OSError: The disk is full or broken.
        """
        part = Part(self.path(upload))
        await self._hands.work(part.create)
        self._open[upload] = Session(part, size)

    def of(self, row: UploadRow) -> Session:
        """The session of an open upload.

        Raises:
            Refused: It is done.
            Unavailable: Its bytes could not be read when the daemon started.
        """
        if not row.open:
            raise Refused(f"The upload of {row.file_name} is done.", "Nothing more can be sent.")
        if row.id not in self._open:
            raise Unavailable(
                f"The bytes that came of {row.file_name} cannot be read.",
                "See the daemon's log and the disk of the home; or cancel the upload.",
            )
        return self._open[row.id]

    def get(self, upload: str) -> Session | None:
        """The session of an upload, where it is open and its bytes can be read."""
        return self._open.get(upload)

    async def remove(self, upload: str) -> None:
        """Close an upload and remove its bytes; what cannot be removed now is swept later."""
        self._open.pop(upload, None)
        try:
            await self._hands.work(Part(self.path(upload)).remove)
        except OSError as error:
            _log.warning("the bytes of the upload %s stay until the next start: %s", upload, error)

    def coming(self) -> int:
        """How many bytes are to come of the uploads that somebody sends now."""
        return sum(session.left for session in self._open.values() if session.at_work)

    def check_room(self, wanted: int) -> None:
        """See that the disk has room for `wanted` bytes.

        Looks at the disk, so call it in a thread.

        Raises:
            Unavailable: It has not.
        """
        disk = shutil.disk_usage(self._folder)
        check_room(disk.free, disk.total, wanted)
