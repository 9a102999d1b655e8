"""A watched folder as people see it."""

from shipway_client.wire import Folder, Preset, UnknownBinary
from sqlalchemy import Connection

from shipway_daemon.catalog import folders
from shipway_daemon.catalog.folders import FolderRow
from shipway_daemon.watch.condition import Condition
from shipway_daemon.watch.folder import FolderWatch


def shown(tx: Connection, row: FolderRow, watch: FolderWatch | None) -> Folder:
    """Join what is stored of a folder with how it does now; None: it is not watched yet."""
    condition = watch.condition if watch else Condition()
    counts = folders.counts(tx, row.id)
    return Folder(
        id=row.id,
        path=row.path,
        glob=row.glob,
        channel=row.channel,
        profile=row.profile,
        unknown=UnknownBinary(row.unknown),
        quiet=row.quiet,
        candidate=row.candidate,
        preset=Preset(row.preset) if row.preset else None,
        pattern=row.pattern,
        retention=row.retention,
        state=condition.state,
        reason=condition.reason,
        last_scan_at=condition.last_scan_at,
        ingested=counts.get("ingested", 0),
        waiting=watch.waiting if watch else 0,
        refused=counts.get("refused", 0),
        unmatched=counts.get("unmatched", 0),
        unreadable=watch.unreadable if watch else 0,
        weaker=condition.weaker,
    )
