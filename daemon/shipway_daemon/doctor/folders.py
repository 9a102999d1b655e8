"""Whether the watched folders are there, and how well they can be watched."""

import asyncio
import os
import sys
from pathlib import Path

from shipway_plugins.words import Finding
from sqlalchemy import Connection

from shipway_daemon.catalog import folders
from shipway_daemon.doctor.words import Checked, counted, error, info, warning
from shipway_daemon.patience import aside
from shipway_daemon.watch.ready import weak_guarantee

NAME = "folders"
_LIMIT = Path("/proc/sys/fs/inotify/max_user_watches")
#: How long a folder may take to answer; a hung mount never does.
_ANSWER_SECONDS = 5.0
#: How long its folders are counted, and how many at most.
_COUNT_SECONDS = 20.0
_MOST = 2_000_000


def check(tx: Connection) -> Checked:
    """Look at every watched folder, and at the limit of what the system watches."""
    rows = folders.every(tx)
    findings: list[Finding] = []
    inside = 0
    for row in rows:
        path = Path(row.path)
        wrong = _look(path)
        findings += wrong
        if not any(finding.rule in _GONE for finding in wrong):
            inside += _count(path)
    findings += _check_limit(inside)
    summary = f"{counted(len(rows), 'watched folder')}, {inside:,} with those inside."
    return Checked(name=NAME, summary=summary, findings=findings)


_GONE = ("folder-missing", "folder-unreadable", "folder-silent")


def _look(path: Path) -> list[Finding]:
    try:
        return asyncio.run(aside(lambda: _state(path), _ANSWER_SECONDS))
    except TimeoutError:
        sentence = f"{path} does not answer."
        return [error("folder-silent", sentence, "See whether its drive or its server is there.")]
    except FileNotFoundError:
        remedy = "It is watched again when it comes back; else `shipway watch remove`."
        return [warning("folder-missing", f"{path} is not there.", remedy)]
    except OSError as problem:
        sentence = f"{path} cannot be read: {problem.strerror}."
        return [
            error("folder-unreadable", sentence, "Give the daemon's user the right to read it.")
        ]


def _state(path: Path) -> list[Finding]:
    with os.scandir(path) as entries:
        next(entries, None)
    if not os.access(path, os.R_OK | os.X_OK):
        raise PermissionError(13, "Permission denied")
    if not weak_guarantee(path):
        return []
    sentence = f"{path} has no read leases: only quiet tells that a file is finished."
    return [
        info("folder-weaker", sentence, "Where builds pause for long, give it a longer --quiet.")
    ]


def _count(path: Path) -> int:
    """How many folders lie below, itself included; what does not answer in time counts as one."""
    try:
        return asyncio.run(aside(lambda: _folders_in(path), _COUNT_SECONDS))
    except (TimeoutError, OSError):
        return 1


def _folders_in(path: Path) -> int:
    count = 0
    for _ in os.walk(path):
        count += 1
        if count >= _MOST:
            break
    return count


def _check_limit(inside: int) -> list[Finding]:
    """Linux watches so many folders for each user, of all programs together; macOS has no limit."""
    if not sys.platform.startswith("linux"):
        return []
    try:
        limit = int(_LIMIT.read_text())
    except (OSError, ValueError):
        return []
    if inside < limit * 0.9:
        return []
    return [
        warning(
            "watch-limit",
            f"{inside:,} folders are to be watched; the system watches {limit:,} for all programs.",
            "Raise fs.inotify.max_user_watches with sysctl; until then files are found by scans.",
        )
    ]
