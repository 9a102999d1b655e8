"""Catalogues of any size, written as intake writes them."""

from pathlib import Path

from shipway_client.wire import ProfileSettings, VersionState
from shipway_daemon.catalog import schema
from shipway_daemon.catalog.tables import apps, blobs, owners, profiles
from shipway_daemon.catalog.tables import versions as table
from shipway_plugins.words import Inspection, Platform
from sqlalchemy import Connection, create_engine, insert

PROFILES = 20
_BATCH = 5_000
_NOW = "2026-11-20T10:00:00.000Z"


def catalogue(folder: Path, count: int) -> Connection:
    """Make a database with so many versions, and open it."""
    path = folder / f"{count}.sqlite3"
    schema.upgrade(path, folder)
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as tx:
        fill(tx, count)
    with engine.connect() as tx:
        tx.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return engine.connect()


def fill(tx: Connection, count: int) -> None:
    """Write so many versions, spread over the profiles, into an empty catalogue."""
    tx.execute(insert(owners).values(id=1, name="ana"))
    for number in range(1, PROFILES + 1):
        name = f"app-{number}"
        values = {"id": number, "owner_id": 1, "name": name, "address": f"ana/{name}"}
        tx.execute(insert(apps).values(values))
        rest = {"app_id": number, "channel": "android-phone", "settings": ProfileSettings()}
        tx.execute(insert(profiles).values(**values, **rest, created_at=_NOW))
    for start in range(1, count + 1, _BATCH):
        numbers = range(start, min(start + _BATCH, count + 1))
        tx.execute(insert(blobs), [_blob(number) for number in numbers])
        tx.execute(insert(table), [_version(number, count) for number in numbers])


def _blob(number: int) -> dict[str, object]:
    return {"sha256": f"{number:064x}", "size": 1, "created_at": _NOW}


def _version(number: int, count: int) -> dict[str, object]:
    """A version as intake writes it; sixty of them, spread out, hold the rare word."""
    rare = number % (count // 60) == 0
    return {
        "id": number,
        "profile_id": number % PROFILES + 1,
        "number": number // PROFILES + 1,
        "sha256": f"{number:064x}",
        "size": 1,
        "file_name": f"app-{number}.apk",
        "source": "add",
        "channel": "android-phone",
        "platform": "android",
        "format": "apk",
        "identifier": f"dev.shipway.app{number % PROFILES}",
        "name": "Needle" if rare else "Sample",
        "version": f"1.{number}",
        "build": str(number),
        "state": VersionState.READY,
        "notes": "Nothing of note.",
        "findings": [],
        "inspection": Inspection(platform=Platform.ANDROID, format="apk"),
        "created_at": _NOW,
    }
