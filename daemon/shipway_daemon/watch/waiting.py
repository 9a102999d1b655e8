"""The files of a folder that are not taken yet, for people to see."""

import heapq
from datetime import UTC, datetime

from shipway_client.wire import WaitingFile

from shipway_daemon.clock import stamp
from shipway_daemon.watch.pending import Pending, Waiting
from shipway_daemon.watch.taking import Taking

#: The most that are listed.
MOST = 200


def waiting_files(pending: Pending, taking: Taking) -> list[WaitingFile]:
    """List what waits, and why, oldest first: at most `MOST`."""
    oldest = heapq.nsmallest(MOST, pending.files.items(), key=lambda item: item[1].since)
    return [_waiting(path, waiting, taking.reason(path)) for path, waiting in oldest]


def unreadable_folders(folders: dict[bytes, str], since: str) -> list[WaitingFile]:
    """List folders that may not be read: whatever lies in them waits. At most `MOST`."""
    return [
        WaitingFile(path=f"{_text(path)}/", size=0, since=since, why=f"It cannot be read: {why}.")
        for path, why in sorted(folders.items())[:MOST]
    ]


def _waiting(path: bytes, waiting: Waiting, untaken: str) -> WaitingFile:
    changed = datetime.fromtimestamp(waiting.signature.changed_ns / 1e9, UTC)
    return WaitingFile(
        path=_text(path),
        size=waiting.signature.size,
        since=stamp(changed),
        why=untaken or waiting.why,
    )


def _text(path: bytes) -> str:
    return path.decode("utf-8", "replace")
