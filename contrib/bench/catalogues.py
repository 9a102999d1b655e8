"""Catalogues of any size, written as intake writes them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shipway_client.wire import ProfileSettings, VersionState
from shipway_daemon.catalog import schema
from shipway_daemon.catalog.tables import apps, blobs, owners, profiles
from shipway_daemon.catalog.tables import versions as table
from shipway_daemon.rules.natural import natural
from shipway_plugins.words import Inspection, Platform, Signing, SigningState
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
    with _indexed_afterwards(tx):
        for start in range(1, count + 1, _BATCH):
            numbers = range(start, min(start + _BATCH, count + 1))
            tx.execute(insert(blobs), [_blob(number) for number in numbers])
            tx.execute(insert(table), [_version(number, count) for number in numbers])


@contextmanager
def _indexed_afterwards(tx: Connection) -> Iterator[None]:
    """Put off the indexes and the search of versions: all at once they take a tenth of the time."""
    made = tx.exec_driver_sql(
        "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = 'versions' AND sql IS NOT NULL"
        " AND type IN ('index', 'trigger')"
    ).all()
    for kind, name, _ in made:
        tx.exec_driver_sql(f"DROP {kind} {name}")
    yield
    for _, _, sql in made:
        tx.exec_driver_sql(sql)
    tx.exec_driver_sql("INSERT INTO versions_fts(versions_fts) VALUES ('rebuild')")


def _blob(number: int) -> dict[str, object]:
    return {"sha256": f"{number:064x}", "size": 1, "created_at": _NOW}


def _version(number: int, count: int) -> dict[str, object]:
    """A version as intake writes it; sixty of each rare kind are spread out."""
    rare = number % (count // 60) == 0
    platform, form = _kind(number, rare=rare)
    return {
        "id": number,
        "profile_id": number % PROFILES + 1,
        "number": number // PROFILES + 1,
        "sha256": f"{number:064x}",
        "size": number * 7_919 % 1_000_003,
        "file_name": f"app-{number}.{form}",
        "source": "add",
        "channel": f"{platform}-phone",
        "platform": str(platform),
        "format": form,
        "identifier": f"dev.shipway.app{number % PROFILES}",
        "name": "Needle" if rare else "Sample",
        "version": f"1.{number}",
        "build": str(number),
        "version_order": natural(f"1.{number}"),
        "build_order": natural(str(number)),
        "state": VersionState.REJECTED if rare else VersionState.READY,
        "candidate_mark": number if number % 20 == 0 else None,
        "branch": "needle" if rare else "main",
        "notes": "Nothing of note.",
        "findings": [],
        "inspection": _inspection(number, count, platform, form),
        "created_at": _NOW,
    }


def _kind(number: int, *, rare: bool) -> tuple[Platform, str]:
    if rare:
        return Platform.MACOS, "dmg"
    return (Platform.IOS, "ipa") if number % 3 == 0 else (Platform.ANDROID, "apk")


def _inspection(number: int, count: int, platform: Platform, form: str) -> Inspection:
    """An iPhone's build expires, and the older half has."""
    if platform is not Platform.IOS:
        return Inspection(platform=platform, format=form)
    expires = "2001-01-01T00:00:00Z" if number < count // 2 else "2999-01-01T00:00:00Z"
    signing = Signing(state=SigningState.VALID, expires=expires)
    return Inspection(platform=platform, format=form, signing=signing)
