"""All watched folders: start them, stop them, add and remove them, and tell how they do."""

import asyncio
import contextlib
import logging
from collections import Counter
from pathlib import Path
from typing import Protocol

from msgspec.structs import asdict
from shipway_client.errors import NotFound, Refused, Unavailable
from shipway_client.wire import AddFolder, ChangeFolder, Folder, FolderState, Page, WaitingFile
from sqlalchemy import Connection

from shipway_daemon.catalog import folders, pages
from shipway_daemon.catalog.folders import FolderRow
from shipway_daemon.database.engine import Database
from shipway_daemon.database.recording import surely
from shipway_daemon.events import history
from shipway_daemon.events.feed import Feed
from shipway_daemon.filing.match import Unmatched
from shipway_daemon.intake.record import Arrival
from shipway_daemon.intake.service import Intake
from shipway_daemon.queries.asked import Asked
from shipway_daemon.watch.asked import DECIDING, about, check_asked, columns
from shipway_daemon.watch.checking import check_folder
from shipway_daemon.watch.folder import FolderWatch
from shipway_daemon.watch.folder_queries import ASKED
from shipway_daemon.watch.showing import shown

_log = logging.getLogger(__name__)

#: How soon the history is followed again that could not be read.
_AGAIN_SECONDS = 2.0
_PROFILE_EVENTS = ("profile.renamed", "profile.deleted")


class Warms(Protocol):
    """What can be got ready before it is needed."""

    async def warm(self) -> None:
        """Start now what the next call would start."""


class Watcher:
    """The watched folders of the home."""

    def __init__(
        self, database: Database, intake: Intake, inspector: Warms, feed: Feed, home: Path
    ) -> None:
        self._database = database
        self._intake = intake
        self._inspector = inspector
        self._feed = feed
        self._home = home
        self._watches: dict[int, tuple[FolderWatch, asyncio.Task[None]]] = {}
        self._turn = asyncio.Lock()
        self._told: set[asyncio.Task[None]] = set()
        self._dirty: set[int] = set()

    async def run(self) -> None:
        """Watch every folder of the catalogue until cancelled."""
        since = await surely(self._database.read, history.last)
        try:
            async with self._turn:
                for row in await surely(self._database.read, folders.every):
                    if row.id not in self._watches:  # added while we were starting
                        await self._start(row)
            await self._follow(since)
        finally:
            tasks = [task for _, task in self._watches.values()] + list(self._told)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self, since: int) -> None:
        """Profiles go and change their names, and folders file by them."""
        while True:
            try:
                async for line in self._feed.follow(since):
                    if line.event is not None and line.event.kind in _PROFILE_EVENTS:
                        since = line.event.seq
                        await self._begin_anew()
            except Unavailable as error:
                _log.error("profiles cannot be followed: %s", error)
                await asyncio.sleep(_AGAIN_SECONDS)
            else:
                return  # the daemon stops

    async def _begin_anew(self) -> None:
        """Begin anew where a folder's own profile has changed."""
        async with self._turn:
            for row in await surely(self._database.read, folders.every):
                await self._follow_row(row)

    async def _start(self, row: FolderRow) -> None:
        known = await surely(self._database.read, lambda tx: folders.seen(tx, row.id))
        watch = FolderWatch(row, known, self, self._changed)
        task = asyncio.create_task(watch.run(), name=f"watch-{row.id}")
        self._watches[row.id] = (watch, task)

    async def _stop(self, folder_id: int) -> None:
        _, task = self._watches.pop(folder_id)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    def _changed(self, watch: FolderWatch) -> None:
        """Tell everybody that looks at folders; the counts and the condition are read then."""
        quiet = watch.row.id not in self._dirty
        self._dirty.add(watch.row.id)
        if quiet:
            task = asyncio.create_task(self._tell(watch))
            self._told.add(task)
            task.add_done_callback(self._told.discard)

    async def _tell(self, watch: FolderWatch) -> None:
        while watch.row.id in self._dirty:
            self._dirty.discard(watch.row.id)
            await surely(self._database.write, lambda tx: _tell(tx, watch))

    # --------------------------------------------------- what a folder needs of the intake

    async def take(self, path: Path, arrival: Arrival) -> None:
        """Take a finished file in, or hold it."""
        with contextlib.suppress(Unmatched):  # it is held, and that was told
            await self._intake.ingest(path, arrival)

    async def refuse(self, arrival: Arrival, error: Refused) -> None:
        """Remember a file that is not taken, and say so."""
        await self._intake.refuse(arrival, error)

    async def expect(self) -> None:
        """Start the inspection worker while the file is still quiet."""
        await self._inspector.warm()

    async def forget(self, folder: int, paths: list[bytes]) -> None:
        """Keep only the number of files that are gone, by what became of them."""
        await self._database.write(lambda tx: folders.forget(tx, folder, paths))

    def states(self) -> Counter[FolderState]:
        """Count the folders that are watched by how they do now."""
        return Counter(watch.condition.state for watch, _ in self._watches.values())

    def waiting_files(self) -> int:
        """Count the files of all folders that are not finished yet."""
        return sum(watch.waiting for watch, _ in self._watches.values())

    # -------------------------------------------------------------------- what people ask

    async def add(self, request: AddFolder, actor: str) -> Folder:
        """Watch a folder from now on.

        Raises:
            WrongUsage: It is no folder, or lies in the home, or a field makes no sense.
            Unavailable: It does not answer, as on a hung mount.
            Refused: It is watched already.
        """
        check_asked(request)
        with about("path"):
            path = await check_folder(request.path, self._home)

        def create(tx: Connection) -> FolderRow:
            if (there := folders.by_path(tx, path)) is not None:
                raise Refused(
                    f"{path} is watched already, as folder {there.id}.",
                    f"Change what is asked of it with `shipway watch set {there.id}`.",
                )
            row = folders.create(tx, {"path": path, **columns(tx, request)})
            history.append(tx, "folder.added", path, actor, id=row.id)
            return row

        async with self._turn:
            row = await self._database.write(create)
            await self._start(row)
        return await self.show(row.id)

    async def change(self, folder_id: int, request: ChangeFolder, actor: str) -> Folder:
        """Change what is asked of a folder; where something differs, its watch begins anew.

        What was taken stays as it is. What was refused is asked about again where it is decided by
        something else now.

        Raises:
            NotFound: There is no folder of that id, or no such profile.
            WrongUsage: A field makes no sense.
        """
        check_asked(request)

        def alter(tx: Connection) -> FolderRow:
            before = folders.read(tx, folder_id)
            row = folders.change(tx, folder_id, columns(tx, request))
            changed = [name for name, old in asdict(before).items() if getattr(row, name) != old]
            if not set(DECIDING).isdisjoint(changed):
                folders.forget_refused(tx, folder_id)
            if changed:
                history.append(tx, "folder.changed", row.path, actor, id=folder_id, changed=changed)
            return row

        async with self._turn:
            row = await self._database.write(alter)
            await self._follow_row(row)
        return await self.show(folder_id)

    async def _follow_row(self, row: FolderRow) -> None:
        """Begin the watch of a folder anew, with a scan, where its row is another by now."""
        entry = self._watches.get(row.id)
        if entry is not None and entry[0].row != row:
            await self._stop(row.id)
            await self._start(row)

    async def remove(self, folder_id: int, actor: str) -> None:
        """Stop watching a folder; its versions stay.

        Raises:
            NotFound: There is none of that id.
        """

        def drop(tx: Connection) -> None:
            row = folders.read(tx, folder_id)
            folders.drop(tx, folder_id)
            history.append(tx, "folder.removed", row.path, actor, id=folder_id)

        async with self._turn:
            if folder_id not in self._watches:
                raise NotFound(
                    f"There is no watched folder {folder_id}.", "See `shipway watch list`."
                )
            await self._stop(folder_id)
            await self._database.write(drop)

    async def show(self, folder_id: int) -> Folder:
        """Read one folder with its condition and counts."""
        return await self._database.read(lambda tx: self.folder(tx, folders.read(tx, folder_id)))

    def folder(self, tx: Connection, row: FolderRow) -> Folder:
        """Join what is stored of a folder with how it does now."""
        entry = self._watches.get(row.id)
        return shown(tx, row, entry[0] if entry else None)

    async def page(self, ask: Asked) -> Page[Folder]:
        """Read one page of folders, chosen as they do now."""

        def read(tx: Connection) -> Page[Folder]:
            found = ASKED.page((self.folder(tx, row) for row in folders.every(tx)), ask)
            return pages.page(tx, found, ask.limit, ASKED.cursor(ask))

        return await self._database.read(read)

    async def waiting(self, folder_id: int) -> list[WaitingFile]:
        """List the files of a folder that are not taken yet, and why: at most 200.

        Raises:
            NotFound: There is none of that id.
        """
        await self._database.read(lambda tx: folders.read(tx, folder_id))
        entry = self._watches.get(folder_id)
        return entry[0].waiting_files() if entry else []


def _tell(tx: Connection, watch: FolderWatch) -> None:
    condition = watch.condition
    history.append(
        tx,
        "folder.changed",
        watch.row.path,
        id=watch.row.id,
        state=str(condition.state),
        reason=condition.reason,
        waiting=watch.waiting,
    )
