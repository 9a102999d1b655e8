"""A page of 50 versions in a small catalogue and in big ones: it must cost the same."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from catalogues import catalogue
from report import Row
from shipway_client.wire.queries import VERSIONS
from shipway_daemon.catalog import versions
from shipway_daemon.queries.orders import parse_sort
from shipway_daemon.queries.words import parse
from sqlalchemy import Connection

SMALL = 1_000
BIG = (100_000, 1_000_000) if os.environ.get("BENCH_FULL") else (100_000,)
PAGE = 50
ROUNDS = 60

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
OF_A_PROFILE = ("state:ready", "state:rejected", "state:expired", "candidate:yes")
SORTS = ("created", "version", "-version", "build", "-size", "size")

Read = Callable[[Connection], object]


def rows() -> Iterator[Row]:
    """Compare each kind of page at each size with the same page at 1,000 rows."""
    with tempfile.TemporaryDirectory(prefix="shipway-bench-") as folder:
        small = catalogue(Path(folder), SMALL)
        for count in BIG:
            big = catalogue(Path(folder), count)
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
