"""Adding several files, one after the other; it goes on when nobody looks."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from shipway_client.client import Client
from shipway_client.errors import Failed, NoDaemon, ShipwayError
from shipway_client.sending import bring_in
from shipway_client.wire import AddFile, Arriving, Ingested, IngestProgress

if TYPE_CHECKING:
    from collections.abc import Callable


class Chosen(msgspec.Struct):
    """One file and what became of it; `done` of `total` bytes are with the daemon."""

    path: Path
    size: int
    coming: bool = False
    done: int = 0
    total: int = 0
    ingested: Ingested | None = None
    error: ShipwayError | None = None

    @property
    def ended(self) -> bool:
        """Whether it is known what became of it."""
        return self.ingested is not None or self.error is not None


class AddRun:
    """The files of one `Add`. What is wrong with one does not keep the others from going on.

    `watcher` is called at each change, where somebody looks.
    """

    def __init__(self, client: Client, said: Arriving, files: list[Chosen]) -> None:
        self._client, self._said = client, said
        self.files = files
        self.watcher: Callable[[], None] | None = None

    @property
    def ended(self) -> bool:
        """Whether all of it is done."""
        return all(file.ended for file in self.files)

    async def run(self) -> None:
        """Take in what is not in yet."""
        for file in self.files:
            if file.ended:
                continue
            file.coming = True
            self._tell()
            try:
                file.ingested = await self._bring(file)
            except NoDaemon as error:
                file.error = Failed("The daemon does not answer.", error.hint)
            except ShipwayError as error:
                file.error = error
            except OSError as error:
                file.error = Failed(f"It cannot be read: {error.strerror}.")
            file.coming = False
            self._tell()

    async def _bring(self, file: Chosen) -> Ingested:
        told = {name: getattr(self._said, name) for name in Arriving.__struct_fields__}
        request = AddFile(path=str(file.path), **told)
        return await bring_in(self._client, request, partial(self._at, file))

    def hear(self, told: IngestProgress) -> None:
        """Take in what the feed tells of a file that the daemon copies."""
        for file in self.files:
            if file.coming and told.source == f"add:{file.path}":
                self._at(file, told.progress.done, told.progress.total)

    def _tell(self) -> None:
        if self.watcher is not None:
            self.watcher()

    def _at(self, file: Chosen, done: int, total: int) -> None:
        file.done, file.total = done, total
        self._tell()


def summary(files: list[Chosen]) -> str:
    """Count what became of all of them, in a sentence."""
    new = sum(file.ingested is not None and file.ingested.created for file in files)
    known = sum(file.ingested is not None and not file.ingested.created for file in files)
    refused = sum(file.error is not None for file in files)
    counts = ((new, "added"), (known, "there already"), (refused, "not taken"))
    return ", ".join(f"{count} {what}" for count, what in counts if count) or "nothing was added"
