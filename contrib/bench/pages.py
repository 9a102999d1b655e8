"""A page of 50 versions in a small catalogue and in big ones: it must cost the same."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from report import Row
from shipway_client.wire import ProfileSettings, VersionState
from shipway_client.wire.queries import VERSIONS
from shipway_daemon.catalog import schema, versions
from shipway_daemon.catalog.tables import apps, blobs, owners, profiles
from shipway_daemon.catalog.tables import versions as table
from shipway_daemon.queries.orders import parse_sort
from shipway_daemon.queries.words import parse
from shipway_daemon.rules.natural import natural
from shipway_plugins.words import Inspection, Platform, Signing, SigningState
from sqlalchemy import Connection, create_engine, insert

SMALL = 1_000
BIG = (100_000, 1_000_000) if os.environ.get("BENCH_FULL") else (100_000,)
PROFILES = 20
PAGE = 50
ROUNDS = 60
_BATCH = 5_000
_NOW = "2026-11-20T10:00:00.000Z"

#: A rare word, and each kind of field; what is rare is spread out over the catalogue.
QUERIES = (
    "needle",
    "state:ready",
    "state:rejected",
    "state:expired",
    "-state:ready",
    "platform:android",
    "platform:ios",
    "platform:macos",
    "candidate:yes",
    "candidate:no",
    "candidate:current",
    "platform:ios state:rejected",
    "branch:needle",
    "version:1.77",
)
OF_A_PROFILE = ("state:ready", "state:rejected", "state:expired", "candidate:yes", "platform:ios")
SORTS = ("created", "version", "-version", "build", "-size", "size")

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
        "newest": _page(),
        "from the middle": _page(after=str(count // 2)),
        "of a profile": _page(profile=7),
        **{f"found by {text}": _page(text) for text in QUERIES},
        **{f"found by {text}, of a profile": _page(text, profile=7) for text in OF_A_PROFILE},
        **{f"by {sort}": _page(sort=sort) for sort in SORTS},
        **{f"by {sort}, of a profile": _page(sort=sort, profile=7) for sort in SORTS},
        "by -size, state:ready": _page("state:ready", sort="-size"),
        "by -size, state:rejected": _page("state:rejected", sort="-size"),
        "by -size, needle": _page("needle", sort="-size"),
    }


def _page(
    text: str = "", profile: int | None = None, sort: str | None = None, after: str | None = None
) -> Read:
    query, order = parse(text, VERSIONS), parse_sort(sort, VERSIONS)
    return lambda tx: versions.page(tx, profile, query, after, PAGE + 1, order)


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
