"""Saved views: a place, a query and a sort under a name; those that are built in, and one's own."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Literal

import msgspec
from shipway_client.errors import Failed, WrongUsage

Where = Literal[
    "profiles", "versions", "environments", "jobs", "activity", "plugins", "folders", "inbox",
    "uploads",
]  # fmt: skip


class View(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list as it was asked for. `place` is the list's, `query` and `sort` are the daemon's."""

    name: str
    place: Where
    query: str = ""
    sort: str = ""


BUILT_IN = (
    View(name="Candidates", place="versions", query="candidate:current"),
    View(name="Incomplete", place="versions", query="state:incomplete"),
    View(name="Rejected", place="versions", query="state:rejected"),
    View(name="All versions", place="versions"),
    View(name="Busy environments", place="environments", query="status:busy"),
    View(name="Unknown environments", place="environments", query="status:unknown"),
    View(name="Failed jobs", place="jobs", query="outcome:failed"),
    View(name="Jobs under way", place="jobs", query="-state:done"),
    View(name="Folders that fail", place="folders", query="state:failed"),
)


class ViewFile:
    """One's own views, in a file that is read anew each time: several windows may be open."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> list[View]:
        """Read the views, by name; none where there is no file.

        Raises:
            WrongUsage: It holds something else.
        """
        try:
            views = msgspec.json.decode(self._path.read_bytes(), type=list[View])
        except FileNotFoundError:
            return []
        except (OSError, msgspec.DecodeError) as error:
            hint = "Mend the file, or take it away; your saved views are in it."
            raise WrongUsage(f"{self._path} cannot be read: {error}.", hint) from error
        return sorted(views, key=lambda view: view.name.casefold())

    def save(self, view: View) -> bool:
        """Keep a view; True where it takes the place of one of its name.

        Raises:
            WrongUsage: A built-in view has this name, or the file holds something else.
            Failed: It cannot be written.
        """
        if any(_same(view.name, known.name) for known in BUILT_IN):
            raise WrongUsage(f"{view.name} is a view that is always there.", "Choose another name.")
        before = self.read()
        others = [known for known in before if not _same(known.name, view.name)]
        self._write([*others, view])
        return len(others) < len(before)

    def delete(self, name: str) -> None:
        """Forget a view; one that is gone already is no error.

        Raises:
            WrongUsage: The file holds something else.
            Failed: It cannot be written.
        """
        self._write([view for view in self.read() if not _same(view.name, name)])

    def _write(self, views: list[View]) -> None:
        text = msgspec.json.format(msgspec.json.encode(views), indent=2)
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _replace(self._path, text)
        except OSError as error:
            raise Failed(f"{self._path} cannot be written: {error}.") from error


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _replace(path: Path, text: bytes) -> None:
    """Write beside it, then take its place, for the owner's eyes only (mkstemp makes it 0600)."""
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise
