"""A page of 50 versions in a small catalogue and in big ones: it must cost the same."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from report import Row
from shipway_client.wire import ProfileSettings, VersionState
from shipway_daemon.catalog import schema, versions
from shipway_daemon.catalog.tables import apps, blobs, owners, profiles
from shipway_daemon.catalog.tables import versions as table
from shipway_plugins.words import Inspection, Platform
from sqlalchemy import Connection, create_engine, insert

SMALL = 1_000
BIG = (100_000, 1_000_000) if os.environ.get("BENCH_FULL") else (100_000,)
PROFILES = 20
PAGE = 50
ROUNDS = 60
_BATCH = 5_000
_NOW = "2026-11-20T10:00:00.000Z"

Read = Callable[[Connection], object]


def rows() -> Iterator[Row]:
    """Compare each kind of page at each size with the same page at 1,000 rows."""
    with tempfile.TemporaryDirectory(prefix="shipway-bench-") as folder:
        small = _catalogue(Path(folder), SMALL)
        for count in BIG:
            big = _catalogue(Path(folder), count)
            for name, read in _pages(count).items():
                ours, theirs = _compare(big, read, small, _pages(SMALL)[name])
                what = f"50 versions of {count:,}: {name}, CPU"
                yield Row(what, ours, "ms", f"of {SMALL:,}", theirs, 1.5)


def _pages(count: int) -> dict[str, Read]:
    return {
        "newest": lambda tx: versions.page(tx, None, None, None, PAGE + 1),
        "from the middle": lambda tx: versions.page(tx, None, None, str(count // 2), PAGE + 1),
        "of a profile": lambda tx: versions.page(tx, 7, None, None, PAGE + 1),
        "found by a rare word": lambda tx: versions.page(tx, None, "needle", None, PAGE + 1),
    }


def _compare(
    big: Connection, big_read: Read, small: Connection, small_read: Read
) -> tuple[float, float]:
    pairs = [(_ms(big, big_read), _ms(small, small_read)) for _ in range(ROUNDS)][5:]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def _ms(tx: Connection, read: Read) -> float:
    began = time.process_time()
    read(tx)
    return (time.process_time() - began) * 1000


def _catalogue(folder: Path, count: int) -> Connection:
    path = folder / f"{count}.sqlite3"
    schema.upgrade(path, folder)
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as tx:
        _fill(tx, count)
    with engine.connect() as tx:
        tx.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return engine.connect()


def _fill(tx: Connection, count: int) -> None:
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
