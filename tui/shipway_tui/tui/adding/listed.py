"""What a half-typed path may become: the names in its folder that begin like it."""

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from shipway_client.errors import Failed

T = TypeVar("T")

#: A folder of a dead mount never answers; nobody waits longer than this for one, in seconds.
PATIENCE_SECONDS = 5.0
#: So many names of a folder are looked at, and so many are offered.
MOST_LOOKED_AT, MOST_OFFERED = 20_000, 200
ENDINGS = (
    ".apk", ".aab", ".ipa", ".app.zip", ".pkg", ".dmg", ".appx", ".appxbundle", ".appxupload",
    ".msi", ".msix", ".msixbundle", ".msixupload", ".xcarchive.zip", ".zip",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One name in a folder; `size` in bytes, None for a folder."""

    name: str
    size: int | None

    @property
    def is_folder(self) -> bool:
        """Whether it can be gone into."""
        return self.size is None

    @property
    def is_binary(self) -> bool:
        """Whether its name is that of something Shipway takes."""
        return not self.is_folder and self.name.lower().endswith(ENDINGS)


@dataclass(frozen=True)
class Listing:
    """What fits to a typed text; `problem` says why nothing could be looked at."""

    entries: tuple[Entry, ...] = ()
    more: bool = False
    problem: str = ""


def absolute(typed: str) -> Path:
    """The path that was typed, from the root: `~` is this user's home."""
    return Path(os.path.expanduser(typed)).absolute()  # noqa: PTH111 - keeps what it cannot expand


def divided(typed: str) -> tuple[str, str]:
    """Divide what was typed into its folder, with the slash, and the beginning of a name."""
    folder, slash, name = typed.rpartition("/")
    return folder + slash, name


async def list_matching(typed: str, *, folders_only: bool = False) -> Listing:
    """Find the names that what was typed may become; a dead mount is a problem, not a wait."""
    try:
        return await in_own_thread(lambda: _matching(typed, folders_only=folders_only))
    except Failed as error:
        return Listing(problem=error.message)


async def size_of(path: Path) -> int | None:
    """The size of a regular file in bytes; None for a folder.

    Raises:
        Failed: There is no such thing, or it cannot be looked at.
    """
    return await in_own_thread(lambda: _size_of(path))


def _matching(typed: str, *, folders_only: bool) -> Listing:
    folder, beginning = divided(typed)
    found: list[Entry] = []
    looked = 0
    try:
        with os.scandir(absolute(folder or ".")) as names:
            for looked, each in enumerate(names):
                if looked >= MOST_LOOKED_AT:
                    break
                if (entry := _entry(each, beginning)) and (entry.is_folder or not folders_only):
                    found.append(entry)
    except OSError as error:
        return Listing(problem=f"{folder or '.'}: {error.strerror}.")
    found.sort(key=lambda entry: (not entry.is_binary, not entry.is_folder, entry.name.lower()))
    more = len(found) > MOST_OFFERED or looked >= MOST_LOOKED_AT
    return Listing(tuple(found[:MOST_OFFERED]), more)


def _entry(found: "os.DirEntry[str]", beginning: str) -> Entry | None:
    """One name, where it begins as was typed; hidden ones have to be asked for."""
    if not found.name.lower().startswith(beginning.lower()):
        return None
    if found.name.startswith(".") and not beginning.startswith("."):
        return None
    try:
        return Entry(found.name, None if found.is_dir() else found.stat().st_size)
    except OSError:
        return None  # it went meanwhile, or is a link to nothing: nothing that could be taken


def _size_of(path: Path) -> int | None:
    try:
        status = path.stat()
    except OSError as error:
        raise Failed(f"{path}: {error.strerror}.", "See how it is spelt.") from error
    if path.is_dir():
        return None
    if not path.is_file():
        raise Failed(f"{path} is no regular file.")
    return status.st_size


async def in_own_thread(work: Callable[[], T]) -> T:
    """Do something that may never return in a thread that nobody waits for.

    Raises:
        Failed: It has not returned in time; the thread is left alone.
    """
    promise: Future[T] = Future()
    promise.set_running_or_notify_cancel()  # who waits may leave; what runs cannot be stopped

    def run() -> None:
        try:
            promise.set_result(work())
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            promise.set_exception(error)

    threading.Thread(target=run, name="file-system", daemon=True).start()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await asyncio.wrap_future(promise)
    except TimeoutError as error:
        raise Failed("The file system does not answer.", "Is it a mount that is gone?") from error
