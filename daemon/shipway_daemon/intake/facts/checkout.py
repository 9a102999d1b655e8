"""The git checkout around a binary: its branch, its commit, the commit's message.

The rule: a binary is of the commit that is checked out if the checkout has not moved since the
binary was written. It moves with each commit, checkout, reset, merge or pull; git writes `HEAD` or
its log then, and their times tell. Nothing is said of a binary that is older than the last move
(its commit would be a guess), nor of changes that were not committed. A detached HEAD has no
branch. A checkout in the home folder itself is passed over: it holds settings, not an app.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from shipway_plugins.words import BuildFacts

from shipway_daemon.intake.facts.git import ask_git
from shipway_daemon.patience import aside

_LOOK_SECONDS = 5.0
_QUESTION = ("rev-parse", "--absolute-git-dir", "--git-common-dir", "HEAD")
_BRANCHES = "refs/heads/"


@dataclass(frozen=True)
class _Head:
    """Where a checkout stands. `reference` is what HEAD names, or `HEAD` where it is detached."""

    folder: Path
    common: Path
    commit: str
    reference: str


def checkout_around(binary: Path) -> Path | None:
    """Find the nearest folder above a file that is a checkout. Blocks on a hung mount."""
    home = Path("~").expanduser()
    for folder in binary.parents:
        if folder in (home, home.resolve()):
            return None
        if os.path.lexists(folder / ".git"):
            return folder
    return None


async def read_checkout(checkout: Path, written_ns: int) -> BuildFacts:
    """Read the facts of a checkout for a binary of that time; none where it has moved since."""
    head = await _head(checkout)
    if head is None:
        return BuildFacts()
    # The times come after the question: a move in between makes them later, and is noticed.
    try:
        moved = await aside(lambda: _moved_ns(head), _LOOK_SECONDS)
    except TimeoutError:
        return BuildFacts()
    if moved is None or moved > written_ns:
        return BuildFacts()
    branch = head.reference.removeprefix(_BRANCHES) if head.reference != "HEAD" else None
    commit = await ask_git(checkout, ("cat-file", "commit", head.commit))
    return BuildFacts(branch=branch, commit=head.commit, message=_message(commit or b""))


async def _head(checkout: Path) -> _Head | None:
    answer = await ask_git(checkout, (*_QUESTION, "--symbolic-full-name", "HEAD"))
    lines = os.fsdecode(answer or b"").split("\n")
    if len(lines) != 5 or lines[-1]:  # a path with a line break in it, or no answer
        return None
    folder, common, commit, reference = lines[:-1]
    return _Head(Path(folder), checkout / common, commit, reference)


def _moved_ns(head: _Head) -> int | None:
    """When the checkout last moved, or later; None if nothing tells."""
    times = [_modified_ns(head.folder / "HEAD"), _modified_ns(head.folder / "logs" / "HEAD")]
    if times[1] is None:  # no log is kept here
        times.append(
            _modified_ns(head.common / "reftable" / "tables.list")
            or _modified_ns(head.common / head.reference)
            or _modified_ns(head.common / "packed-refs")
        )
    told = [time for time in times if time is not None]
    return max(told) if len(told) > 1 else None


def _modified_ns(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None


def _message(commit: bytes) -> str | None:
    """The message of a commit as it is stored: what follows the first empty line."""
    headers, _, message = commit.partition(b"\n\n")
    encoding = next(
        (line[9:] for line in headers.split(b"\n") if line.startswith(b"encoding ")), b"utf-8"
    )
    try:
        return message.decode(encoding.decode("ascii", "replace"), "replace") or None
    except LookupError:
        return message.decode("utf-8", "replace") or None
